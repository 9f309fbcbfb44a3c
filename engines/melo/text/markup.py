"""What a person writes into a text that is not to be spoken: '[pause 300ms]'."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_PAUSE_S = 10.0
PAUSE = re.compile(r"\[pause[ =:]?(\d{1,5}(?:\.\d{1,3})?) ?(ms|s)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence between two stretches of text."""

    seconds: float


def segments(text: str) -> list[str | Pause]:
    """Text and pauses in order. A pause over 10 s is cut; anything else in brackets is text.

    >>> segments("One[pause 300ms]two")
    ['One', Pause(seconds=0.3), 'two']
    """
    found: list[str | Pause] = []
    end = 0
    for match in PAUSE.finditer(text):
        found += [text[end : match.start()], pause(match)]
        end = match.end()
    found.append(text[end:])
    return [part for part in found if isinstance(part, Pause) or part.strip()]


def pause(match: re.Match[str]) -> Pause:
    seconds = float(match[1]) / (1000 if match[2].lower() == "ms" else 1)
    return Pause(min(seconds, LONGEST_PAUSE_S))
