"""Numbers with what belongs to them: dates, times, money, percentages, telephone numbers.

Every pattern is anchored to the start of a run of digits and takes it possessively, so each
reads a text once, however long its numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.zh.numbers import LONGEST_NAMED, decimal, digits

_NUMBER = r"\d++(?:\.\d++)?+"
_START = r"(?<![\d.])"

_CURRENCIES = {"$": "美元", "¥": "元", "€": "欧元", "£": "英镑"}
# Units are written after a number, so their letters are never words.
_UNITS = {
    "km/h": "公里每小时", "m/s": "米每秒", "km": "公里", "cm": "厘米", "mm": "毫米", "m": "米",
    "kg": "公斤", "mg": "毫克", "g": "克", "ml": "毫升", "l": "升", "°c": "摄氏度", "°f": "华氏度",
    "°": "度", "km2": "平方公里", "m2": "平方米", "m3": "立方米", "kb": "千字节",
}  # fmt: skip
_COUNTED_WITH_LIANG = "个只条位张件本次天"  # 两个, not 二个


def _date(match: re.Match[str]) -> str:
    year, _, month, day = match.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return match[0]
    return f"{digits(year)}年{decimal(month)}月{decimal(day)}日"


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
        return match[0]
    out = decimal(hour) + "点"
    if int(minute) or second:
        out += ("零" if int(minute) < 10 else "") + decimal(minute) + "分"
    return out + (decimal(second) + "秒" if second else "")


def _telephone(match: re.Match[str]) -> str:
    return digits(match[0].replace("-", ""), one="幺")


def _fraction(match: re.Match[str]) -> str:
    part, whole = match.groups()
    return f"{decimal(whole)}分之{decimal(part)}" if int(whole) else match[0]


def _plain(match: re.Match[str]) -> str:
    number = match[0]
    if len(number) > 1 and number[0] == "0" and "." not in number:
        return digits(number)  # a code, not an amount
    if len(number) > LONGEST_NAMED and "." not in number:
        return digits(number)
    return decimal(number)


def _unit(match: re.Match[str]) -> str:
    return match[1] + _UNITS[match[2].lower()]


_UNIT_NAMES = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

Replacement = Callable[[re.Match[str]], str]

# In this order: what is longer or more particular comes first.
_RULES: list[tuple[re.Pattern[str], Replacement]] = [
    (re.compile(rf"{_START}\d{{1,3}}(?:,\d{{3}})++(?!\d)"), lambda m: m[0].replace(",", "")),
    (re.compile(rf"{_START}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?![\d.])"), _date),
    (re.compile(rf"{_START}(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(?![\d:])"), _time),
    (re.compile(rf"{_START}(?:1[3-9]\d{{9}}|1\d\d-\d{{4}}-\d{{4}}|\d{{3}}-\d{{4}}"
                rf"|\d{{3,4}}-\d{{7,8}}|\d{{3}}-\d{{3,4}}-\d{{4}})(?![\d-])"), _telephone),
    (re.compile(r"(?<![\w)])-(?=\d)|(?<=[\u4e00-\u9fff])-(?=\d)"), lambda m: "负"),
    (re.compile(rf"([$¥€£])\s?({_NUMBER})([万亿]?)"),
     lambda m: m[2] + m[3] + _CURRENCIES[m[1]]),
    (re.compile(rf"{_START}({_NUMBER})%"), lambda m: "百分之" + m[1]),
    (re.compile(rf"{_START}({_NUMBER})‰"), lambda m: "千分之" + m[1]),
    (re.compile(rf"{_START}(\d{{1,4}})/(\d{{1,4}})(?![\d/.])"), _fraction),
    (re.compile(rf"{_START}(\d{{4}})(?=年)"), lambda m: digits(m[1])),
    (re.compile(r"(?<=\d)[-~](?=\d)"), lambda m: "到"),
    (re.compile(r"(?<=\d):(?=\d)"), lambda m: "比"),
    (re.compile(rf"(\d\s?)({_UNIT_NAMES})(?![A-Za-z])", re.IGNORECASE), _unit),
    (re.compile(rf"{_START}2(?=[{_COUNTED_WITH_LIANG}])"), lambda m: "两"),
    (re.compile(_NUMBER), _plain),
    # What is left of 1.2.3, a version
    (re.compile(r"(?<=[零一二三四五六七八九十])\.(?=[零一二三四五六七八九十])"), lambda m: "点"),
]  # fmt: skip


def spell_out(text: str) -> str:
    """Write out all digits of `text`, which is in Unicode's compatibility form (NFKC).

    >>> spell_out("2024-01-31 10:05,$3.50,1/2,-15%")
    '二零二四年一月三十一日 十点零五分,三点五零美元,二分之一,负百分之十五'
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
