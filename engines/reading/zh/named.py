"""Numbers that name something in Chinese: standards, seasons, figures, hotlines, days of events."""

from __future__ import annotations

import re

from engines.reading import dense_dates, dense_lengths, dense_scripture
from engines.reading.dense import BARE_FRACTION, START, Rule, book_number, processor
from engines.reading.zh import counted, typed
from engines.reading.zh.numbers import decimal, digits
from engines.reading.zh.units import UNITS

Match = re.Match[str]

STANDARD = (
    r"(?<![A-Za-z])((?:GB/?T?|GB/Z|ISO|IEC|IEEE|ASTM|DIN|QB/T|YY/T|HJ/?T?|JB/T|SL/?T?|JGJ|JJG|"
    r"DB\d\d/?T?)\s?)"
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


def lasted(hours: str | None, minutes: str, seconds: str) -> str:
    """'2:05:30' behind 用时 -> '2小时5分30秒'."""
    before = f"{hours}小时" if hours else ""
    return before + (f"{minutes}分" if minutes != "0" or not before else "") + f"{seconds}秒"


def verse(chapter: str, first: str, last: str | None) -> str:
    return f"{chapter}章{first}到{last}节" if last else f"{chapter}章{first}节"


def month_of(found: Match) -> str:
    """'1980-05'."""
    return f"{digits(found[1])}年{decimal(found[2])}月"


def months(found: Match) -> str:
    first, month, last, month_after = found.groups()
    end = f"{digits(last)}年{decimal(month_after)}月" if last else ""
    return f"{digits(first)}年{decimal(month)}月{'到' if last else ''}{end}"


def whole_date(year: str, month: str, day: str) -> str:
    return f"{digits(year)}年{decimal(month)}月{decimal(day)}日"


def laughed(found: Match) -> str:
    """'哈哈哈2333', '666!': no amounts where nothing is counted."""
    before = found.string[max(0, found.start() - 1) : found.start()]
    return digits(found[1]) if before in ("", " ", ",", "!", "哈", "~", "。", "、") else found[0]


MONTH = r"(0?[1-9]|1[0-2])"
YEAR_MONTH = rf"{START}((?:1[6-9]|20)\d\d)-(0[1-9]|1[0-2])(?![\d年-]|\.\d|\s?[-~])"
# 1894.7—1895.4: of two such numbers each is a month.
MONTHS = (
    rf"{START}((?:1[6-9]|20)\d\d)\.{MONTH}"
    rf"(?:\s?[-~–—]\s?((?:1[6-9]|20)\d\d)\.{MONTH}(?![\d.])|\s?[-~–—]?(?=至今))"
)
# A year alone in brackets, behind a title or the year of a reign.
YEAR_OF = r"(?<=[》年版届奖战])(\s?\()((?:1[0-9]|20)\d\d)(?=\))"
SPACED_CODE = (
    r"((?:验证码|校验码|动态码|取件码|提货码)[为是:]?\s?)(\d{2,4}(?:[ -]\d{1,4}){1,3})"
    r"(?![\d-])"
)
EXTENSION = r"((?:分[机機]|内线|內線)[号號:]?\s?)(\d{2,5})(?![\d.%])"
EVENT_DAYS = (
    rf"{START}(6[·・.]18|3[·・.]15|9[·・.]18|11[·・.]11|12[·・.]12)(?![\d.%元万亿米度点倍])"
    rf"(?=[^-~—\d]|$)"
)
PARCEL = r"(?<![A-Za-z])([A-Z]{2,4})(\d{8,18})(?![\d.])"
PER_POWER = rf"(?:(?<=[\^⁰-⁹]\d)|(?<=\^\d\d))/({UNITS.pattern()})(?![A-Za-z\d^])"
# '2010: 23-45' of a book, '2010, 5(2): 23-45' of a journal.
PAGES = (
    rf"{START}((?:19|20)\d\d)((?:,\s?\d{{1,3}})?\s?(?:\(\d{{1,3}}\))?):\s?(\d{{1,4}}[-–]\d{{1,4}})"
    rf"(?=[.\]\s,]|$)"
)
PER_PIECE = (
    r"(?<=\d[个只张片粒支包袋盒瓶块条件本节次步杯份颗枚元])/"
    r"(?=(?:包|袋|箱|瓶|盒|卷|板|片|支|套|组|节|课|场|位|桌|份|次|张|个|户|排|班|季|学期)"
    r"(?![\u4e00-\u9fff]))"
)


RULES: list[Rule] = [
    *typed.RULES,
    book_number(digits, " "),
    processor(digits),
    dense_scripture.verses("ZH", verse),
    *dense_lengths.durations(
        "成绩|纪录|[记紀記]录|完赛|净时|用时|耗时|用時|耗時",
        "用时|耗时|时长|用時|耗時|時長|片长|配速",
        lasted,
    ),
    dense_lengths.ratios("(?:比例|比率|配比|配方比|兑水比|之比|纵横比)(?:为|是|约|:)?", "比"),
    *dense_dates.spans(
        whole_date, lambda month, day: f"{decimal(month)}月{decimal(day)}日", "到"
    ),
    (re.compile(MONTHS), months),
    (re.compile(YEAR_MONTH), month_of),
    (re.compile(YEAR_OF), lambda m: m[1] + digits(m[2])),
    (re.compile(SPACED_CODE), lambda m: m[1] + digits("".join(filter(str.isdigit, m[2])))),
    (re.compile(EXTENSION), lambda m: m[1] + digits(m[2], one="幺")),
    (re.compile(EVENT_DAYS), lambda m: digits("".join(filter(str.isdigit, m[1])))),
    (re.compile(PARCEL), lambda m: m[1] + digits(m[2])),
    (re.compile(PER_PIECE), "每"),
    (re.compile(r"(?<=\d)m(?=\d{1,2}[秒分])"), "米"),
    (re.compile(PER_POWER), lambda m: f"每{UNITS.read(m[1])}"),
    (re.compile(PAGES), lambda m: f"{digits(m[1])}{m[2]},{m[3]}"),
    (re.compile(r"(?<=CET)-?4/6(?!\d)"), "四六"),
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
