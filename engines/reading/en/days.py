"""Days in English that are written with a bar, 12/25, where a fraction could be meant."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en import numbers
from engines.reading.en.abbreviations import MONTHS

Match = re.Match[str]

DAY = r"(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])"
END = r"(?![\w/]|[.,]\d)"
RANGE = (
    rf"(?<![\w./,$-]){DAY}\s?(?:[-–]|to|thru|through)\s?{DAY}{END}(?!\s(?:of|cup|inch|mile"
    rf"|pound|tea|table))"
)
# 05/01 is no fraction, nor what a time of day or a weekday stands behind.
PADDED = rf"(?<![\w./,$-])(?:(0[1-9])/(3[01]|[0-2]?[1-9]|[12]0)|(1[0-2])/(0[1-9])){END}(?!\s?[=+*])"
TIMED = (
    rf"(?<![\w./,$-]){DAY}(?=,? ?(?:at|@|from)? ?\d{{1,2}}(?::\d\d)? ?[apAP]\.? ?[mM]\b"
    rf"| \((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun))"
)
BY = (
    rf"\b((?:[Bb]y|[Dd]eadline:?|[Dd]ue:|[Dd]ate:|[Tt]hru|[Ff]rom|[Ee]xp\.?:?"
    rf"|[Uu]pdated:?)\s){DAY}{END}(?!\s(?:of|in|cup|inch|mile|pound|tea|table|point"
    rf"|percent))"
)
ANSWER = re.compile(
    r"\b(?:RSVP|respond|reply|answer|return|submit|pay|paid|ship|arrive|register|order|apply|due"
    r"|deadline|back|send|finish|done|ready|deliver(?:ed|y)?)\b",
    re.IGNORECASE,
)
SHORT_YEAR = rf"\b({'|'.join(MONTHS)})\s'(\d\d)\b"


def told(month: str, day: str) -> str:
    return f"{MONTHS[int(month) - 1]} {numbers.ordinal(str(int(day)))}"


def is_fraction(top: str, bottom: str) -> bool:
    return int(top) < int(bottom) and int(bottom) in (2, 3, 4, 5, 6, 8, 10, 16, 32, 64)


def days(found: Match) -> str:
    """'12/24–12/26'; '1/2–3/4' may measure something."""
    first, last = (found[1], found[2]), (found[3], found[4])
    if is_fraction(*first) and is_fraction(*last) and found[1][0] != "0":
        return found[0]
    return f"{told(*first)} to {told(*last)}"


def padded(found: Match) -> str:
    return told(found[1] or found[3], found[2] or found[4])


def by_day(found: Match) -> str:
    """'by 5/1', but 'grew by 1/3'."""
    before = re.split(r"[.;!?]", found.string[max(0, found.start() - 60) : found.start()])[-1]
    if is_fraction(found[2], found[3]) and not ANSWER.search(before):
        return found[0]
    return f"{found[1]}{told(found[2], found[3])}"


PASSES: tuple[tuple[str, Say], ...] = (
    (RANGE, days),
    (TIMED, lambda found: told(found[1], found[2])),
    (PADDED, padded),
    (BY, by_day),
    (SHORT_YEAR, lambda found: f"{found[1]} {numbers.below_hundred(int(found[2]))}"
     if found[2][0] != "0" else f"{found[1]} two thousand {numbers.below_hundred(int(found[2]))}"),
    (r"(?<!\w)'0(?=[1-9]\b(?!'))", "oh "),
    (r"(?<=\d:\d\d)([ap])\b", r" \1 m"),
    (r"(?<![\w:.,])24:00(?![\w:])(?: ?hours| ?hrs)?", "midnight"),
    (r"\b([bd])\.\s?(?=(?:c\.\s?)?1\d{3}\b|20\d\d\b|c\. 1)",
     lambda found: {"b": "born ", "d": "died "}[found[1]]),
    (r"(?<=\()r\.\s?(?=\d{3,4}\b)", "reigned "),
    (r"(?<=\()fl\.\s?(?=(?:c\.\s?)?\d{3,4}\b)", "flourished "),
)  # fmt: skip
