"""Unicode hygiene: what reaches an engine is composed, visible and evenly spaced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from engines.reading.draft import Draft

# Control, format (bidirectional marks, zero-width characters, tags), lone surrogates, private use.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
# Stream-Safe Text (UAX #15) allows 30 combining marks in a row. Composition sorts each such run
# in quadratic time, so a text of nothing but marks would hold a core for minutes.
MAX_MARKS = 30
LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028]")
PARAGRAPH_ENDS = str.maketrans({"\u2029": "\n\n"})
GAPS = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """NFC without invisible characters, whitespace collapsed, ends stripped.

    Of the whitespace a paragraph break is kept as two newlines and a line break as one, because
    sentences end there; everything else becomes one space.
    """
    draft = Draft(text)
    clean(draft)
    return draft.text


def clean(draft: Draft) -> None:
    """The same, for a draft."""
    draft.sub(LINE_ENDS, "\n")
    draft.translate(PARAGRAPH_ENDS)
    if not (draft.text.isascii() and draft.text.isprintable()):
        draft.each(visible())
        draft.normalize("NFC")
    draft.sub(GAPS, gap)
    draft.strip()


def is_speakable(text: str) -> bool:
    """Whether there is at least one letter or digit, of any script."""
    return any(character.isalnum() for character in text)


def visible() -> Callable[[str], str]:
    """Keeps what can be seen, of the characters of one text in order."""
    marks = 0

    def kept(char: str) -> str:
        nonlocal marks
        category = unicodedata.category(char)
        if category in INVISIBLE and not char.isspace():
            return ""
        marks = marks + 1 if category.startswith("M") else 0
        return char if marks <= MAX_MARKS else ""

    return kept


def gap(found: re.Match[str]) -> str:
    return "\n" * min(found[0].count("\n"), 2) or " "
