"""Numbers with what belongs to them: dates, times, money, counters, telephone numbers.

Every pattern is anchored to the start of a run of digits and takes it possessively, so each
reads a text once, however long its numbers are.
"""

from __future__ import annotations

import re

from engines.reading import dense, dense_rules, roman
from engines.reading.dense import ISO_TIME, NUMBER, RANGE, START, THOUSANDS, Rule
from engines.reading.draft import Draft
from engines.reading.jp import named
from engines.reading.jp.counters import COUNTERS, count, digits, read
from engines.reading.jp.units import UNITS

_CURRENCIES = {
    "US$": "ドル", "HK$": "香港ドル", "A$": "オーストラリアドル", "C$": "カナダドル", "$": "ドル",
    "€": "ユーロ", "£": "ポンド", "¥": "円", "₩": "ウォン", "₹": "ルピー", "₽": "ルーブル",
    "฿": "バーツ", "USD": "ドル", "EUR": "ユーロ", "JPY": "円", "GBP": "ポンド",
    "CA$": "カナダドル", "CAD": "カナダドル", "AU$": "オーストラリアドル",
    "AUD": "オーストラリアドル", "NZ$": "ニュージーランドドル", "NZD": "ニュージーランドドル",
    "HKD": "香港ドル", "S$": "シンガポールドル", "SGD": "シンガポールドル",
    "NT$": "台湾ドル", "TWD": "台湾ドル", "CHF": "スイスフラン", "KRW": "ウォン",
    "CNY": "人民元", "RMB": "人民元", "THB": "バーツ", "RUB": "ルーブル", "INR": "ルピー",
    "MXN": "メキシコペソ", "MX$": "メキシコペソ", "BRL": "レアル", "R$": "レアル",
    "SEK": "スウェーデンクローナ", "NOK": "ノルウェークローネ", "DKK": "デンマーククローネ",
    "BTC": "ビットコイン",
}  # fmt: skip
_CODES = "|".join(code for code in _CURRENCIES if code.isalpha())
_MARKS = dense_rules.Marks(
    degrees="度", minutes="分", seconds="秒", inches="インチ",
    compass={"N": "北緯", "S": "南緯", "E": "東経", "W": "西経"},
)  # fmt: skip
_SIGNS = dense_rules.any_of(_CURRENCIES)
_ADDRESS = {
    ".": "ドット", "@": "アットマーク", "/": "スラッシュ", "-": "ハイフン", "_": "アンダーバー",
    ":": "コロン", "?": "クエスチョン", "=": "イコール", "&": "アンド", "#": "シャープ",
    "%": "パーセント", "+": "プラス", "~": "チルダ",
}  # fmt: skip
_GENERATIONS = {
    "2G": "ツージー", "3G": "スリージー", "4G": "フォージー", "5G": "ファイブジー",
    "6G": "シックスジー", "3M": "スリーエム", "2D": "ツーディー", "3D": "スリーディー",
    "4K": "ヨンケー", "8K": "ハチケー",
}  # fmt: skip
_MYRIADS = {"百": 10**2, "千": 10**3, "万": 10**4, "億": 10**8, "兆": 10**12}
_MYRIAD_NAMES = {"百": "ヒャク", "千": "セン", "万": "マン", "億": "オク", "兆": "チョウ"}
# After these 1日 is a day's length, not the first of a month.
_A_DAY_LONG = re.compile(
    r"\s?(?:\d|[一二三四五六七八九十数]|あたり|当たり|当り|目|分|間|に[\d一二三四五六七八九十数何約]|につき"
    r"|平均|で|おき|ごと|前|後|以内|以上|だけ|しか|かけ|かか|休|遅|早|限り|乗車|体験|券|の|約|およそ|最大"
    r"|も|を|が過|働|過ご|使|寝|歩|待|走|一)"
)
_MONTHLY = re.compile(r"(?:月|毎月|今月|来月|先月|翌月|同月|[/／])\s?$")
_COUNTER_NAMES = dense_rules.any_of(COUNTERS)
# Words that begin like a counter, and spans of days: 3日間.
_NOT_COUNTERS = "分の|人口|本当|本日|年度末|個人|回線|階級|点数|月曜|日曜|時代|番組|台風|名前|度々"


