"""Numbers that are names in English: aircraft, processors, games, shares of a whole."""

from __future__ import annotations

import re

from engines.reading.draft import Say
from engines.reading.en import numbers

Match = re.Match[str]

AIRCRAFT = (
    r"\b((?:Boeing|Airbus|Bombardier|Embraer)\s|A(?=[23]\d\d\b(?!\.\d)))(\d)(\d\d)(?:-(\d{1,4}))?(?![\w.]\d|\w)"
    r"|(?<![\w.,$/-])()(7)([0-8]7)-([1-9]00)(?:s\b|(?![\w-]))"
)
CARDS = r"\b((?:RTX|GTX|RX|GeForce|Radeon|Ryzen(?:\s\d)?)\s)(\d{4})(?=[A-Z]{1,2}\b|\W|$)"
SHARES = r"(?<![\w.,/$-])(\d\d)\s?[-/:]\s?(\d\d)(?![\w/%:-]|[.,]\d)"


def by_two(first: str, last: str) -> str:
    """'747' -> 'seven forty-seven'."""
    if last == "00":
        return f"{numbers.cardinal(first)} hundred"
    zero = "oh " if last[0] == "0" else ""
    return f"{numbers.cardinal(first)} {zero}{numbers.below_hundred(int(last))}"


def aircraft(found: Match) -> str:
    before, first, last, series = found[1], found[2], found[3], found[4]
    if first is None:
        before, first, last, series = found[5], found[6], found[7], found[8]
    if series and found[0].endswith("s"):
        series = f"{numbers.cardinal(series)}s"
    space = " " if before[-1:].isalpha() else ""
    return f"{before}{space}{by_two(first, last)} {series or ''}".rstrip()


def card(found: Match) -> str:
    return f"{found[1]}{numbers.year(int(found[2]))} "


def shares(found: Match) -> str:
    """'50-50' and 'an 80/20 split' are said without a word between."""
    first, last = int(found[1]), int(found[2])
    named = found.string[found.end() :][:14].split()[:1]
    split = bool(named) and named[0].rstrip(".,;:!?)\"'").rstrip("s") in SPLITS
    even = first == last == 50 or (first == last == 20 and "/" in found[0])
    if even or (split and first + last == 100):
        return f"{numbers.below_hundred(first)} {numbers.below_hundred(last)}"
    return found[0]


SPLITS = frozenset(
    ["split", "chance", "mix", "ratio", "rule", "odd", "share", "partnership", "blend", "deal"]
)
PASSES: tuple[tuple[str, Say], ...] = ((AIRCRAFT, aircraft), (CARDS, card), (SHARES, shares))
