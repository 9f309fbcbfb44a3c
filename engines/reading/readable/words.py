"""What a language has to tell the reader: its words for numbers, money, units and signs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Forms = tuple[str, str]  # one, many


@dataclass(frozen=True)
class Money:
    """'$': one dollar, many dollars, one cent, many cents."""

    one: str
    many: str
    cent: str
    cents: str


@dataclass(frozen=True)
class Words:
    """Everything the reader must know of one language."""

    letters: str  # lower-case letters beyond ASCII
    thousands: str  # characters that may part thousands
    decimal: str  # characters that may part decimals; the first one is the usual one
    cardinal: Callable[[str], str]  # digits -> words, or digits where gruut reads them
    year: Callable[[str], str]  # the same, for four digits alone
    ordinal: Callable[[str], str]
    ordinal_marks: str  # a pattern: 'st|nd|rd|th'
    digits: Callable[[str], str]  # one by one
    decimals: Callable[[str], str]  # after the point
    point: str
    minus: str
    to: str  # between the ends of a range
    over: str  # between the parts of a fraction
    fractions: Mapping[str, str]
    money: Mapping[str, Money]
    cents_joint: str  # 'con' in 'tres euros con cincuenta céntimos'
    magnitudes: Mapping[str, str]  # '$5M'; lower case
    of_magnitude: str  # 'de' in 'cinco millones de dólares'
    units: Mapping[str, Forms]
    signs: Mapping[str, str]
    months: Sequence[str]
    date: Callable[[int, str, int | None], str]  # day, month's name, year
    month_first: bool  # 12/25/2023
    time: Callable[[int, int, str], str]  # hour, minute, 'am' | 'pm' | ''
    abbreviations: Sequence[tuple[str, str]]  # patterns, tried in order
    at: str
    dot: str
    slash: str
    special: Sequence[tuple[str, Callable[[re.Match[str]], str]]] = ()  # what no table can say
