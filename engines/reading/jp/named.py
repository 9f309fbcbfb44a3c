"""Numbers that name something in Japanese: houses, figures, averages, decades, codes."""

from __future__ import annotations

import re

from engines.reading import dense_dates, dense_lengths, dense_scripture
from engines.reading.dense import BARE_FRACTION, START, Rule, book_number, processor
from engines.reading.jp import eras, kanji_numbers, latin, ranges
from engines.reading.jp.counters import count, digits, read

Match = re.Match[str]

# Where a house stands, behind the name of its place.
HOUSE = (
    r"((?:[都道府県市区郡町村]|丁目)[^\d、。\s]{0,12}\s?)(\d{1,4})[-–](\d{1,4})"
    r"(?![\d-]|\.\d|\s?[-–]|[年月日時分人点回本個]|で(?:勝|敗|負|引))"
)
FIGURE = (
    r"((?:図|表|写真|式|例題?|問題?|問い|資料|付図|付表|練習|演習)\s?)"
    r"(\d{1,2})[-–](\d{1,2})(?![\d-])"
)
AVERAGE = r"((?:打率|出塁率|長打率|勝率|得点圏打率)[はがも]?\s?)0?\.(\d)(\d)(\d)(?!\d)"
DECADE = rf"{START}((?:1[6-9]|20)\d0)s(?![A-Za-z])"
CODED = (
    r"((?:注文|受付|伝票|追跡|予約|お?問い?合わ?せ|お客様|顧客|登録|社員|学籍|製造|申込|管理|"
    r"整理|郵便|免許証|証券|銘柄"
    r"|認証|確認)(?:番号|コード)[はが:、]?\s?)(\d{3,14})(?![\d-]|\.\d)"
)
EMERGENCY = rf"{START}110番"
DRAWN = rf"{START}(\d{{1,3}})分け(?!る|て|合|与|隔)"
TITLES = {
    "Dr": "ドクター",
    "Mr": "ミスター",
    "Mrs": "ミセス",
    "Ms": "ミズ",
    "St": "セント",
    "vs": "バーサス",
}
LABEL = r"(?<=ドット)(ac|or|ne|go|jp|uk|us|cn|kr|fr|de|io|ai|tv|me|eu|org|edu|gov)(?![A-Za-z])"
PAIR = r"\d{1,3}[-–]\d{1,3}(?:\(\d{1,2}(?:[-–]\d{1,2})?\))?"
SETS = rf"{START}{PAIR}(?:[、,]\s?{PAIR})+(?![-–\d])"
ONE_SET = re.compile(r"(\d{1,3})[-–](\d{1,3})")
PLAYED = re.compile(r"で[勝敗下破逆制]|セット|試合|優勝|準決|決勝|回戦|スコア|ストレート")
SHORTFALL = r"[▲△]\s?(?=\d[\d,.]*(?:[億兆万千百円%]|ポイント|pt|$|[\s、。)]))"
PLATE = r"(?<=[一-鿿]\s)(\d{2,3})\s?([ぁ-ん])\s?(\d{1,2})-(\d{2})(?![\d-])"
SCORE = r"((?:スコア|得点|点数)[はがも:]?\s?)(\d{1,3})\s?[:-]\s?(\d{1,3})(?![\d:-])"
PER = (
    r"(?<=[回個本人円台件枚杯歩万千])/(分|秒|時間?|日|週間?|月|年|人|個|本|枚|回|室|泊|kg|セット)"
    r"(?![一-鿿ァ-ヺ])"
)
EACH = {
    "分": "マイフン", "秒": "マイビョウ", "時": "イチジカンアタリ", "時間": "イチジカンアタリ",
    "日": "イチニチアタリ", "週": "イッシュウカンアタリ", "週間": "イッシュウカンアタリ",
    "月": "マイツキ", "年": "イチネンアタリ", "人": "ヒトリアタリ", "個": "イッコアタリ",
    "本": "イッポンアタリ", "枚": "イチマイアタリ", "回": "イッカイアタリ", "室": "イッシツアタリ",
    "泊": "イッパクアタリ", "kg": "イチキロアタリ", "セット": "イチセットアタリ",
}  # fmt: skip
GIVEN_UP = {"1": "ヒト", "2": "フタ"}


def average(found: Match) -> str:
    """'打率.310' -> 'サンワリイチブ'."""
    parts = ((found[2], "ワリ"), (found[3], "ブ"), (found[4], "リン"))
    return found[1] + "".join(read(digit) + name for digit, name in parts if digit != "0")


def drawn(found: Match) -> str:
    """'1分け', a match without a winner."""
    return f"{GIVEN_UP.get(found[1]) or read(found[1])}ワケ"


