"""Sets of a match of tennis that are written with a bar: 6/4 3/6 10/8."""

from __future__ import annotations

import re

SETS = r"(?<![\w/.,])[0-7]/[0-7](?:(?:, ?| | y | et )1?\d/1?\d)+(?![\w/])"
SET = re.compile(r"(\d{1,2})/(\d{1,2})")
WON = 6  # games of a set, at least


def tennis(found: re.Match[str]) -> str:
    """'6/3 6/4' are sets: each has a six or more."""
    sets = SET.findall(found[0])
    if any(max(int(first), int(last)) < WON for first, last in sets):
        return found[0]
    return ", ".join(f"{first} {last}" for first, last in sets)
