"""Numbers with what belongs to them: dates, times, money, percentages, telephone numbers.

Every pattern is anchored to the start of a run of digits and takes it possessively, so each
reads a text once, however long its numbers are.
"""

from __future__ import annotations

import re

from engines.reading import dense, dense_rules, roman
from engines.reading.dense import ISO_TIME, NUMBER, START, THOUSANDS, Rule
from engines.reading.draft import Draft
from engines.reading.zh import counted, named
from engines.reading.zh.numbers import LONGEST_NAMED, decimal, digits
from engines.reading.zh.units import UNITS

_HANZI = "\u4e00-\u9fff"
_CURRENCIES = {
    "US$": "美元", "HK$": "港元", "NT$": "新台币", "A$": "澳元", "AU$": "澳元", "C$": "加元",
    "CA$": "加元", "S$": "新加坡元", "NZ$": "新西兰元", "R$": "雷亚尔", "$": "美元", "¥": "元",
    "€": "欧元", "£": "英镑", "₩": "韩元", "₽": "卢布", "₹": "卢比", "฿": "泰铢", "₫": "越南盾",
    "RMB": "元", "CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元",
    "GBP": "英镑", "AUD": "澳元", "CAD": "加元", "NZD": "新西兰元", "SGD": "新加坡元",
    "CHF": "瑞士法郎", "KRW": "韩元", "TWD": "新台币", "MOP": "澳门元", "THB": "泰铢",
    "RUB": "卢布", "INR": "卢比", "MXN": "墨西哥比索", "MX$": "墨西哥比索", "BRL": "雷亚尔",
    "SEK": "瑞典克朗", "NOK": "挪威克朗", "DKK": "丹麦克朗", "BTC": "比特币",
}  # fmt: skip
_CODES = "|".join(code for code in _CURRENCIES if code.isalpha())
_MARKS = dense_rules.Marks(
    degrees="度", minutes="分", seconds="秒", inches="英寸",
    compass={"N": "北纬", "S": "南纬", "E": "东经", "W": "西经"},
)  # fmt: skip
_SIGNS = dense_rules.any_of(_CURRENCIES)
_ADDRESS = {
    ".": "点", "@": " at ", "/": "斜杠", "-": "杠", "_": "下划线", ":": "冒号", "?": "问号",
    "=": "等于", "&": "和", "#": "井号", "%": "百分号", "+": "加", "~": "波浪号",
}  # fmt: skip
_WEEK, _DAYS = "一二三四五六日天", "年月日号时点"
_YY = r"\d\d"
# Letters with three digits and more are the name of a thing: A320, G1024, 波音-737.
_NO_CODE = "".join(f"(?<!{code})" for code in [*_CODES.split("|"), *counted.INDICES])
_MODEL = re.compile(
    rf"(?:(?<=波音)|(?<=空客)|(?<=[A-Za-z])(?<!\dx){_NO_CODE})"
    r"[- ]?(\d{3,6})(?:-(\d{3}))?(?![\d%:/-]|[.,]\d|[元美欧英日港万亿])"
)
_NEAR = 12  # characters around a score in which its match is spoken of


def _date(year: str, month: str, day: str) -> str:
    return f"{digits(year)}年{decimal(month)}月{decimal(day)}日"


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59 or _is_score(match):
        return match[0]
    out = ("两" if int(hour) == 2 else decimal(hour)) + "点"
    if int(minute) or second:
        out += ("零" if 0 < int(minute) < 10 else "") + decimal(minute) + "分"
    return out + (decimal(second) + "秒" if second else "")


def _is_score(match: re.Match[str]) -> bool:
    text = match.string
    around = text[max(0, match.start() - _NEAR) : match.start()] + " " + text[match.end() :][:_NEAR]
    return _SCORED.search(around) is not None


def _score(match: re.Match[str]) -> str:
    """德国2-1荷兰 is a score, 3-5天 a range."""
    text = match.string
    if _RANGED.match(text, match.end()):
        return match[0]
    between = _is_hanzi(text[match.start() - 1 : match.start()]) and _is_hanzi(
        text[match.end() : match.end() + 1]
    )
    between = between and text[match.start() - 1] not in "第约共需要每用花近有是为在到了"
    if between or _is_score(match):
        return f"{match[1]}比{match[2]}"
    return match[0]


