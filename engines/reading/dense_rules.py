"""Rules that Chinese, Japanese and Korean share; each brings its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from engines.reading.dense import EQUATION, NUMBER, START, Rule
from engines.reading.units import Naming

Match = re.Match[str]
SayDate = Callable[[str, str, str], str]  # year, month, day, in digits
SayParts = Callable[[str, str], str]  # part and whole of a fraction
SayMixed = Callable[[str, str, str], str]  # the number before them, too


def is_date(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def dates(say: SayDate, end: str) -> list[Rule]:
    """2024-01-31 and its like, up to what `end` matches; 1/31/2024, either part first."""

    def year_first(found: Match) -> str:
        year, _, month, day = found.groups()
        return say(year, month, day) if is_date(month, day) else found[0]

    def year_last(found: Match) -> str:
        month, day, year = found.groups()
        if int(month) > 12:
            month, day = day, month
        return say(year, month, day) if is_date(month, day) else found[0]

    return [
        (re.compile(rf"{START}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){end}"), year_first),
        (re.compile(rf"{START}(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})(?![\d/])"), year_last),
    ]


def mixed(say: SayMixed) -> Rule:
    """2 1/2."""

    def read(found: Match) -> str:
        number, part, whole = found.groups()
        return say(number, part, whole) if 0 < int(part) < int(whole) else found[0]

    return re.compile(rf"{START}(\d{{1,4}}) (\d{{1,3}})/(\d{{1,3}})(?![\d/.])\s?"), read


def fraction(say: SayParts, after: str = r"\s?") -> Rule:
    """3/4. `after`: what goes with it."""

    def read(found: Match) -> str:
        part, whole = found.groups()
        return say(part, whole) if int(whole) else found[0]

    return re.compile(rf"{START}(\d{{1,4}})/(\d{{1,4}})(?![\d/.]){after}"), read


def arithmetic(minus: str, times: str, over: str) -> list[Rule]:
    """5-3=2, 4x2, 9/3=3."""
    return [
        (re.compile(EQUATION), minus),
        (re.compile(r"(?<=\d)\s?[*x]\s?(?=\d)"), times),
        (re.compile(r"(?<=\d)\s?/\s?(?=\d++\s?=)"), over),
    ]


def unit(units: Naming) -> Rule:
    """The name of a unit after its number."""
    pattern = re.compile(rf"(\d\s?)({units.pattern()})(?![A-Za-z\d^])")
    return pattern, lambda found: found[1].rstrip() + units.read(found[2])


def any_of(signs: Iterable[str]) -> str:
    """A pattern for one of these, the longest that fits."""
    return "|".join(map(re.escape, sorted(signs, key=len, reverse=True)))


def sums(signs: str, scales: str, names: str, hyphen: str, to: str) -> list[Rule]:
    """What is done to money before it is named.

    Args:
        signs: a pattern for currencies.
        scales: characters of words such as 万, which may follow a number.
        names: a pattern for names of money: '$5美元' is not said twice.
        hyphen: a pattern for what stands between the ends of a range.
        to: what is said for it.
    """
    return [
        (re.compile(rf"(?:{signs})\s?(?={NUMBER}[{scales}]*\s?(?:{names}))"), ""),
        (re.compile(rf"({signs})-(?=\d)"), r"-\1"),
        (re.compile(rf"({signs})\s?({NUMBER}){hyphen}(?:{signs})?(?=\d)"), rf"\2{to}\1"),
    ]
