"""Wave dashes between the ends of a span, which are から, and days of the month with a slash.

A wave dash at the end of a word is a long vowel: 'おつかれ〜'.
"""

from __future__ import annotations

import re

from engines.reading.dense import START, Rule

Match = re.Match[str]

_WAVE = r"\s?[~〜]\s?"
_ENDS = "半年月日時分秒曜前中末頃ごろ朝昼夜晩春夏秋冬代目番号位回階度歳円名人個話巻章節条項"
_AFTER = (
    r"(?=\d|前\d|同?年|翌|現在|午前|午後|正午|深夜|早朝|夕方?|[朝昼夜晩春夏秋冬]|"
    r"[一二三四五六七八九十]{1,3}[年月日時])"
)
_WEEKDAY = "[月火水木金土日祝]"
_DAY_NAMES = ("ゲツ", "カ", "スイ", "モク", "キン", "ド", "ニチ", "シュク")
WEEKDAYS = dict(zip("月火水木金土日祝", _DAY_NAMES, strict=True))
_ERAS = "明治|大正|昭和|平成|令和|江戸|平安|鎌倉|室町"
_SIZES = "小中大弱強低高"
_OF_PLACES = (
    r"(?=間|線|便|駅|区間|まで|往復|片道|直行|を結|行き|の(?:区間|距離|運賃|新幹線|往復|移動))"
)
_SUFFIX = (
    r"より(?:募集|受付|開始|発売|販売|公開|実施|配信|放送|開催|営業|スタート|順次|適用|施行|入荷|"
    r"オープン|上映)|付|開始|発売|締切|締め切り|〆切|公開|必着|現在|開催|オープン|スタート|放送|"
    r"配信|リリース|実施|入荷|出荷|限定|のみ|の(?:予定|会議|朝|夜|午前|午後)"
)


def _day(found: Match) -> str:
    """'4/1より': a day, if there is such a one."""
    month, day = int(found[1]), int(found[2])
    return f"{month}月{day}日" if 1 <= month <= 12 and 1 <= day <= 31 else found[0]


def _weekday(found: Match) -> str:
    return f"({WEEKDAYS[found[1]]})"


def _day_and_weekday(found: Match) -> str:
    return f"{_day(found)}({WEEKDAYS[found[3]]})"


RULES: list[Rule] = [
    (re.compile(rf"{START}(?<!/)(\d{{1,2}})/(\d{{1,2}})\s?\(({_WEEKDAY})\)"), _day_and_weekday),
    (re.compile(rf"(?:(?<=日)|(?<=[/.]\d)|(?<=[/.]\d\d))\s?\(({_WEEKDAY})\)"), _weekday),
    (re.compile(rf"(?<=[日チ])、({_WEEKDAY})(?=[、。]|$)"),
     lambda found: f"、{WEEKDAYS[found[1]]}"),
    (re.compile(rf"{START}(?<!/)(\d{{1,2}})/(\d{{1,2}})(?=\s?(?:{_SUFFIX}))(?![\d/])"), _day),
    (re.compile(rf"(?<=\)){_WAVE}(\d{{1,2}})/(\d{{1,2}})(?![\d/]|\.\d)"), r"から\1月\2日"),
    (re.compile(rf"(?<=\d\)){_WAVE}(?=\(\d)|(?<=日\)){_WAVE}(?=\d)|(?<=[ツカイクンドチ]\))"
                rf"{_WAVE}(?=\d)"),
     "から"),
    (re.compile(rf"(?<=[{_ENDS}]){_WAVE}{_AFTER}"), "から"),
    (re.compile(rf"(?<![一-鿿])({_WEEKDAY}){_WAVE}({_WEEKDAY})(?![一-鿿])"),
     lambda found: f"{WEEKDAYS[found[1]]}から{WEEKDAYS[found[2]]}"),
    (re.compile(rf"({_WEEKDAY}曜日?){_WAVE}(?={_WEEKDAY}曜)"), r"\1から"),
    (re.compile(rf"({_ERAS}){_WAVE}(?={_ERAS})"), r"\1から"),
    (re.compile(rf"(?<![一-鿿])([{_SIZES}]){_WAVE}(?=[{_SIZES}](?:サイズ|型|程度|[)、。\s]|$))"),
     r"\1から"),
    (re.compile(rf"(?<=[一-鿿ァ-ヺー駅港]){_WAVE}([一-鿿ァ-ヺー]{{2,6}}?){_OF_PLACES}"), r"から\1"),
]  # fmt: skip