def _date(year: str, month: str, day: str) -> str:
    return count(year, "年") + count(month, "月") + count(day, "日")


def _time(match: re.Match[str]) -> str:
    hour, minute, second = match.groups()
    if int(hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
        return match[0]
    out = count(hour, "時") + (count(minute, "分") if int(minute) else "")
    return out + (count(second, "秒") if second else "")


def _telephone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[0])
    # 1-2-3 is where a house stands.
    if all(len(group) < 3 and group[0] != "0" for group in groups):
        return "ノ".join(map(read, groups))
    plus = "プラス" if match[0][0] == "+" else ""
    return plus + "、".join(map(digits, groups))


def _fraction(part: str, whole: str) -> str:
    return f"{read(whole)}ブンノ{read(part)}"


def _mixed(number: str, part: str, whole: str) -> str:
    return f"{read(number)}ト{_fraction(part, whole)}"


def _one_day(match: re.Match[str]) -> str:
    """1日3回 is three times a day; 4月1日 is the first."""
    text = match.string
    if text.startswith("中", match.end()):
        return match[0]
    before = text[max(0, match.start() - 3) : match.start()]
    if not _MONTHLY.search(before) and _A_DAY_LONG.match(text, match.end()):
        return "イチニチ"
    return match[0]


def _lasting(match: re.Match[str]) -> str:
    """3日間 is ミッカカン, 1日間 イチニチカン."""
    number, unit = match.groups()
    said = "イチニチ" if (number, unit) == ("1", "日") else count(number, unit)
    return f"{said}カン"


def _myriads(match: re.Match[str]) -> str:
    """9万3000 as one number, so that its counter sounds right: 1万本 is イチマンボン."""
    parts = re.findall(r"(\d+)([百千]?)([万億兆]?)", match[1])
    total = sum(
        int(number) * _MYRIADS.get(few, 1) * _MYRIADS.get(many, 1) for number, few, many in parts
    )
    return str(total + int(match[2] or 0))


def _decimal_myriads(match: re.Match[str]) -> str:
    return f"{read(match[1])}{_MYRIAD_NAMES[match[2]]}{COUNTERS.get(match[3] or '', '')}"


def _flat_price(match: re.Match[str]) -> str:
    """100均, a shop where all costs 100 yen."""
    return read(f"{match[1]}00").removesuffix("ク") + "ッキン"


def _day_of_month(match: re.Match[str]) -> str:
    """12/31 is a day; fractions have smaller denominators."""
    month, day = match.groups()
    return f"{month}月{day}日" if 1 <= int(month) <= 12 else match[0]


def _neighbours(match: re.Match[str]) -> str:
    """2、3日 is two or three days."""
    first, last, days = match.groups()
    if int(last) != int(first) + 1:
        return match[0]
    return f"{read(first)}{read(last)}ニチ" if days else read(first) + last


def _versus(match: re.Match[str]) -> str:
    """8対3 is ハチタイサン; only 1対1 contracts."""
    first, last = match.groups()
    return f"{'イッ' if int(first) == 1 else read(first)}タイ{read(last)}"


def _score(match: re.Match[str]) -> str:
    """日本3-1中国; what rises is a range."""
    return f"{match[1]}対{match[2]}" if int(match[1]) >= int(match[2]) else match[0]


def _power(match: re.Match[str]) -> str:
    minus = "マイナス" if match[1][0] == "-" else ""
    return f"ノ{minus}{read(match[1].lstrip('+-'))}ジョウ"


def _roman(match: re.Match[str]) -> str:
    number = roman.value(match[0])
    return match[0] if number is None else str(number)


_JAPANESE = "\u3041-\u30ff\u4e00-\u9fff"
_RESULT = (
    "で(?:勝|敗|負|引|快|辛|競|逆|圧|大|下|破)|の(?:勝|敗|引|逆|接|大|完)|と(?:勝|敗|リード|逆|大)"
)

