"""Numbers with what belongs to them: dates, times, money, counters, telephone numbers.

Every pattern is anchored to the start of a run of digits and takes it possessively, so each
reads a text once, however long its numbers are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engines.reading.jp.counters import COUNTERS, count, digits, read

_NUMBER = r"\d++(?:\.\d++)?+"
_START = r"(?<![\d.])"

_CURRENCIES = {"$": "ドル", "€": "ユーロ", "£": "ポンド", "¥": "円"}
_UNITS = {
    "km/h": "キロ", "km": "キロ", "cm": "センチ", "mm": "ミリ", "m": "メートル", "kg": "キロ",
    "mg": "ミリグラム", "g": "グラム", "ml": "ミリリットル", "l": "リットル", "%": "パーセント",
    "°c": "度", "°f": "度", "gb": "ギガバイト", "mb": "メガバイト", "tb": "テラバイト",
    "kb": "キロバイト", "km2": "平方キロ", "m2": "平方メートル", "m3": "立方メートル",
}  # fmt: skip
_UNIT_NAMES = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_COUNTER_NAMES = "|".join(sorted(COUNTERS, key=len, reverse=True))
# Words that begin like a counter, and spans of days: 3日間.
_NOT_COUNTERS = "分の|人口|本当|本日|年度末|個人|回線|階級|点数|月曜|日曜|時代|番組|台風|名前|度々"

Replacement = Callable[[re.Match[str]], str]


def _date(match: re.Match[str]) -> str:
    year, _, month, day = match.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return match[0]
    return count(year, "年") + count(month, "月") + count(day, "日")


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
        return match[0]
    out = count(hour, "時") + (count(minute, "分") if int(minute) else "")
    return out + (count(second, "秒") if second else "")


def _telephone(match: re.Match[str]) -> str:
    return "、".join(map(digits, match[0].split("-")))


def _fraction(match: re.Match[str]) -> str:
    part, whole = match.groups()
    return f"{read(whole)}ブンノ{read(part)}" if int(whole) else match[0]


# In this order: what is longer or more particular comes first.
_RULES: list[tuple[re.Pattern[str], Replacement]] = [
    (re.compile(rf"{_START}\d{{1,3}}(?:,\d{{3}})++(?!\d)"), lambda m: m[0].replace(",", "")),
    (re.compile(rf"{_START}(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?![\d-])"), _date),
    (re.compile(rf"{_START}(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(?![\d:])"), _time),
    (re.compile(rf"{_START}(?:0\d{{1,4}}-\d{{1,4}}-\d{{4}}|\d{{3}}-\d{{4}})(?![\d-])"),
     _telephone),
    (re.compile(r"(?<![A-Za-z\d)])-(?=\d)"), lambda m: "マイナス"),
    (re.compile(rf"([$€£¥])\s?({_NUMBER})([千万億兆]?)"),
     lambda m: m[2] + m[3] + _CURRENCIES[m[1]]),
    (re.compile(rf"{_START}(\d{{1,4}})/(\d{{1,4}})(?![\d/.])"), _fraction),
    (re.compile(r"(?<=\d)[-~〜](?=\d)"), lambda m: "カラ"),
    (re.compile(rf"(\d\s?)({_UNIT_NAMES})(?![A-Za-z])", re.IGNORECASE),
     lambda m: m[1] + _UNITS[m[2].lower()]),
    (re.compile(rf"{_START}({_NUMBER})(?!{_NOT_COUNTERS})({_COUNTER_NAMES})"),
     lambda m: count(m[1], m[2])),
    (re.compile(_NUMBER), lambda m: read(m[0])),
]  # fmt: skip


def spell_out(text: str) -> str:
    """Write out all digits of `text`, which is in Unicode's compatibility form (NFKC).

    >>> spell_out("2024年1月31日、10:30、3本、$3.50")
    'ニセンニジュウヨネンイチガツサンジュウイチニチ、ジュウジサンジュップン、サンボン、サンテンゴゼロドル'
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
