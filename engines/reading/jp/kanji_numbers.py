"""Kanji numerals with a counter whose sound changes: 三本 is サンボン, 十分間 ジュップンカン.

The dictionaries join the two as they stand, so they are written with digits, which later rules
count; words that only look like a count stay theirs.
"""

from __future__ import annotations

import re

from engines.reading.dense import Rule

Match = re.Match[str]

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_NUMERALS = "一二三四五六七八九十百千"
_NO_NUMERAL = rf"(?<![{_NUMERALS}〇万億数第何\d])"
# A counter, and what does not follow it where it is one.
_COUNTERS = {
    "本": "人当日来気音社店部州土線書文件格物質体木望家間町郷"
    "庄田城島能柄屋棚心番塁名校館殿堂末業職性命国",
    "匹": "敵夫",
    "杯": "",
    "発": "表売見明生言射展電送着行信音症効達注熱火足覚病想祥端起揮給散車動券議作酵育芽",
    "階": "級段層調",
    "軒": "",
    "歳": "",
    "回": "り",
    "か月": "",
    "ヶ月": "",
    "カ月": "",
    "泊": "",
    "冊": "",
    "隻": "",
    "頭": "身",
}
_COUNTED = "|".join(
    f"{counter}(?![{after}])" if after else counter for counter, after in _COUNTERS.items()
)
_LASTS = "間|後(?!半)|前|以内|ほど|くらい|ぐらい|おき|ごと|遅れ|足らず|そこそこ"
_DAYS = "二|三|四|五|六|七|八|九|十|十四|二十|二十四"
COUNT = rf"{_NO_NUMERAL}([{_NUMERALS}]{{1,5}})({_COUNTED})"
MINUTES = rf"{_NO_NUMERAL}([{_NUMERALS}]{{1,3}})(分)(?={_LASTS})"
DATE = (
    rf"(?<![{_NUMERALS}〇数何])([一二三四五六七八九十]{{1,2}})月([一二三四五六七八九十]{{1,3}})"
    rf"日(?!本)"
)
DAYS = rf"{_NO_NUMERAL}({_DAYS})(日)(?![本月曜])"
# 六百円: from a hundred on, whatever is counted.
GREAT = (
    rf"{_NO_NUMERAL}([一二三四五六七八九]?[百千][{_NUMERALS}]{{0,6}}|[{_NUMERALS}]{{1,"
    rf"7}}(?=[万億]))([万億]?)"
    r"(?=円|日(?!本)|人(?!一首|力)|年(?!中)|個|回|件|枚|台|キロ|メートル|グラム|ドル|歩|度|点|"
    r"軒|票)"
)
SOME = {
    "本": "ボン", "匹": "ビキ", "杯": "バイ", "階": "ガイ", "分": "プン", "百": "ビャク",
    "千": "ゼン",
    "発": "パツ", "泊": "パク", "歩": "ポ", "票": "ビョウ", "軒": "ゲン", "足": "ゾク",
}  # fmt: skip
# 何本; 何分 is also 'anyway', and 何階 stands before words of its own.
SOME_OF = r"何(本|匹|杯|階(?!級)|分(?=[後前間かでにも]|です)|発|泊|歩|票|軒|足)(?![一-鿿]{2}会)"
NEIGHBOURS = (
    rf"{_NO_NUMERAL}(?<!、)([一二三四五六七八])、([二三四五六七八九])(?=(?:日|人|年|回|週間|度|"
    rf"時間|か月|ヶ月|分|歳|本|個|枚)(?![、本]))"
)
# 二〇二四年
YEAR = r"(?<![〇一二三四五六七八九十百千])([一二][〇零一二三四五六七八九]{3})年"


def value(numerals: str) -> int | None:
    """二十四 -> 24; None for what is no number, such as 二三."""
    total, digit = 0, 0
    largest = 10_000
    for char in numerals:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        else:
            place = _PLACES[char]
            if place >= largest:
                return None
            largest = place
            total += (digit or 1) * place
            digit = 0
    return total + digit


def _count(found: Match) -> str:
    number = value(found[1])
    return found[0] if number is None else f"{number}{found[2]}"


def _date(found: Match) -> str:
    month, day = value(found[1]), value(found[2])
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0]
    return f"{month}月{day}日"


def _neighbours(found: Match) -> str:
    """'二、三日' is two or three days."""
    first, last = value(found[1]), value(found[2])
    if first is None or last is None or last != first + 1:
        return found[0]
    return f"{first}、{last}"


def _year(found: Match) -> str:
    return "".join(str(_DIGITS.get(char, 0)) for char in found[1]) + "年"


RULES: list[Rule] = [
    (re.compile(YEAR), _year),
    (re.compile(DATE), _date),
    (re.compile(NEIGHBOURS), _neighbours),
    (re.compile(r"何([百千])(万?)(人?)"),
     lambda found: f"ナン{SOME[found[1]]}{found[2] and 'マン'}{found[3] and 'ニン'}"),
    (re.compile(r"何分後"), "ナンプンゴ"),
    (re.compile(SOME_OF), lambda found: f"ナン{SOME[found[1]]}"),
    (re.compile(DAYS), _count),
    (re.compile(MINUTES), _count),
    (re.compile(COUNT), _count),
    (re.compile(GREAT), _count),
]  # fmt: skip
