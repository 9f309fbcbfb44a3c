"""Rules that Chinese, Japanese and Korean share; each brings its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engines.reading import formulas
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

    def short_year(found: Match) -> str:
        year, month, day = found.groups()
        return say(year, month, day) if is_date(month, day) else found[0]

    return [
        (re.compile(rf"{START}(\d\d)/(\d{{1,2}})/(\d{{1,2}})(?![\d/])"), short_year),
        (re.compile(rf"{START}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){end}"), year_first),
        (re.compile(rf"{START}(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})(?![\d/])"), year_last),
    ]


def mixed(say: SayMixed, units: Naming) -> Rule:
    """2 1/2, 2 1/2 kg."""

    def read(found: Match) -> str:
        number, part, whole, symbol = found.groups()
        if not 0 < int(part) < int(whole):
            return found[0]
        return say(number, part, whole) + (units.read(symbol) if symbol else "")

    unit = rf"(?:({units.pattern()})(?![A-Za-z\d^]))?"
    return re.compile(rf"{START}(\d{{1,4}}) (\d{{1,3}})/(\d{{1,3}})(?![\d/]|\.\d)\s?{unit}"), read


def fraction(say: SayParts, units: Naming, after: str = r"\s?") -> Rule:
    """3/4, 3/4 kg. `after`: what goes with it."""

    def read(found: Match) -> str:
        part, whole, symbol = found.groups()
        if not int(whole):
            return found[0]
        return say(part, whole) + (f" {units.read(symbol)}" if symbol else "")

    unit = rf"(?:\s?({units.pattern()})(?![A-Za-z\d^])|{after})"
    return re.compile(rf"{START}(\d{{1,4}})/(\d{{1,4}})(?![\d/]|\.\d){unit}"), read


def arithmetic(minus: str, times: str, over: str) -> list[Rule]:
    """5-3=2, 4x2, 9/3=3; 1/3=2/6 are fractions."""

    def divided(found: Match) -> str:
        return f"{found[1]}{over}{found[2]}" if int(found[1]) >= int(found[2]) else found[0]

    return [
        (re.compile(EQUATION), minus),
        (formulas.MINUS, lambda found: formulas.less(minus, found)),
        (re.compile(r"(?<=\d)\s?[*x]\s?(?=\d)"), times),
        (re.compile(rf"{START}(\d{{1,6}})\s?/\s?(\d{{1,6}})(?=\s?=)"), divided),
    ]


def unit(units: Naming) -> list[Rule]:
    """The name of a unit after its number or power, and of some wherever they stand."""
    symbol = rf"({units.pattern()})(?![A-Za-z\d^])"
    return [
        (re.compile(rf"(\^[+-]?\d{{1,9}})\s?{symbol}"), lambda m: m[1] + units.read(m[2])),
        (re.compile(rf"(\d\s?){symbol}"), lambda m: m[1].rstrip() + units.read(m[2])),
        (re.compile(rf"(?<![A-Za-z\d./-])({units.sure()})(?![A-Za-z\d^/-])"),
         lambda m: units.read(m[1])),
    ]  # fmt: skip


def unit_range(units: Naming, to: str) -> Rule:
    """10kg-15kg: the same unit at both ends."""
    symbol = units.pattern()
    return (
        re.compile(rf"(\d\s?({symbol}))\s?[-~〜–—]\s?(?=\d++(?:\.\d++)?\s?\2(?![A-Za-z\d]))"),
        rf"\1{to}",
    )


def scientific() -> Rule:
    """1e-9 as 1×10^-9."""
    return re.compile(rf"{START}({NUMBER})[eE]([+-]?\d{{1,3}})(?!\d|\.\d)"), r"\1×10^\2"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a language calls what ' and " stand for after numbers."""

    degrees: str
    minutes: str
    seconds: str
    inches: str
    compass: Mapping[str, str]  # 'N' and its like, said first


def primes(marks: Marks) -> list[Rule]:
    """40°26'46\"N, 40.7°N, 19'32\", 55\"."""
    second = "(?:[\"”″]|''|’’)"

    def sky(letter: str | None) -> str:
        return marks.compass[letter] if letter else ""

    def told(minute: str, second: str | None) -> str:
        last = f"{int_or(second)}{marks.seconds}" if second else ""
        return f"{int_or(minute)}{marks.minutes}{last}"

    def arc(found: Match) -> str:
        return f"{sky(found[4])}{found[1]}{marks.degrees}{told(found[2], found[3])}"

    def inch(found: Match) -> str:
        before = found.string[max(0, found.start() - 80) : found.start()]
        opened = len(re.findall(r"(?<!\d)[\"“]", before)) % 2
        return found[0] if opened else marks.inches

    letters = "".join(marks.compass)
    number = r"(\d{1,2}(?:\.\d{1,6})?)"
    return [
        (re.compile(rf"(\d{{1,3}})\s?[°度도]\s?{number}\s?['’](?:\s?{number}\s?{second})?"
                    rf"(?:\s?([{letters}])(?![A-Za-z]))?"), arc),
        (re.compile(rf"{START}({NUMBER})\s?°\s?([{letters}])(?![A-Za-z])"),
         lambda m: f"{sky(m[2])}{m[1]}{marks.degrees}"),
        (re.compile(rf"{START}(\d{{1,3}})['’]\s?([0-5]?\d(?:\.\d{{1,3}})?)\s?{second}"),
         lambda m: told(m[1], m[2])),
        (re.compile(r"(?<=\d)\s?[\"”](?![A-Za-z\d])"), inch),
    ]  # fmt: skip


def int_or(number: str) -> str:
    """05 as 5."""
    return re.sub(r"^0(?=\d)", "", number)


SCALES = {"k": 10**3, "K": 10**3, "M": 10**6, "m": 10**6, "B": 10**9, "b": 10**9, "bn": 10**9}


def scaled(signs: str) -> Rule:
    """€20k as €20000."""

    def read(found: Match) -> str:
        value = Decimal(found[2]) * SCALES[found[3]]
        number = format(value, "f").rstrip("0").rstrip(".") if value % 1 else str(int(value))
        return f"{found[1]}{number}"

    return re.compile(rf"({signs})\s?({NUMBER})({any_of(SCALES)})(?![A-Za-z])"), read


def coded(codes: str) -> Rule:
    """$1,500 MXN: the code says whose money it is."""
    return re.compile(rf"[$€£¥]\s?(?={NUMBER}\s?(?:{codes})(?![A-Za-z]))"), ""


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
