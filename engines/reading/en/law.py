"""How laws, courts and tax forms are cited in English."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en import numbers
from engines.reading.en.models import by_two

Match = re.Match[str]


def plan(found: Match) -> str:
    """'401(k)' -> 'four oh one (k)'."""
    return by_two(found[1][0], found[1][1:])


def forms(found: Match) -> str:
    """'1099s' -> 'ten ninety-nines'."""
    said = numbers.year(int(found[1]))
    return f"{said}es" if said.endswith("x") else f"{said}s"


PASSES: tuple[tuple[str, Say], ...] = (
    (r"(?<![\w.,/$-])((?:40[13]|457|50[1-9]|52[79]))\s?(?=\([a-z]\))", plan),
    (
        r"(?<![\w.,/$£€'-])([1-9]\d\d[1-9])s(?=\s?(?:[.,;:!?)]|$|(?:and|or|to|for|are|were|from)\b))",
        forms,
    ),
    # A hyphen between chapter and section, or year and case, is no range.
    (r"((?:§|\b[Ss]ection|\b[Ss]ec\.)\s?\d{1,2})-(?=\d{3,5}(?!\d|[.,]\d))", r"\1, "),
    (r"\bPub\. L\.(?: No\.)?\s(\d{2,3})-(?=\d{1,3}(?!\d))", r"Public Law \1, "),
    (r"\b((?:[Nn]o\.|[Nn]umber|[Cc]ase|[Dd]ocket)\s{1,2}\d\d)-(?=\d{3,5}(?!\d|-))", r"\1, "),
)