def _is_hanzi(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _telephone(match: re.Match[str]) -> str:
    plus = "加" if match[0][0] == "+" else ""
    return plus + digits("".join(filter(str.isdigit, match[0])), one="幺")


def _fraction(part: str, whole: str) -> str:
    return f"{decimal(whole)}分之{decimal(part)}"


def _mixed(number: str, part: str, whole: str) -> str:
    return f"{decimal(number)}又{_fraction(part, whole)}"


def _plain(match: re.Match[str]) -> str:
    number = match[0]
    if len(number) > 1 and number[0] == "0" and "." not in number:
        return digits(number)  # a code, not an amount
    if len(number) > LONGEST_NAMED and "." not in number:
        return digits(number)
    return decimal_two(number)


def decimal_two(number: str) -> str:
    """两千, 两万 and 两亿, but 二百 and 二十."""
    said = decimal(number)
    return f"两{said[1:]}" if said.startswith(("二千", "二万", "二亿")) else said


def _neighbours(match: re.Match[str]) -> str:
    """'2、3个' is two or three; '1、2、3' is a list."""
    first, last = match[1], match[2]
    if int(last) != int(first) + 1:
        return match[0]
    return ("两" if first == "2" else decimal(first)) + decimal(last)


def _first(match: re.Match[str]) -> str:
    return f"第{match[1]}" if match[1] == "1" else f"{match[1]}号"


def _money(match: re.Match[str]) -> str:
    sign, number, named = match.groups()
    return number + (named or "") + _CURRENCIES[sign]


def _power(match: re.Match[str]) -> str:
    exponent = match[1]
    minus = "负" if exponent[0] == "-" else ""
    if exponent == "2":
        return "的平方"
    return f"的{minus}{decimal(exponent.lstrip('+-'))}次方"


def _model(match: re.Match[str]) -> str:
    """Trains and flights have their numbers said as telephones do."""
    after = match.string[match.end() : match.end() + 2]
    before = match.string[max(0, match.start() - 2) : match.start()]
    train = before[-1:] in "GDCKTZ" and not re.match("[A-Za-z]", before[:-1]) and "机" not in after
    return digits(match[1] + (match[2] or ""), one="幺" if train else "一")


def _roman(match: re.Match[str]) -> str:
    number = roman.value(match[2])
    if number is None:
        return match[0]
    throne = "世" if match[1] and not match.string.startswith("世", match.end()) else ""
    return f"{match[1] or ''}{number}{throne}"


_SCORED = re.compile(counted.SCORES)
_RANGED = re.compile(rf"\s?(?:{counted.RANGED})")

# In this order: what is longer or more particular comes first.
_RULES: list[Rule] = [
    (dense.WEB, dense.spelled(_ADDRESS, digits)),
    dense.port(digits, "点", "冒号"),
    *named.RULES,
    (re.compile(r"(?<![A-Za-z])No\.?\s?(\d{1,4})(?![\d号]|\.\d)", re.IGNORECASE), _first),
    *dense_rules.primes(_MARKS),
    dense_rules.scientific(),
    (re.compile(rf"({counted.REGNAL})([IVX]{{1,5}})(?![A-Za-z])"), _roman),
    (re.compile(rf"(?<=[{_HANZI}])()((?=[IVX]{{2}}){roman.SMALL})(?![A-Za-z\d])"), _roman),
    (re.compile(rf"(?<=第)()({roman.SMALL})(?![A-Za-z])"), _roman),
    (THOUSANDS, lambda m: m[0].replace(",", "")),
    (ISO_TIME, lambda m: " " if m[0] == "T" else ""),
    *dense_rules.dates(_date, r"(?![\d-]|\.\d)"),
    (dense.CLOCK_RANGE, "到"),
    (re.compile(rf"{START}(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(?![\d:])"), _time),
    (re.compile(r"(血压[^\d]{0,4})(\d{2,3})/(\d{2,3})"), r"\1\2比\3"),
    (re.compile(rf"{START}50-50(?![\d-])"), "五十比五十"),
    (re.compile(rf"{START}(?<![、,第])(?<![、,]\s)([1-9])[、,]\s?([1-9])(?=(?:{counted.MEASURES}|[十百千万亿]|点钟|[月日](?:份|之间)))"),
     _neighbours),
    (re.compile(rf"{START}(\d{{4}}(?: \d{{4}}){{2,4}}(?: \d{{1,3}})?|\d{{3,4}}-\d{{3,4}} \d{{4}})"
                r"(?![\d-])"), _telephone),
    (re.compile(rf"{START}(\d{{3,5}})(?={counted.NAMED_NUMBERS})"), lambda m: digits(m[1])),
    (re.compile(rf"{START}(11[0249]|12[02]|12\d{{3}}|95\d{{3}}|100\d\d)(?={counted.SERVICES})"),
     lambda m: digits(m[1], one="幺")),
    (re.compile(rf"{START}985(?=[、和/,及])([、和/,及])(?=211)"), r"九八五\1"),
    (re.compile(rf"{START}(?:985|211)(?=高校|大学|院校|工程)"), lambda m: digits(m[0])),
    (re.compile(rf"{START}(\d{{1,2}})[·・•](\d{{1,2}})(?=事件|地震|恐|袭|大|惨案|运动|事变|起义|政变|革命|空难|爆炸)"),
     lambda m: digits(m[1]) + digits(m[2])),
    (re.compile(r"(?:(?<=单元)|(?<=号楼)|(?<=[栋幢座]))(\d{3,4})(?![\d号楼层元个])"),
     lambda m: digits(m[1])),
    (re.compile(r"(?<=\d[次个件人台本瓶张盒吨度页米升])/(?=[分秒天日周月年时小人个件次平台斤户])"),
     "每"),
    (re.compile(r"(?<=\d)!(?=\s?=)"), "的阶乘"),
    (re.compile(rf"{START}(\d{{1,2}})/(\d{{1,2}})(?=\s?[((](?:周|星期))"), r"\1月\2日"),
    (re.compile(rf"((?:{counted.CODES})[为是:]?\s?)(\d{{3,20}})(?![\d%-]|\.\d)"),
     lambda m: m[1] + digits(m[2])),
    (re.compile(rf"([{counted.PLATES}][A-Z])[·・•]?(\d{{4,5}})(?!\d|\.\d)"),
     lambda m: m[1] + digits(m[2])),
    (re.compile(r"(?<=\d[万亿千百])\s?[-~–—]\s?(?=\d)"), "到"),
    (re.compile(rf"{START}(\d{{3,4}})(?=(?:室|房间|号房|号病房|病房|教室|寝室|宿舍|包间|包厢|会议室))"),
     lambda m: digits(m[1])),
    (re.compile(r"(?<=\d[米块秒])(\d\d)(?!\d|\.\d|\s?(?:厘米|分米|公分|cm|年|米|元|分|[a-z]))"),
     lambda m: digits(m[1])),
    (re.compile(dense.CODE), _telephone),
    (re.compile(rf"{START}(?:1[3-9]\d{{9}}|1[3-9]\d[ -]\d{{4}}[ -]\d{{4}}|\d{{3}}-\d{{4}}"
                rf"|0\d{{2,3}}[ -]\d{{7,8}}|0\d{{2,3}} \d{{3,4}} \d{{4}}|\d{{3}}-\d{{3,4}}-\d{{4}}"
                rf"|[48]00[ -]\d{{3}}[ -]\d{{4}})(?![\d-])"), _telephone),
    (re.compile(r"((?:拨打|致电|热线|客服|电话|报警)[:：]?\s?)(\d{3,6})(?![\d%-]|\.\d)"),
     lambda m: m[1] + digits(m[2], one="幺")),
    *named.LATE_RULES,
    (_MODEL, _model),
    *dense_rules.arithmetic("减", "乘", "除以"),
    dense_rules.scaled(_SIGNS),
    dense_rules.coded(_CODES),
    *dense_rules.sums(_SIGNS, "千百万亿", "美元|欧元|英镑|日元|港元|元|块", "[-~–—]", "到"),
    (re.compile(rf"{START}(\d{{4}})\s?[-~–—]\s?(\d{{4}})(?=年)"),
     lambda m: f"{digits(m[1])}到{digits(m[2])}"),
    (re.compile(rf"{START}((?:1\d|20)\d\d)\s?[-~–—]\s?((?:1\d|20)\d\d)(?![\d{_HANZI}])"),
     lambda m: f"{digits(m[1])}到{digits(m[2])}"),
    dense_rules.unit_range(UNITS, "到"),
    (re.compile(rf"(?<=[{counted.DATED}纪])\s?[-~–—]+\s?(?=\d|(?:公元)?前\d|公元\d)"), "到"),
    (re.compile(rf"(?<=[周期拜][{_WEEK}1-6])\s?[-~–—]\s?(?=(?:周|星期|礼拜)[{_WEEK}2-7])"), "到"),
    (re.compile(rf"(?<=[{_DAYS}])\s?[-~]\s?(?=[一二三四五六七八九十]{{1,3}}[{_DAYS}])"), "到"),
    (re.compile(rf"{START}(\d{{1,3}})[-–](\d{{1,3}})(?![\d-]|\.\d)"), _score),
    (re.compile(r"(?<=\d)\s?[-~–—]\s?(?=\d++(?:\.\d++)?%)"), "到%"),
    (re.compile(rf"{START}({NUMBER})到%({NUMBER})%"), r"百分之\1到\2"),
    (re.compile(r"到%"), "到"),
    (re.compile(rf"(?<![\w)^])[-–](?=(?:{_SIGNS})?\d)"), "负"),
    (re.compile(rf"(?:(?<=[{_HANZI}])-(?=(?:{_SIGNS})\d))"), "负"),
    (re.compile(rf"(?<=[{_HANZI}])-(?=\d++(?:\.\d++)?\s?(?:度|°|%|元|摄氏|万|亿|米|分))"), "负"),
    (re.compile(rf"({counted.BELOW_ZERO})-(?=\d)"), r"\1负"),
    (re.compile(rf"(?<=[{_HANZI}])-(?=\d)"), ""),
    (re.compile(rf"({_SIGNS})\s?({NUMBER})([千百]?[万亿])?"), _money),
    (re.compile(rf"(\d\s?)({_CODES}|[$€£₩])(?![A-Za-z])"),
     lambda m: m[1].rstrip() + _CURRENCIES[m[2]]),
    dense_rules.mixed(_mixed, UNITS),
    (re.compile(rf"{START}({NUMBER})%"), r"百分之\1"),
    (re.compile(rf"{START}({NUMBER})‰"), r"千分之\1"),
    dense_rules.fraction(_fraction, UNITS),
    (re.compile(rf"{START}([1-9]\d{{3}})(?=年(?:前|来|的?历史|多))"), lambda m: decimal_two(m[1])),
    (re.compile(rf"{START}([1-9]000|2[2-9]\d\d|[3-9]\d{{3}})(?=年)(?<!2000)(?<!1000)"),
     lambda m: decimal_two(m[1])),
    (re.compile(r"(?<=[KMGT]B)/s(?![A-Za-z])"), "每秒"),
    (re.compile(rf"{START}(\d{{4}})(?=年)|{START}((?:19|20)\d\d)(?=届|级(?!别))"),
     lambda m: digits(m[0])),
    (re.compile(rf"{START}(\d\d)(?={counted.NAMED_YEARS})"), lambda m: digits(m[1])),
    (re.compile(rf"'({_YY})(?=年)"), lambda m: digits(m[1])),
    (re.compile(rf"(?:(?<=^)|(?<=[，。、,.!?！？；：:\s“\"'（(在自从于生]))(0\d|[6-9]\d)(?={counted.BARE_YEARS})"),
     lambda m: digits(m[1])),
    (re.compile(rf"{START}(\d[05])(?=后(?![面边来续天者\d]))"), lambda m: digits(m[1])),
    (re.compile(r"(?<=\d)\s?[-~–—]\s?(?=\d)"), "到"),
    (re.compile(r"(?<=\d)\s?:\s?(?=\d)"), "比"),
    (re.compile(r"(?<=[点分秒])\s?[-~–—]\s?(?=[零一二三四五六七八九十两])"), "到"),
    (re.compile(rf"(?<=[元块角分])/(?=[{_HANZI}])"), "每"),
    (re.compile(rf"(?<=[{_HANZI}A-Za-z])/(?=天|日|周|月|年|秒|分钟|小时|人|次|平方|公里|件|斤|只|晚)"),
     "每"),
    (re.compile(rf"{START}2(?=点(?:[^\d点]|\d{{1,2}}分|$))"), "两"),
    *dense_rules.unit(UNITS),
    (re.compile(rf"(?<![\d.^第A-Za-z])2(?=(?:到\d{{1,3}})?(?:{counted.MEASURES}))"), "两"),
    (re.compile(r"\^([+-]?\d{1,9})"), _power),
    dense.version(lambda part: decimal(part), digits, "点"),
    (re.compile(NUMBER), _plain),
    # What is left of 1.2.3, a version
    (re.compile(r"(?<=[零一二三四五六七八九十])\.(?=[零一二三四五六七八九十])"), "点"),
]  # fmt: skip


def spell_out(draft: Draft) -> None:
    """Write out all digits of a text, which is in Unicode's compatibility form (NFKC).

    >>> draft = Draft("2024-01-31 10:05,$3.50,1/2,-15%")
    >>> spell_out(draft)
    >>> draft.text
    '二零二四年一月三十一日 十点零五分,三点五零美元,二分之一,负百分之十五'
    """
    dense.apply(_RULES, draft)
