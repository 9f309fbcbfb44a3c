"""Chinese numerals for digits."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_SECTIONS = ("", "万", "亿", "万")

# Longer numbers have no usual name and are read out digit by digit.
LONGEST_NAMED = 16


def digits(number: str, one: str = "一") -> str:
    """Digit by digit, as years and telephone numbers are read; 幺 for 1 on the telephone.

    >>> digits("2024"), digits("110", one="幺")
    ('二零二四', '幺幺零')
    """
    names = DIGITS.replace("一", one)
    return "".join(names[int(digit)] for digit in number)


def integer(number: str, upstream_quirks: bool = False) -> str:
    """A whole number by its name. Upstream says 零 after every 万 and 亿 that a zero stands before.

    >>> integer("2024"), integer("10010"), integer("1200000000")
    ('二千零二十四', '一万零一十', '十二亿')
    >>> integer("1201000"), integer("1201000", upstream_quirks=True)
    ('一百二十万一千', '一百二十万零一千')
    """
    if len(number) > LONGEST_NAMED:
        return digits(number)
    out = ""
    sections = _sections(number.lstrip("0"))
    for index, section in enumerate(sections):
        name = _section(section)
        if name:
            gap = section[0] == "0" or (upstream_quirks and sections[index - 1][-1] == "0")
            out += ("零" if out and gap else "") + name
        unit = _SECTIONS[len(sections) - 1 - index]
        if name or unit == "亿":  # 万 counts 亿, too
            out += unit
    if out.startswith("一十"):
        out = out[1:]
    return out or "零"


def _sections(number: str) -> list[str]:
    """Cut into fours from the right.

    >>> _sections("123456")
    ['12', '3456']
    """
    first = len(number) % 4
    cut = [number[:first]] if first else []
    return cut + [number[at : at + 4] for at in range(first, len(number), 4)]


def _section(section: str) -> str:
    """Up to four digits, inner zeros once.

    >>> _section("1010"), _section("0000")
    ('一千零一十', '')
    """
    out = ""
    gap = False
    for index, digit in enumerate(section):
        if digit == "0":
            gap = bool(out)
            continue
        out += ("零" if gap else "") + DIGITS[int(digit)] + _PLACES[len(section) - 1 - index]
        gap = False
    return out


def decimal(number: str, upstream_quirks: bool = False) -> str:
    """A number with or without a decimal point.

    >>> decimal("3.50")
    '三点五零'
    """
    whole, point, rest = number.partition(".")
    return integer(whole, upstream_quirks) + ("点" + digits(rest) if point else "")
