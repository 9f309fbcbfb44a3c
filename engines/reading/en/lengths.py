"""Feet and inches in English, and other units that are words elsewhere: 5', 6'2", 11 in."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en import numbers
from engines.reading.readable.marks_of_length import INCH_MARK, in_quotation
from engines.reading.readable.primes import is_quoted

Match = re.Match[str]

FOOT, INCH = "′", "″"  # stand-ins; what was written so is ' and " by now
UNITS = {FOOT: ("foot", "feet"), INCH: ("inch", "inches")}
AFTER_MEASURE = re.compile(
    r"\s(?:(?:long|wide|tall|deep|thick|high|and|or|of|in|off|from|to|is|at|on|apart|away|above"
    r"|below|under|over|for|with|down|up|per|away|across|ahead|behind|back|into|around|between"
    r"|was|were|are|before|after|but|if|as|than|along|out|the|a|an|each|apiece|square|taller"
    r"|shorter|longer|wider|deeper|higher|lower|x)\b|[^a-zA-Z])"
)
SHARP = re.compile(r"\s(?:[248]K|\d{3,4}[pi])\b")  # a 55" 4K screen
FEET_AND_INCHES = r"(?<![\w',.])(\d{1,2})'\s?(\d{1,2}(?:\.5)?)(?:\"|'')?(?![\w'])"
FEET = r"(?<![\w',.-])(\d{1,3}(?:,\d{3})?(?:\.\d{1,2})?)'(?![\w'])"
SIDES = rf"(?:(?<=[{FOOT}{INCH}])|(?<=-foot)|(?<=-inch))\s?[x×]\s?(?=\d)"
# 'in' is a word but after feet, before what is measured, and with its full stop.
INCHES = (
    r"(?<=\d)\s?in(?:\.(?=\s?(?:[a-z,;:x×=)$(-]|[A-Z][a-z]|$))|(?=\s(?:wide|tall|long|thick|deep|high|x|×|by|diameter)\b"
    r"|\s?[)x×]))"
)
AFTER_FEET = r"(?<=\d)(\s?)(?:ft|feet|foot)\.?,?\s?(\d{1,2}(?:\.\d)?)\s?(?:in|ins|inch|inches)\b\.?"
# After a hyphen, before what they describe: a 5-ft. wall.
NAMES = {
    "ft": "foot", "in": "inch", "oz": "ounce", "lb": "pound", "yd": "yard", "mi": "mile",
    "gal": "gallon", "min": "minute", "hr": "hour", "sec": "second", "yr": "year", "mo": "month",
    "wk": "week", "sq": "square", "cu": "cubic", "km": "kilometer", "cm": "centimeter",
    "mm": "millimeter", "kg": "kilogram", "mg": "milligram", "mL": "milliliter",
    "ml": "milliliter",
}  # fmt: skip


def describes(after: str) -> bool:
    """Whether a noun follows, which takes the unit in the singular: 'a 55\" screen'."""
    named = after[:1].isspace() and after[1:2].isalpha() and not AFTER_MEASURE.match(after)
    return named or SHARP.match(after) is not None


def inch_mark(found: Match) -> str:
    text = found.string
    if in_quotation(text, found.start()):
        return found[0]
    return f"-inch{mark_end(text, found.end())}" if describes(text[found.end() :][:12]) else INCH


def mark_end(text: str, end: int) -> str:
    return "" if text[end : end + 1].isspace() else " "


def feet_and_inches(found: Match) -> str:
    """Eleven inches at most: 9'58\" is a time."""
    feet, inch = found[1], found[2]
    if float(inch) >= 12 or (len(inch) == 2 and inch[0] == "0"):
        return found[0]
    if int(feet) < 10 and inch.isdigit():  # how tall someone is
        return f"{numbers.cardinal(feet)} foot {numbers.cardinal(inch)}"
    return f"{feet}{FOOT} {inch}{INCH}"


def feet(found: Match) -> str:
    if is_quoted(found):
        return found[0]
    return f"{found[1]}-foot" if describes(found.string[found.end() :][:12]) else found[1] + FOOT


MEASURED = re.compile(rf"\d\s?(?:ft|cm|mm|m|yd)\b|[{FOOT}{INCH}=]")


def in_at_end(found: Match) -> str:
    """'1 ft = 12 in', where other lengths are spoken of."""
    return INCH if MEASURED.search(found.string) else found[0]


def hyphened(found: Match) -> str:
    return f" {NAMES[found[1]]}"


SQUARE = r"\b(?!cum\b)([Ss]q|[Cc]u)\.?\s?(ft|in|mi|yd|km|m)\b\.?(?=(\s[a-z])?)"
SHAPES = {"sq": "square", "cu": "cubic"}
LONE = {
    "ft": ("foot", "feet"), "in": ("inch", "inches"), "mi": ("mile", "miles"),
    "yd": ("yard", "yards"), "km": ("kilometer", "kilometers"), "m": ("meter", "meters"),
}  # fmt: skip


def square(found: Match) -> str:
    """'1,200 sq. ft.' is read with its number, 'per sq. ft.' is one."""
    text, shape = found.string, found[1].lower()
    before = text[max(0, found.start() - 6) : found.start()].rstrip()
    if before[-1:].isdigit():
        return f"{shape} {found[2]}"
    one = before.endswith(("per", "/", " a"))
    return f"{' per ' * before.endswith('/')}{SHAPES[shape]} {LONE[found[2]][0 if one else 1]}"


HYPHENED = rf"(?<=\d)-({'|'.join(NAMES)})\b\.?(?=[\s,;:)]|$)"
TALL: tuple[str, Say] = (FEET_AND_INCHES, feet_and_inches)
PASSES: tuple[tuple[str, Say], ...] = (
    (INCH_MARK, inch_mark),
    (FEET, feet),
    (SIDES, " by "),
    (SQUARE, square),
    (AFTER_FEET, rf" ft \2{INCH}"),
    (INCHES, INCH),
    (r"(?<=\d)\s?in(?=\s?(?:$|[.,;!?)]))", in_at_end),
    (HYPHENED, hyphened),
)
