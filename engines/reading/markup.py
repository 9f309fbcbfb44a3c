"""What a person writes into a text that is not to be spoken: '[pause 300ms]'."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAUSE = re.compile(r"\[pause[ =:]?(\d{1,6}(?:\.\d{1,3})?) ?(ms|s)\]", re.IGNORECASE)
MALFORMED = re.compile(r"\[ ?/?pause\b[^\[\]]{0,24}\]?", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][\w:.-]{0,30}(?:\s[^<>]{0,100})?/?>", re.IGNORECASE)  # SSML, HTML


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence between two stretches of text."""

    seconds: float


def segments(text: str) -> list[str | Pause]:
    """Text and pauses in order. Anything else in brackets is text.

    >>> segments("One[pause 300ms]two")
    ['One', Pause(seconds=0.3), 'two']
    """
    found: list[str | Pause] = []
    end = 0
    for match in PAUSE.finditer(text):
        found += [text[end : match.start()], Pause(seconds_of(match))]
        end = match.end()
    found.append(text[end:])
    return [part for part in found if isinstance(part, Pause) or part.strip()]


def seconds_of(match: re.Match[str]) -> float:
    return float(match[1]) / (1000 if match[2].lower() == "ms" else 1)


def malformed(text: str) -> str | None:
    """The first thing in a text without pauses that was perhaps meant as one."""
    found = MALFORMED.search(text)
    return found[0] if found else None


def tag(text: str) -> str | None:
    """The first tag of another markup language, of which no engine knows any."""
    found = TAG.search(text)
    return found[0] if found else None
