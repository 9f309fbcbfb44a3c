"""Spans of days in figures, '2024.3.15-4.20', and months of a year, '1980-05'."""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.dense import START, Rule
from engines.reading.dense_rules import SayDate, is_date

Match = re.Match[str]

_TO = r"\.?\s?[-~〜–—]\s?"
_YEAR, _END = r"((?:19|20)\d\d)", r"(?!\d|[./]\d|\s?[원元円%万億亿])"
SAME_YEAR = (
    rf"{START}{_YEAR}([./])\s?(\d{{1,2}})\2\s?(\d{{1,2}}){_TO}(\d{{1,2}})\2\s?(\d{{1,2}}){_END}\.?"
)
TWO_YEARS = (
    rf"{START}{_YEAR}([./])\s?(\d{{1,2}})\2\s?(\d{{1,2}}){_TO}"
    rf"{_YEAR}\2\s?(\d{{1,2}})\2\s?(\d{{1,2}}){_END}\.?"
)
# No zero in front: 2010-12 may be two years.
MONTH = rf"{START}((?:1[6-9]|20)\d\d)-(0[1-9])(?![\d年년-]|\.\d|\s?[-~〜])"


def spans(say: SayDate, day: Callable[[str, str], str], to: str) -> list[Rule]:
    """Both ends of a span. `day` says month and day, `to` stands between."""

    def same_year(found: Match) -> str:
        year, _, month, first, last_month, last = found.groups()
        if not (is_date(month, first) and is_date(last_month, last)):
            return found[0]
        return f"{say(year, month, first)}{to}{day(last_month, last)}"

    def two_years(found: Match) -> str:
        year, _, month, first, last_year, last_month, last = found.groups()
        if not (is_date(month, first) and is_date(last_month, last)):
            return found[0]
        return f"{say(year, month, first)}{to}{say(last_year, last_month, last)}"

    return [(re.compile(TWO_YEARS), two_years), (re.compile(SAME_YEAR), same_year)]


def months(say: Callable[[str, str], str]) -> Rule:
    """'2024-05'."""
    return re.compile(MONTH), lambda found: say(found[1], found[2].lstrip("0"))
