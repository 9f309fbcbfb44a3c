"""Japanese numerals."""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_SECTIONS = ("", *"万億兆京垓秭穣溝澗正載極")
LONGEST_NAMED = 4 * len(_SECTIONS)


def digits(number: str, zero: str = "零") -> str:
    """Digit by digit."""
    return "".join((zero + DIGITS[1:])[int(digit)] for digit in number)


def integer(number: str) -> str:
    """A whole number by its name.

    >>> integer("1234"), integer("10000")
    ('千二百三十四', '一万')
    """
    number = number.lstrip("0")
    if len(number) > LONGEST_NAMED:
        return digits(number)
    out = ""
    while number:
        size = (len(number) - 1) % 4 + 1
        section, number = number[:size], number[size:]
        if int(section):
            out += _section(section) + _SECTIONS[len(number) // 4]
    return out or DIGITS[0]


def _section(section: str) -> str:
    """Up to four digits. A leading 一 goes unsaid: 百, not 一百."""
    out = ""
    for index, digit in enumerate(section):
        place = _PLACES[len(section) - 1 - index]
        if digit != "0":
            out += place if digit == "1" and place else DIGITS[int(digit)] + place
    return out


def decimal(number: str) -> str:
    """With or without a decimal point.

    >>> decimal("3.05")
    '三点零五'
    """
    whole, point, rest = number.partition(".")
    return integer(whole) + ("点" + digits(rest) if point else "")


def decimal_as_upstream(number: str) -> str:
    """Upstream reads decimals from a float, so zeros at the end are not said."""
    if "." in number and len(number) <= LONGEST_NAMED:
        number = format(Decimal(repr(float(number))), "f")
        number = number.removesuffix(".0")
    return decimal(number)