def sets(found: Match) -> str:
    """'6-4、3-6、7-6(7-5)', where a match is spoken of or one falls: no range does."""
    pairs = ONE_SET.findall(found[0])
    falls = any(int(first) > int(last) for first, last in pairs)
    if not falls and not PLAYED.search(found.string[found.end() : found.end() + 12]):
        return found[0]
    return ONE_SET.sub(lambda one: f"{read(one[1])}タイ{read(one[2])}", found[0])


def lasted(hours: str | None, minutes: str, seconds: str) -> str:
    """'2:05:30' behind 記録 -> '2時間5分30秒'."""
    before = f"{hours}時間" if hours else ""
    return before + (f"{minutes}分" if minutes != "0" or not before else "") + f"{seconds}秒"


def verse(chapter: str, first: str, last: str | None) -> str:
    return f"{chapter}章{first}節" + (f"から{last}節" if last else "")


RULES: list[Rule] = [
    book_number(digits, "、"),
    processor(digits),
    *eras.RULES,
    *dense_dates.spans(
        lambda year, month, day: f"{year}年{int(month)}月{int(day)}日",
        lambda month, day: f"{int(month)}月{int(day)}日",
        "から",
    ),
    dense_dates.months(lambda year, month: f"{year}年{month}月"),
    (re.compile(r"(?<=\d日)付け?(?=[でのに、を採発辞])"), "ヅケ"),
    dense_scripture.verses("JP", verse),
    *dense_lengths.durations(
        "記録|ベスト|タイム|完走|所要時間|再生時間|収録時間|上映時間|演奏時間|動画時間|ラップ",
        "再生時間|収録時間|演奏時間|動画時間|ラップ|動画の長さ",
        lasted,
    ),
    dense_lengths.ratios("比率は?|割合は?|比は|縦横比は?|配合比?は?", "対"),
    (re.compile(SCORE), r"\1\2対\3"),
    (re.compile(SETS), sets),
    (re.compile(SHORTFALL), "マイナス"),
    (re.compile(PLATE), lambda m: f"{read(m[1])}{m[2]}{digits(m[3])}ノ{digits(m[4])}"),
    (re.compile(PER), lambda m: EACH[m[1]]),
    (re.compile(r"(?<=\d)m(?=\d{1,2}(?:秒|分))"), "メートル"),
    *ranges.RULES,
    *kanji_numbers.RULES,
    (re.compile(r"(?:(?<=\d[日年分時秒])|(?<=[\dヶか][月年])|(?<=[週時分日年]間))"
                r"後(?=[にのはもで、。]|から|まで|以降|$)"), "ゴ"),
    (re.compile(LABEL), lambda m: "オーグ" if m[1] == "org" else latin.spell(m[1])),
    (re.compile(r"(?<![A-Za-z])(Dr|Mrs?|Ms|St|vs)\.\s?(?=[A-Zぁ-ヿ一-鿿])"),
     lambda m: TITLES[m[1]]),
    (re.compile(AVERAGE), average),
    BARE_FRACTION,
    (re.compile(r"(?<![A-Za-z])[Vv]er\.\s?(?=\d)"), "バージョン"),
    (re.compile(r"(?<![A-Za-z])[Vv]ol\.\s?(?=\d)"), "ボリューム"),
    (re.compile(rf"{START}([2-9]|1[0-2])/\1(?![\d/]|\.\d)"), r"\1月\1日"),
    (re.compile(DECADE), lambda m: count(m[1], "年") + "ダイ"),
    (re.compile(rf"{START}(0\d{{1,4}})\((\d{{1,4}})\)(\d{{4}})(?!\d)"),
     lambda m: "、".join(map(digits, m.groups()))),
    (re.compile(CODED), lambda m: m[1] + digits(m[2])),
    (re.compile(EMERGENCY), "ヒャクトオバン"),
    (re.compile(DRAWN), drawn),
    (re.compile(rf"{START}(\d{{2,3}})/(\d{{2,3}})\s?(?=mmHg)"), r"\1ノ\2"),
    (re.compile(rf"{START}(\d{{2,3}})/(\d{{2,3}})(?=\s?(?:[kMG]?Hz|V)(?![A-Za-z]))"), r"\1、\2"),
    (re.compile(rf"{START}([1-9]\d?)\s?(?:vs|VS|[vV])\s?([1-9]\d?)(?![A-Za-z\d.])"), r"\1対\2"),
    (re.compile(HOUSE), lambda m: f"{m[1]}{read(m[2])}ノ{read(m[3])}"),
    (re.compile(FIGURE), lambda m: f"{m[1]}{read(m[2])}ノ{read(m[3])}"),
    (re.compile(r"'(\d\d)(?=年(?!代))"), lambda m: f"{count(m[1], '年').removesuffix('ネン')}"),
    (re.compile(r"(?<=\d人)暮らし"), "グラシ"),
]  # fmt: skip
