"""Numbers with what belongs to them: dates, times, money, telephone numbers, counters.

Every pattern is anchored to the start of a run of digits and takes it possessively, so each
reads a text once, however long its numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.kr.numbers import LONGEST_NAMED, digits, native, sino

_NUMBER = r"\d++(?:\.\d++)?+"
_START = r"(?<![\d.])"

_CURRENCIES = {"$": "달러", "€": "유로", "£": "파운드", "¥": "엔", "₩": "원"}
_UNITS = {
    "km/h": "킬로미터 퍼 아워", "km": "킬로미터", "cm": "센티미터", "mm": "밀리미터", "m": "미터",
    "kg": "킬로그램", "mg": "밀리그램", "g": "그램", "ml": "밀리리터", "l": "리터", "%": "퍼센트",
    "°c": "도", "°f": "화씨 도", "gb": "기가바이트", "mb": "메가바이트", "tb": "테라바이트",
    "kb": "킬로바이트", "ghz": "기가헤르츠", "hz": "헤르츠", "km2": "제곱킬로미터",
    "m2": "제곱미터", "m3": "세제곱미터",
}  # fmt: skip
_UNIT_NAMES = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

# Counted with native numerals, below a hundred; the longest first.
_COUNTER_WORDS = (
    "군데 마리 모금 발짝 보루 움큼 켤레 시간 사람 가지 그루 그릇 송이 자루 방울 다발 접시 바퀴 "
    "살 명 개 권 대 잔 병 장 벌 번 채 통 쌍 시 달 척 쪽 곳 줄 술 짝 첩 축 톨 닢 모 뭇"
)
_COUNTERS = _COUNTER_WORDS.split()
# These words begin like a counter and count nothing native.
_NOT_COUNTERS = "개월|개국|개년|대학|대의|번지|번길|시즌|장조|명령|통신|모델|권한|병원"
_IRREGULAR_MONTHS = {"6": "유", "06": "유", "10": "시"}
_NATIVE_LIMIT = 100


def _read(number: str) -> str:
    whole, point, rest = number.partition(".")
    if point:
        return f"{sino(whole)} 점 {digits(rest)}"
    if len(whole) > LONGEST_NAMED or (len(whole) > 1 and whole[0] == "0"):
        return digits(whole)
    return sino(whole)


def _date(match: re.Match[str]) -> str:
    year, _, month, day = match.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return match[0]
    return f"{sino(year)}년 {_month(month)} {sino(day)}일"


def _month(month: str) -> str:
    return _IRREGULAR_MONTHS.get(month, sino(month)) + "월"


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
        return match[0]
    # The clock of 24 hours is read in Sino-Korean from 13 on.
    out = (native(hour) if 0 < int(hour) <= 12 else sino(hour)) + " 시"
    out += f" {sino(minute)} 분" if int(minute) else ""
    return out + (f" {sino(second)} 초" if second else "")


def _telephone(match: re.Match[str]) -> str:
    return " ".join(digits(part, zero="공") for part in match[0].split("-"))


def _fraction(match: re.Match[str]) -> str:
    part, whole = match.groups()
    return f"{sino(whole)}분의 {sino(part)}" if int(whole) else match[0]


def _counted(match: re.Match[str]) -> str:
    number = match[1]
    few = len(number) <= len(str(_NATIVE_LIMIT)) and 0 < int(number) < _NATIVE_LIMIT
    return (native(number) if few else _read(number)) + match[2]


Replacement = Callable[[re.Match[str]], str]

# In this order: what is longer or more particular comes first.
_RULES: list[tuple[re.Pattern[str], Replacement]] = [
    (re.compile(rf"{_START}\d{{1,3}}(?:,\d{{3}})++(?!\d)"), lambda m: m[0].replace(",", "")),
    (re.compile(rf"{_START}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?![\d-])"), _date),
    (re.compile(rf"{_START}(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(?![\d:])"), _time),
    (re.compile(rf"{_START}0\d{{1,2}}-\d{{3,4}}-\d{{4}}(?![\d-])"), _telephone),
    (re.compile(rf"{_START}(?:01\d{{8,9}}|1\d{{3}}-\d{{4}}|\d{{3}}-\d{{4}})(?![\d-])"),
     _telephone),
    (re.compile(r"(?<![\w)])-(?=\d)"), lambda m: "마이너스 "),
    (re.compile(rf"([$€£¥₩])\s?({_NUMBER})([천만억조]?)"),
     lambda m: m[2] + m[3] + _CURRENCIES[m[1]]),
    (re.compile(rf"{_START}(\d{{1,4}})/(\d{{1,4}})(?![\d/.])"), _fraction),
    (re.compile(r"(?<=\d)\s?[-~]\s?(?=\d)"), lambda m: "에서 "),
    (re.compile(rf"(\d\s?)({_UNIT_NAMES})(?![A-Za-z])", re.IGNORECASE),
     lambda m: m[1] + _UNITS[m[2].lower()]),
    (re.compile(rf"{_START}(0?6|10)월"), lambda m: _month(m[1])),
    (re.compile(rf"{_START}1번째"), lambda m: "첫 번째"),
    (re.compile(rf"{_START}(\d++)(\s?(?!{_NOT_COUNTERS})(?:{'|'.join(_COUNTERS)}))"), _counted),
    (re.compile(_NUMBER), lambda m: _read(m[0])),
]  # fmt: skip


def spell_out(text: str) -> str:
    """Write out all digits of `text`, which is in Unicode's compatibility form (NFKC).

    >>> spell_out("사과 3개, 9.58초, 10:30, 6월")
    '사과 세개, 구 점 오팔초, 열 시 삼십 분, 유월'
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
