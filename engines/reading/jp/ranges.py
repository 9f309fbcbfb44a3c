"""Wave dashes between the ends of a span, which are から, and days of the month with a slash.

A wave dash at the end of a word is a long vowel: 'おつかれ〜'.
"""

from __future__ import annotations

import re

from engines.reading.dense import START, Rule

Match = re.Match[str]

_WAVE = r"\s?[~〜]\s?"
_ENDS = "半年月日時分秒曜前中末頃ごろ朝昼夜晩春夏秋冬"
_AFTER = r"(?=\d|前\d|同?年|翌|現在|午前|午後|正午|深夜|早朝|夕方?|[朝昼夜晩春夏秋冬]|[一二三四五六七八九十]{1,3}[年月日時])"
_WEEKDAY = "[月火水木金土日祝]"
_OF_PLACES = r"(?=間|線|便|駅|区間|まで|往復|片道|直行|を結|行き|の(?:区間|距離|運賃|新幹線|往復|移動))"
_SUFFIX = r"より|付|開始|発売|締切|締め切り|〆切|公開|必着|現在|開催|オープン|スタート|放送|配信|リリース|実施|入荷|出荷|限定|のみ|の(?:予定|会議|朝|夜|午前|午後)"


def _day(found: Match) -> str:
    """'4/1より': a day, if there is such a one."""
    month, day = int(found[1]), int(found[2])
    return f"{month}月{day}日" if 1 <= month <= 12 and 1 <= day <= 31 else found[0]


def _later_day(found: Match) -> str:
    """'(月)〜4/5', '4/5から': no fraction is greater than one."""
    return _day(found) if int(found[1]) >= int(found[2]) or found[3] else found[0]


RULES: list[Rule] = [
    (re.compile(rf"{START}(\d{{1,2}})/(\d{{1,2}})(?=\s?(?:{_SUFFIX}))(?![\d/])"), _day),
    (re.compile(rf"(?<=\)){_WAVE}(\d{{1,2}})/(\d{{1,2}})(?![\d/]|\.\d)"), r"から\1月\2日"),
    (re.compile(rf"(?<=\d\)){_WAVE}(?=\(\d)|(?<=日\)){_WAVE}(?=\d)|(?<=\({_WEEKDAY}\)){_WAVE}(?=\d)"),
     "から"),
    (re.compile(rf"(?<=[{_ENDS}]){_WAVE}{_AFTER}"), "から"),
    (re.compile(rf"(?<![一-鿿])({_WEEKDAY}){_WAVE}(?={_WEEKDAY}(?![一-鿿曜])|{_WEEKDAY}曜)"), r"\1から"),
    (re.compile(rf"(?<=[一-鿿ァ-ヺー駅港]){_WAVE}([一-鿿ァ-ヺー]{{2,6}}?){_OF_PLACES}"), r"から\1"),
]  # fmt: skip
