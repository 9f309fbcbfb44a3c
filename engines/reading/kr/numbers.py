"""Korean numerals: Sino-Korean (일, 이, 삼) and native (하나, 둘, 셋) before what is counted."""

from __future__ import annotations

ZERO = "영"
DIGITS = "영일이삼사오육칠팔구"
_PLACES = ("", "십", "백", "천")
_SECTIONS = ("", "만", "억", "조")
LONGEST_NAMED = 16

_NATIVE = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")


def digits(number: str, zero: str = ZERO) -> str:
    """Digit by digit; 공 for 0 on the telephone."""
    names = DIGITS.replace(ZERO, zero)
    return "".join(names[int(digit)] for digit in number)


def sino(number: str, upstream_quirks: bool = False) -> str:
    """A number in Sino-Korean.

    Upstream loses the 일 of 11만, keeps it in 일십억, says nothing for 00, and cannot read more
    than 16 digits.

    >>> sino("2024"), sino("110000"), sino("110000", upstream_quirks=True)
    ('이천이십사', '십일만', '십만')
    """
    rest = number.lstrip("0")
    if len(rest) > LONGEST_NAMED:
        return digits(number)
    out = ""
    while rest:
        size = (len(rest) - 1) % 4 + 1
        section, rest = rest[:size], rest[size:]
        place = len(rest) // 4
        name = _section(section, keep_one=upstream_quirks and place > 1)
        if place == 1 and (name == "일" or (upstream_quirks and name.endswith("일"))):
            name = name[:-1]
        out += name + _SECTIONS[place] if int(section) else ""
    return out or ("" if upstream_quirks and number != "0" else ZERO)


def _section(section: str, keep_one: bool) -> str:
    """Up to four digits. A leading 일 goes unsaid: 백, not 일백."""
    out = ""
    for index, digit in enumerate(section):
        place = _PLACES[len(section) - 1 - index]
        if digit != "0":
            out += place if digit == "1" and place and not keep_one else DIGITS[int(digit)] + place
    return out


def native(number: str, upstream_quirks: bool = False) -> str:
    """A number before a native counter; hundreds and more stay Sino-Korean.

    >>> native("20"), native("21"), native("123")
    ('스무', '스물한', '백스물세')
    """
    if number == "20" or (number.lstrip("0") == "20" and not upstream_quirks):
        return "스무"
    tens, ones = number[-2:-1] or "0", number[-1]
    hundreds = sino(number[:-2] + "00", upstream_quirks) if number[:-2].strip("0") else ""
    out = hundreds + _NATIVE_TENS[int(tens)] + _NATIVE[int(ones)]
    return out or sino(number, upstream_quirks)
