"""Numbers with a bar where the day stands before the month: '05/03' is a day, '8/10' a mark."""

from __future__ import annotations

import re
from collections.abc import Callable

Match = re.Match[str]

REACH = 40  # characters before, which tell what is meant


def days(day: Callable[[str, str], str], other: re.Pattern[str]) -> Callable[[Match], str]:
    """Reads what is no fraction that anyone says, '12/10' or '05/03', as a day; '3/4' is one.

    Args:
        day: says a number and a month.
        other: found at the end of what stands before, where no day is meant.
    """

    def read(found: Match) -> str:
        padded = found[1][0] == "0" or found[2][0] == "0"
        number, month = int(found[1]), int(found[2])
        improper = number > 9 and (number > month > 4 or number == month > 10)
        if not (padded or improper) or other.search(_before(found)):
            return found[0]
        return day(found[1], found[2])

    return read


def marks(marked: re.Pattern[str], over: str) -> Callable[[Match], str]:
    """Reads '8/10' as so many of the most there are.

    Args:
        marked: found at the end of what stands before a mark.
        over: the word of the bar.
    """

    def read(found: Match) -> str:
        whole = int(found[1].partition(",")[0])
        if whole > int(found[2]) or not (marked.search(_before(found)) or "," in found[1]):
            return found[0]
        return f"{found[1]} {over} {found[2]}"

    return read


def _before(found: Match) -> str:
    return found.string[max(0, found.start() - REACH) : found.start()]
