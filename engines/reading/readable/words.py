"""What a language has to tell the reader: its words for numbers, money, units and signs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from engines.reading.draft import Say
from engines.reading.units import Naming


@dataclass(frozen=True)
class Money:
    """'$': one dollar, many dollars, one cent, many cents."""

    one: str
    many: str
    cent: str
    cents: str


@dataclass(frozen=True)
class Words:
    """Everything the reader must know of one language.

    `after` is the text that follows a number, for languages whose numbers agree with their nouns.
    """

    letters: str  # lower-case letters beyond ASCII
    whole: str  # a pattern: an amount without its decimals, thousands apart
    decimal: str  # characters that may part decimals; the first one is the usual one
    cardinal: Callable[[str, str], str]  # digits, after -> words
    year: Callable[[str, str], str]  # the same, for four digits alone
    ordinal: Callable[[str, str, str], str]  # digits, the mark, after
    ordinal_marks: str  # a pattern: 'st|nd|rd|th'
    digits: Callable[[str], str]  # one by one
    telephone: Callable[[str], str]  # one group of a telephone number
    decimals: Callable[[str, str], str]  # after the point, after
    point: str
    release_point: str  # between the parts of a version
    minus: str
    plus: str
    times: str
    to: str  # between the ends of a range
    over: str  # between the parts of a fraction
    per: str  # between money and what it is paid for
    fraction: Callable[[int, int], str]  # top, bottom -> words; '' where it is said with `over`
    known_fractions: Mapping[str, str]  # '24/7'
    mixed: Callable[[str, int, int, str], str]  # whole, top, bottom, the noun after it
    counts_whole: bool  # 'un kilo y medio', where English says 'one and a half kilos'
    power: Callable[[str], str]  # '2' -> 'squared', '-3' -> 'to the minus third'
    money: Mapping[str, Money]
    money_names: Sequence[str]  # of money that no sign in the table stands for
    cents_joint: str  # 'con' in 'tres euros con cincuenta céntimos'
    magnitudes: Mapping[str, tuple[str, str]]  # '$5M': one, many; lower case
    of_magnitude: Callable[[str, str], str]  # million, dollars -> what follows the million
    units: Naming
    signs: Mapping[str, str]
    months: Sequence[str]
    date: Callable[[int, str, int | None], str]  # day, month's name, year
    month_first: bool  # 12/25/2023
    time: Callable[[int, int, int, str], str]  # hour, minute, second, 'am' | 'pm' | ''
    abbreviations: Sequence[tuple[str, Say]]  # patterns, tried in order
    numbered: Sequence[tuple[str, Say]]  # before them, where a text has a digit
    roman: Sequence[tuple[str, Say]]  # patterns with numerals, tried in order
    at: str
    dot: str
    slash: str
    address: Mapping[str, str]  # other signs of addresses
    by: str  # between the sides of what is measured: 3 x 4 m
    singular: str  # a pattern: words before one thing, as in 'a kWh'
    part_of: Callable[[int, int, str], str]  # top, bottom, the name of one unit: 1/2 kg
    attributive: Collection[str]  # words after which a unit stays in the singular: 'a 60 W bulb'
    factorial: str
    stars: tuple[str, str]  # of a hotel, 'a four star hotel', and given, 'four stars'
    episode: tuple[str, str]  # 'season', 'episode'
    of_year: str = ""  # between a month and its year
    singular_below_two: bool = False  # 'zéro euro', '1,5 kilomètre'
    special: Sequence[tuple[str, Say]] = ()  # what no table can say; before numbers are read
    after_only: Collection[str] = ()  # codes of money that are something else before a number
