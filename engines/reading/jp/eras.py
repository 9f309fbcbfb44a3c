"""Japanese eras by their first letter: 'R6.4.1', 'S62年', 'H30.7'."""

from __future__ import annotations

import re

from engines.reading.dense import Rule
from engines.reading.dense_rules import is_date

ERAS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
LAST = {"M": 45, "T": 15, "S": 64, "H": 31, "R": 99}  # years they had
_FREE = r"(?<![A-Za-z\d.-])"
_FOLLOWS = (
    "付|生|現在|時点|改正|施行|発行|卒|入社|入学|竣工|築|以降|から|まで|、|。|月|豪雨|地震|台風|"
    "~|〜"
)
YEAR = (
    rf"{_FREE}([MTSHR])\.?(元|\d{{1,2}})(?=年(?:度|生|ウ|\d|卒|式|製|築|以|頃|ごろ|に|の|よ|か|当|"
    rf"入|春|夏|秋|冬|末|、))"
)
DATE = rf"{_FREE}([MTSHR])(元|\d{{1,2}})[./](\d{{1,2}})[./](\d{{1,2}})(?![\d./])"
MONTH = rf"{_FREE}([MTSHR])(元|\d{{1,2}})[./](\d{{1,2}})(?=\s?(?:{_FOLLOWS}))"


def _known(letter: str, year: str) -> bool:
    return year == "元" or 1 <= int(year) <= LAST[letter]


def _year(found: re.Match[str]) -> str:
    letter, year = found.groups()
    return f"{ERAS[letter]}{year}" if _known(letter, year) else found[0]


def _date(found: re.Match[str]) -> str:
    letter, year, month, day = found.groups()
    if not (_known(letter, year) and is_date(month, day)):
        return found[0]
    return f"{ERAS[letter]}{year}年{int(month)}月{int(day)}日"


def _month(found: re.Match[str]) -> str:
    letter, year, month = found.groups()
    if not (_known(letter, year) and is_date(month, "1")):
        return found[0]
    return f"{ERAS[letter]}{year}年{int(month)}月"


RULES: list[Rule] = [
    (re.compile(DATE), _date),
    (re.compile(MONTH), _month),
    (re.compile(YEAR), _year),
]