# In this order: what is longer or more particular comes first.
_RULES: list[Rule] = [
    (dense.WEB, dense.spelled(_ADDRESS, digits)),
    dense.port(digits, "テン", "コロン"),
    *named.RULES,
    *dense_rules.primes(_MARKS),
    dense_rules.scientific(),
    (re.compile(rf"{START}([1-9])00均(?!等|一|衡|質)"), _flat_price),
    (re.compile(r"((?:ボーイング|エアバス)\s?)(\d{3})-(\d{2,3})(?!\d)"),
     lambda m: f"{m[1]}{digits(m[2])}{read(m[3])}"),
    (re.compile(r"((?:ボーイング)\s?)(7\d7)(?!\d)"), lambda m: f"{m[1]}{digits(m[2])}"),
    (re.compile(r"([A-Z]\d{3})-(\d{3})(?![\d-])"), lambda m: f"{m[1]} {read(m[2])}"),
    (re.compile(rf"{START}50-50(?![\d-])"), "ゴジュウゴジュウ"),
    (re.compile(r"(血圧[^\d]{0,4})(\d{2,3})/(\d{2,3})"), r"\1\2ノ\3"),
    (re.compile(r"ドットcom(?![A-Za-z])", re.IGNORECASE), "ドットコム"),
    (re.compile(r"(?<![A-Za-z])No\.\s?1(?!\d|\.\d)"), "ナンバーワン"),
    (re.compile(r"(?<![A-Za-z])[Oo]p\.\s?(?=\d)"), "オーパス"),
    (re.compile(r"\(株\)"), "カブシキガイシャ"),
    (re.compile(r"\(有\)"), "ユウゲンガイシャ"),
    (re.compile(r"(?<![A-Za-z])No\.\s?(?=\d)"), "ナンバー"),
    (re.compile(rf"(?<=[{_JAPANESE}])(?=[IVX]{{2}}){roman.SMALL}(?![A-Za-z\d])"), _roman),
    (re.compile(rf"(?<=第){roman.SMALL}(?![A-Za-z])"), _roman),
    (THOUSANDS, lambda m: m[0].replace(",", "")),
    (ISO_TIME, lambda m: " " if m[0] == "T" else ""),
    *dense_rules.dates(_date, r"(?![\d-]|\.\d)"),
    (re.compile(rf"{START}(\d{{1,2}})/(\d{{1,2}})(?=\s?\([月火水木金土日])"), r"\1月\2日"),
    (re.compile(rf"{START}(\d{{1,2}})/(1[3-9]|2\d|3[01])(?![\d/]|\.\d|インチ|の確率|サイズ)"),
     _day_of_month),
    (re.compile(r"(?<=\d)!(?=\s?=)"), "ノカイジョウ"),
    (re.compile(r"(?<=年)(\d)組"), lambda m: f"{read(m[1])}クミ"),
    (re.compile(rf"{START}(\d{{1,3}}):(\d{{1,3}})(?={_RESULT})"), r"\1対\2"),
    (dense.CLOCK_RANGE, "カラ"),
    (re.compile(rf"{START}(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?(?![\d:])"), _time),
    (re.compile(r"(?<=\d)\s?:\s?(?=\d)"), "対"),
    (re.compile(dense.CODE), _telephone),
    (re.compile(rf"{START}(?:0\d{{1,4}}-\d{{1,4}}-\d{{4}}|\d{{3}}-\d{{4}})(?![\d-])"),
     _telephone),
    (re.compile(rf"{START}0\d{{1,4}} \d{{1,4}} \d{{4}}(?![\d-])"), _telephone),
    *dense_rules.arithmetic("ヒク", "カケル", "ワル"),
    dense_rules.scaled(_SIGNS),
    dense_rules.coded(_CODES),
    *dense_rules.sums(_SIGNS, "千万億兆", "円|ドル|ユーロ|ポンド|元", RANGE, "カラ"),
    (re.compile(rf"{START}(\d{{1,3}})[-–](\d{{1,3}})(?={_RESULT})"), r"\1対\2"),
    (re.compile(rf"(?<=[{_JAPANESE}])(\d{{1,3}})[-–](\d{{1,3}})(?![\d-])(?!{_COUNTER_NAMES})(?=[{_JAPANESE}])"),
     _score),
    (re.compile(r"((?:暗証番号|認証番号|認証コード|確認コード|パスワード|部屋番号|会員番号|口座番号)[はが:]?\s?)"
                r"(\d{3,12})(?!\d)"),
     lambda m: m[1] + digits(m[2])),
    (re.compile(rf"(?<=[時分日月]){RANGE}(?=(?:午前|午後|翌日?|深夜|正午|[朝昼夜])\s?\d?)"),
     "カラ"),
    (re.compile(rf"{START}(\d{{1,3}})対(\d{{1,3}})(?!\d)"), _versus),
    dense_rules.unit_range(UNITS, "カラ"),
    (re.compile(rf"(?<=[年月日時分秒円歳%度回階百千万億兆個人本枚台件点位巻章号]){RANGE}(?=\d)"),
     "カラ"),
    (re.compile(rf"{START}(?<!、)([1-9])、([1-9])(日(?!本)|(?=[人年月週時回度](?!\d)))"),
     _neighbours),
    (re.compile(r"(?<=割)(\d)分"), lambda m: f"{read(m[1])}ブ"),
    (re.compile(rf"(?<=[前後]半){NUMBER}-{NUMBER}(?!\d)"), lambda m: m[0].replace("-", "対")),
    (re.compile(rf"(?<![A-Za-z\d)^])[-–](?=(?:{_SIGNS})?\d)"), "マイナス"),
    (re.compile(rf"({_SIGNS})\s?({NUMBER})([千万億兆]?)"),
     lambda m: m[2] + m[3] + _CURRENCIES[m[1]]),
    (re.compile(rf"(\d\s?)({_CODES}|[$€£₩])(?![A-Za-z])"),
     lambda m: m[1].rstrip() + _CURRENCIES[m[2]]),
    dense_rules.mixed(_mixed, UNITS),
    dense_rules.fraction(_fraction, UNITS),
    (re.compile(rf"(?<=\d){RANGE}(?=\d)"), "カラ"),
    (re.compile(rf"{START}(?<![A-Za-z])[2-8][GMDK](?![A-Za-z\d])"),
     lambda m: _GENERATIONS.get(m[0], m[0])),
    *dense_rules.unit(UNITS),
    (re.compile(r"\^([+-]?\d{1,9})"), _power),
    (re.compile(rf"{START}({NUMBER})(日|分|秒|年|か月|ヶ月|カ月|ヵ月)間(?![違隔])"), _lasting),
    (re.compile(r"(?<=\d)割引き?"), "ワリビキ"),
    (re.compile(r"(?<=\d[個本枚袋箱錠人])入り"), "イリ"),
    (re.compile(rf"{START}1日"), _one_day),
    (re.compile(rf"{START}1日中"), "イチニチジュウ"),
    (re.compile(rf"{START}((?:\d{{1,4}}[千百]?[万億兆]){{1,6}}|\d{{1,2}}[千百])(\d{{1,4}}(?!\d))?"
                rf"(?=\s?(?:{_COUNTER_NAMES}))"), _myriads),
    (re.compile(rf"{START}((?:\d{{1,4}}[千百]?[万億兆]){{1,6}}|\d{{1,2}}[千百])(\d{{1,4}}(?!\d))?"),
     lambda m: read(_myriads(m))),
    (re.compile(rf"{START}(\d++\.\d++)([千万億兆])({_COUNTER_NAMES})?"), _decimal_myriads),
    (re.compile(rf"{START}({NUMBER})\s?(?!{_NOT_COUNTERS})({_COUNTER_NAMES})"),
     lambda m: count(m[1], m[2])),
    dense.version(read, digits, "テン"),
    (re.compile(NUMBER), lambda m: read(m[0])),
]  # fmt: skip


def spell_out(draft: Draft) -> None:
    """Write out all digits of a text, which is in Unicode's compatibility form (NFKC).

    >>> draft = Draft("2024年1月31日、10:30、3本、$3.50")
    >>> spell_out(draft)
    >>> draft.text
    'ニセンニジュウヨネンイチガツサンジュウイチニチ、ジュウジサンジュップン、サンボン、サンテンゴゼロドル'
    """
    dense.apply(_RULES, draft)
