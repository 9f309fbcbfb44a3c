"""Keys of a telephone in English, extensions, roads with a direction, winds."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en import numbers
from engines.reading.readable import keys

Match = re.Match[str]

KEYS = {"#": "pound", "*": "star"}
VERBS = ("press", "hit", "dial", "enter", "push", "tap", "the", "or", "by", "and")
THEN = "key|button|to|for|or|and|again|twice|when|at|after"
COMPASS = {
    "N": "north", "S": "south", "E": "east", "W": "west", "NE": "northeast", "NW": "northwest",
    "SE": "southeast", "SW": "southwest", "NNE": "north-northeast", "NNW": "north-northwest",
    "ENE": "east-northeast", "ESE": "east-southeast", "SSE": "south-southeast",
    "SSW": "south-southwest", "WSW": "west-southwest", "WNW": "west-northwest",
}  # fmt: skip
POINT = "|".join(sorted(COMPASS, key=len, reverse=True))


def bound(found: Match) -> str:
    return f"{found[1]}{COMPASS[found[2]]}"


PASSES: tuple[tuple[str, Say], ...] = (
    (
        rf"\b([Ww]inds?,? (?:(?:is|are|was|were|from|out of|the|blowing|light"
        rf"|:) ){{0,3}})({POINT})\b(?!['.])",
        bound,
    ),
    (rf"\b(?:{POINT})(?= winds?\b)", lambda found: COMPASS[found[0]]),
    *keys.keys(KEYS, VERBS, THEN),
)
SIDES = {"L": "left", "R": "right", "C": "center"}
NUMBERED: tuple[tuple[str, Say], ...] = (
    (
        r"\b([Rr]unway|[Rr]wy\.?)\s(\d{1,2})([LRC])\b",
        lambda found: f"runway {numbers.singly(found[2])} {SIDES[found[3]]}",
    ),
    *keys.codes(KEYS),
    (r"(?<=\d[-. ]\d{4}) ?x ?(?=\d{2,5}(?!\w|[.,]\d))", " extension "),
    (
        r"\b((?:I-|US-|US |SR-|[Rr]oute |Hwy\.? |[Hh]ighway |M|A)\d{1,3} )([NSEW])\b(?!['.])",
        bound,
    ),
    (rf"(\d (?:mi|miles?|km|kilometers|feet|ft|kts|knots) )({POINT})(?= of\b)", bound),
)
