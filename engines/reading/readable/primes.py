"""The marks ' and " after numbers: minutes and seconds, of an arc or a race.

What they are of a length, feet and inches, only English says: `en/lengths.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engines.reading.draft import Say

Match = re.Match[str]

SECONDS = r"(?:\"|'')"
ARC = (
    r"(\d{1,3})\s?°\s?(\d{1,2}(?:[.,]\d{1,6})?)\s?'"
    rf"(?:\s?(\d{{1,2}}(?:[.,]\d{{1,6}})?)\s?{SECONDS})?"
)
RACE = (
    rf"(?<![\w'.,])(\d{{1,3}})'\s?([0-5]?\d(?:[.,]\d{{1,3}})?)\s?{SECONDS}(\d{{1,3}})?(?![\w'\"])"
)
SHORT_RACE = r"(?<![\w'.,])(\d{1,3})'([0-5]\d)(?![\w'\"])"
LONE = r"(?<![\w'.,-])(\d{1,3})'(?![\w'])"
LOOK_BACK = 200  # characters in which a quotation may have begun
Forms = tuple[str, str]  # one, many
Passes = tuple[tuple[str, Say], ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What a language calls them: one and many."""

    degrees: Forms
    minutes: Forms
    seconds: Forms
    compass: Mapping[str, str]  # 'N' and its like
    joint: str = " "  # between minutes and seconds

    def named(self, number: str, forms: Forms) -> str:
        number = re.sub(r"^0(?=\d)", "", number)
        return f"{number} {forms[0 if number == '1' else 1]}"

    def told(self, minute: str, second: str | None) -> str:
        said = self.named(minute, self.minutes)
        return f"{said}{self.joint}{self.named(second, self.seconds)} " if second else f"{said} "


def arcs(marks: Marks) -> Passes:
    """Reads 40°26'46\" N and 40.7° N with the words of one language, digits left for later."""

    def arc(found: Match) -> str:
        degrees = marks.named(found[1], marks.degrees)
        return f"{degrees} {marks.told(found[2], found[3])}{quarter(found[4])}"

    def quarter(letter: str | None) -> str:
        return f"{marks.compass[letter]} " if letter else ""

    letters = "".join(marks.compass)
    return (
        (rf"{ARC}(?:\s?([{letters}])(?![\w'])|(?!\w))", arc),
        (
            rf"(?<=\d)\s?°\s?([{letters}])(?![\w'])",
            lambda found: f" {marks.degrees[1]} {quarter(found[1])}",
        ),
    )


def races(marks: Marks) -> Passes:
    """Reads 19'32\" and 5'."""

    def race(found: Match) -> str:
        return marks.told(found[1], found[2]) + (found[3] or "")

    def short_race(found: Match) -> str:
        return marks.told(found[1], found[2])

    def lone(found: Match) -> str:
        return found[0] if is_quoted(found) else marks.told(found[1], None)

    return (RACE, race), (SHORT_RACE, short_race), (LONE, lone)


def is_quoted(found: Match) -> bool:
    """Whether the mark closes a quotation."""
    before = found.string[max(0, found.start() - LOOK_BACK) : found.start() + 1]
    opened = max(before.rfind(" '"), before.rfind("('"), 0 if before.startswith("'") else -1)
    return opened >= 0 and "' " not in before[opened + 2 :]
