"""Numbers that name something in Japanese: houses, figures, averages, decades, codes."""

from __future__ import annotations

import re

from engines.reading.dense import BARE_FRACTION, START, Rule
from engines.reading.jp import latin
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
    r"((?:注文|受付|伝票|追跡|予約|お?問い?合わ?せ|お客様|顧客|登録|社員|学籍|製造|申込|管理|整理|郵便|免許証|証券|銘柄"
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
GIVEN_UP = {"1": "ヒト", "2": "フタ"}


def average(found: Match) -> str:
    """'打率.310' -> 'サンワリイチブ'."""
    parts = ((found[2], "ワリ"), (found[3], "ブ"), (found[4], "リン"))
    return found[1] + "".join(read(digit) + name for digit, name in parts if digit != "0")


def drawn(found: Match) -> str:
    """'1分け', a match without a winner."""
    return f"{GIVEN_UP.get(found[1]) or read(found[1])}ワケ"


RULES: list[Rule] = [
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
