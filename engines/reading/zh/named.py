"""Numbers that name something in Chinese: standards, seasons, figures, hotlines, days of events."""

from __future__ import annotations

import re

from engines.reading.dense import BARE_FRACTION, START, Rule
from engines.reading.zh import counted
from engines.reading.zh.numbers import decimal, digits
from engines.reading.zh.units import UNITS

Match = re.Match[str]

STANDARD = (
    r"(?<![A-Za-z])((?:GB/?T?|GB/Z|ISO|IEC|IEEE|ASTM|DIN|QB/T|YY/T|HJ/?T?|JB/T|SL/?T?|JGJ|JJG|DB\d\d/?T?)\s?)"
    r"(\d{2,6}(?:\.\d{1,2})?)(?:\s?[-–—:]\s?((?:19|20)\d\d))?(?![\d-])"
)
YEARS = rf"{START}((?:19|20)\d\d)\s?[-~–—/]\s?((?:19|20)\d\d)(?=学年|赛季|财年|年度|雪季|学期)"
SEASON = rf"{START}((?:19|20)?\d\d)\s?[-–—/]\s?(\d\d)(?=赛季|雪季|学年|财年|年度)"
DECADE = rf"{START}(1[6-9]|20)(\d)0s(?![A-Za-z])"
FIGURE = r"((?:图|表|公式|式|附录|例题?|习题|思考题|实验)\s?[A-Z]?\d{1,2})[-–](?=\d{1,2}(?![\d-]))"
DAY_OF = (
    r"([“”\"']?)(?<![\d.·])(\d{1,2})[·・•](\d{1,2})([“”\"']?)"
    r"(?=[\"”']|特?大?(?:暴雨|洪水|洪灾|火灾|事故|矿难|坍塌|泥石流|行动|讲话|专案|大案|案))"
)
# Wherever they stand: who would count as far?
HOTLINES = rf"{START}(12306|12315|12123|10086)(?![\d元人个.%万]|,\d)"
OR_HOTLINE = r"(?<=[零幺一二三四五六七八九]{5})(或者?|、|和|转|/)\s?(\d{3,5})(?![\d元个人.%])"
BETWEEN_TEAMS = r"\d{1,3}[-–:]\d{1,3}(?:[、,]\s?\d{1,3}[-–:]\d{1,3})+(?![-–:\d])"
LOOK_BACK = 30  # characters in which a match is spoken of
SCORED = re.compile(rf"{counted.SCORES}|\d\s?[:比-]\s?\d{{1,3}}\s?[('（]$")
PAIR = re.compile(r"(\d{1,3})[-–:](\d{1,3})")
PRICED = rf"(?<=[元块角分万亿])/({UNITS.pattern()}|[hL])(?![A-Za-z\d^])"


def standard(found: Match) -> str:
    """'GB/T 7714-2015', by its digits."""
    number = "点".join(map(digits, found[2].split(".")))
    year = f"杠{digits(found[3])}" if found[3] else ""
    return f"{found[1].replace('/', ' ')}{number}{year}"


def season(found: Match) -> str:
    """'23/24赛季', '2023-24赛季'."""
    if int(found[2]) != (int(found[1]) + 1) % 100:
        return found[0]
    return f"{digits(found[1])}{'到' if len(found[1]) == 4 else ''}{digits(found[2])}"


def decade(found: Match) -> str:
    """'1990s' -> '二十世纪九十年代'."""
    years = f"{decimal(found[2])}十年代" if found[2] != "0" else "初"
    return f"{decimal(str(int(found[1]) + 1))}世纪{years}"


def sets(found: Match) -> str:
    """'21-19、18-21' where a match is spoken of."""
    before = found.string[max(0, found.start() - LOOK_BACK) : found.start()]
    if not SCORED.search(before):
        return found[0]
    return PAIR.sub(lambda one: f"{decimal(one[1])}比{decimal(one[2])}", found[0])


def priced(found: Match) -> str:
    name = {"h": "小时", "L": "升"}.get(found[1]) or UNITS.read(found[1])
    return f"每{name}"


def laughed(found: Match) -> str:
    """'哈哈哈2333', '666!': no amounts where nothing is counted."""
    before = found.string[max(0, found.start() - 1) : found.start()]
    return digits(found[1]) if before in ("", " ", ",", "!", "哈", "~", "。", "、") else found[0]


RULES: list[Rule] = [
    (re.compile(rf"(?<=\()((?:19|20)\d\d)(?=\)(?:[{counted.PLATES}]|最高))"),
     lambda m: digits(m[1])),
    (re.compile(r"(?<=\d层)(\d{3,4})(?![\d.]|室)"), lambda m: digits(m[1])),
    (re.compile(rf"{START}(2?3{{3,}}|6{{3,}}|8{{3,}})(?=[啊呀了]?(?:[!,.~、。?\s]|$))"), laughed),
    (re.compile(r"#([^#\s\d][^#\s]{0,40})#"), r"\1,"),
    (re.compile(rf"{START}\d{{1,4}}(?:,\d{{4}})*,0000(?!\d)"), lambda m: m[0].replace(",", "")),
    (re.compile(STANDARD), standard),
    (re.compile(YEARS), lambda m: f"{digits(m[1])}到{digits(m[2])}"),
    (re.compile(SEASON), season),
    (re.compile(DECADE), decade),
    (re.compile(FIGURE), r"\1杠"),
    (re.compile(DAY_OF), lambda m: f"{m[1]}{digits(m[2])}{digits(m[3])}{m[4]}"),
    (re.compile(HOTLINES), lambda m: digits(m[1])),
    (re.compile(rf"{START}911(?=事件|恐)"), digits("911")),
    (re.compile(rf"{START}([1-9]\d?)[vV]([1-9]\d?)(?![A-Za-z\d.])"),
     lambda m: f"{decimal(m[1])}V{decimal(m[2])}"),
    (re.compile(rf"{START}(\d{{2,3}})/(\d{{2,3}})\s?(?=mmHg)"), r"\1比\2"),
    (re.compile(rf"{START}(\d{{2,3}})/(\d{{2,3}})(?=\s?(?:[kMG]?Hz|V)(?![A-Za-z]))"), r"\1、\2"),
    BARE_FRACTION,
    (re.compile(r"(?<=\d)\.(?=[A-Z]{2}(?![A-Za-z]))"), "点"),
    (re.compile(BETWEEN_TEAMS), sets),
    (re.compile(PRICED), priced),
]  # fmt: skip
LATE_RULES: list[Rule] = [
    (re.compile(OR_HOTLINE), lambda m: m[1] + digits(m[2], one="幺")),
]
