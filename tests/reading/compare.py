"""What a text is read as, and whether that is what was wanted."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engines.reading import FrontEnd, front_end
from engines.reading.clean import clean_text
from engines.reading.melo_split import split

LETTER_A = re.compile(r"\bay\b")  # as English readings spell it
SPACED = ("EN", "ES", "FR")
# What a person writes and the reader says otherwise: figures, and letters by their names.
SHORTHAND = re.compile(r"\d|(?<!\w)[^\W\d_](?!\w)")


@dataclass(frozen=True, slots=True)
class Case:
    """A text and what a person says for it, one or several right ways."""

    language: str
    text: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    read: str

    @property
    def right(self) -> bool:
        heard = folded(self.read)
        return any(heard in map(folded, self.ways(said)) for said in self.case.said)

    def ways(self, said: str) -> tuple[str, ...]:
        """As it is written, and as it is read: but never read where it is plain words, or what
        is wrong in both would count as right."""
        language = self.case.language
        if language in SPACED and not SHORTHAND.search(said):
            return (said,)
        return said, read(language, said)


def in_parts(cases: Sequence[Case], size: int = 50) -> list[list[Case]]:
    """Cases of one language together, so many in a test: thousands of tests take longer to name
    than to run."""
    languages = sorted({case.language for case in cases})
    of = {code: [case for case in cases if case.language == code] for code in languages}
    return [of[code][at : at + size] for code in languages for at in range(0, len(of[code]), size)]


def load(path: Path) -> list[Case]:
    """Cases of a JSON list of `{language, text, said}`; `said` is a text or a list of texts."""
    return [case_of(entry) for entry in json.loads(path.read_text("utf-8"))]


def case_of(entry: dict[str, Any]) -> Case:
    said = entry["said"]
    return Case(entry["language"], entry["text"], (said,) if isinstance(said, str) else tuple(said))


def outcomes(cases: Iterable[Case]) -> Iterator[Outcome]:
    for case in cases:
        yield Outcome(case, read(case.language, case.text))


def read(language: str, text: str) -> str:
    """All pieces of a text as its front end says them, with spaces between."""
    front = reader(language)
    return " ".join(front.normalize(piece) for piece in split(clean_text(text), language))


@cache
def reader(language: str) -> FrontEnd:
    return front_end(language)


def folded(said: str) -> str:
    """Letters and digits alone, in one case: pauses, hyphens and spacing are no words, and the
    letter a is the same by its name."""
    plain = LETTER_A.sub("a", unicodedata.normalize("NFKC", said).casefold())
    return "".join(char for char in plain if char.isalnum() or char == "ー")
