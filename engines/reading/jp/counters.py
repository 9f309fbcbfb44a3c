"""Numbers in katakana, with the counters after them that change their sound."""

from __future__ import annotations

from engines.reading.jp.numbers import LONGEST_NAMED

_DIGITS = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_SECTIONS = ("", "マン", "オク", "チョウ", "ケイ", "ガイ")
_LONGEST = 4 * len(_SECTIONS)
_HUNDREDS = {"3": "サンビャク", "6": "ロッピャク", "8": "ハッピャク", "1": "ヒャク"}
_THOUSANDS = {"3": "サンゼン", "8": "ハッセン", "1": "セン"}
_TENS = {"1": "ジュウ"}
_PLACES: tuple[tuple[dict[str, str], str], ...] = (
    ({}, ""), (_TENS, "ジュウ"), (_HUNDREDS, "ヒャク"), (_THOUSANDS, "セン"),
)  # fmt: skip

# How the end of a number contracts before a counter.
_CONTRACTED = {
    "イチ": "イッ",
    "ロク": "ロッ",
    "ハチ": "ハッ",
    "ジュウ": "ジュッ",
    "ヒャク": "ヒャッ",
    "ビャク": "ビャッ",
    "ピャク": "ピャッ",
}

# Counter: its reading. The first sound decides what contracts.
COUNTERS = {
    "本": "ホン", "匹": "ヒキ", "杯": "ハイ", "分": "フン", "泊": "ハク", "票": "ヒョウ",
    "発": "ハツ", "回": "カイ", "個": "コ", "階": "カイ", "ヶ月": "カゲツ",
    "か月": "カゲツ", "カ月": "カゲツ",
    "箇所": "カショ", "か所": "カショ", "カ所": "カショ", "曲": "キョク", "キロ": "キロ",
    "組": "クミ",
    "冊": "サツ", "歳": "サイ", "才": "サイ", "週間": "シュウカン", "隻": "セキ", "足": "ソク",
    "頭": "トウ", "点": "テン", "通": "ツウ", "着": "チャク", "センチ": "センチ", "社": "シャ",
    "秒": "ビョウ", "枚": "マイ", "台": "ダイ", "度": "ド", "番": "バン", "倍": "バイ",
    "名": "メイ", "円": "エン", "人": "ニン", "年": "ネン", "月": "ガツ", "日": "ニチ",
    "時": "ジ", "時間": "ジカン",
    "割": "ワリ", "位": "イ", "問": "モン", "ドル": "ドル", "ユーロ": "ユーロ", "ポンド": "ポンド",
    "パーセント": "パーセント", "つ": "ツ",
    "軒": "ケン", "件": "ケン", "機": "キ", "基": "キ", "課": "カ", "丁目": "チョウメ",
    "号": "ゴウ", "行": "ギョウ", "話": "ワ", "羽": "ワ", "巻": "カン", "級": "キュウ",
    "球": "キュウ", "周": "シュウ", "周年": "シュウネン", "週": "シュウ", "章": "ショウ",
    "世紀": "セイキ", "世": "セイ", "勝": "ショウ", "敗": "ハイ", "段": "ダン", "部": "ブ",
    "便": "ビン", "歩": "ホ", "粒": "ツブ", "株": "カブ", "缶": "カン", "字": "ジ",
    "対": "タイ", "人前": "ニンマエ", "か国": "カコク", "カ国": "カコク", "ヶ国": "カコク",
    "ヵ月": "カゲツ", "箇月": "カゲツ", "ヶ所": "カショ", "ヵ所": "カショ", "ケ月": "カゲツ",
    "年度": "ネンド", "年生": "ネンセイ", "畳": "ジョウ", "坪": "ツボ", "トン": "トン",
    "ミリ": "ミリ",
    "ページ": "ページ", "頁": "ページ", "店": "テン", "試合": "シアイ", "品": "ヒン",
    "パック": "パック", "セット": "セット", "ケース": "ケース", "ポイント": "ポイント",
    "拍": "ハク", "遍": "ヘン", "編": "ヘン", "篇": "ヘン", "皿": "サラ", "戸": "コ",
    "航": "コウ", "校": "コウ", "県": "ケン", "式": "シキ", "種": "シュ", "種類": "シュルイ",
    "食": "ショク", "尾": "ビ", "膳": "ゼン", "両": "リョウ", "連": "レン",
    "連勝": "レンショウ", "連敗": "レンパイ", "連休": "レンキュウ", "連覇": "レンパ",
    "連泊": "レンパク", "等地": "トウチ", "等賞": "トウショウ", "等級": "トウキュウ",
    "列": "レツ", "代": "ダイ", "等": "トウ", "党": "トウ", "棟": "トウ", "語": "ゴ",
    "グラム": "グラム", "メートル": "メートル", "リットル": "リットル", "カロリー": "カロリー",
    "口": "クチ", "部屋": "ヘヤ", "袋": "フクロ", "箱": "ハコ", "束": "タバ", "切れ": "キレ",
    "桁": "ケタ", "通り": "トオリ", "玉": "タマ", "鉢": "ハチ", "房": "フサ", "晩": "バン",
    "艘": "ソウ", "筆": "ヒツ", "節": "セツ", "体": "タイ", "面": "メン", "門": "モン",
    "幕": "マク", "騎": "キ", "局": "キョク", "首": "シュ", "灯": "トウ", "貫": "カン",
    "尺": "シャク", "寸": "スン", "俵": "ヒョウ", "艇": "テイ", "世帯": "セタイ",
    "錠": "ジョウ", "滴": "テキ", "店舗": "テンポ", "席": "セキ", "作": "サク",
    "脚": "キャク", "丁": "チョウ", "斤": "キン", "合": "ゴウ", "升": "ショウ", "輪": "リン",
    "駅": "エキ", "銭": "セン", "人組": "ニングミ",
    "ヘクタール": "ヘクタール", "ギガバイト": "ギガバイト", "ワット": "ワット",
}  # fmt: skip
_SPECIAL = {
    **{f"{number}日": reading for number, reading in {
        1: "ツイタチ", 2: "フツカ", 3: "ミッカ", 4: "ヨッカ", 5: "イツカ", 6: "ムイカ", 7: "ナノカ",
        8: "ヨウカ", 9: "ココノカ", 10: "トオカ", 14: "ジュウヨッカ", 20: "ハツカ",
        24: "ニジュウヨッカ"}.items()},
    **{f"{number}つ": reading + "ツ" for number, reading in {
        1: "ヒト", 2: "フタ", 3: "ミッ", 4: "ヨッ", 5: "イツ", 6: "ムッ", 7: "ナナ", 8: "ヤッ",
        9: "ココノ"}.items()},
    **{f"{number}{counter}": f"{said}{reading}"
       for counter, reading in {
           "口": "クチ", "部屋": "ヘヤ", "袋": "フクロ", "箱": "ハコ", "束": "タバ", "切れ": "キレ",
           "桁": "ケタ", "通り": "トオリ", "組": "クミ", "玉": "タマ", "鉢": "ハチ", "房": "フサ",
           "坪": "ツボ", "株": "カブ", "皿": "サラ", "粒": "ツブ", "晩": "バン",
           "駅": "エキ",
       }.items() for number, said in (("1", "ヒト"), ("2", "フタ"))},
    "1試合": "ヒトシアイ", "2試合": "フタシアイ",
    "3箱": "サンパコ", "3部屋": "サンヘヤ", "0時": "レイジ", "3袋": "サンフクロ",
    "1人": "ヒトリ", "2人": "フタリ", "2人組": "フタリグミ", "20歳": "ハタチ", "20才": "ハタチ",
}  # fmt: skip
# 4, 7 and 9 have a second reading before these.
_SECOND_READING = {
    "月": {"4": "シ", "7": "シチ", "9": "ク"}, "時": {"4": "ヨ", "7": "シチ", "9": "ク"},
    "時間": {"4": "ヨ", "7": "シチ", "9": "ク"}, "年": {"4": "ヨ"}, "円": {"4": "ヨ"},
    "人": {"4": "ヨ", "7": "シチ"}, "人前": {"4": "ヨ"}, "年生": {"4": "ヨ"}, "年度": {"4": "ヨ"},
    "日": {"7": "シチ", "9": "ク"},
}  # fmt: skip
_VOICED = dict(zip("ハヒフヘホ", "バビブベボ", strict=True))
_HALF_VOICED = dict(zip("ハヒフヘホ", "パピプペポ", strict=True))

_HALF_AFTER_N = frozenset("分泊発歩編遍篇敗品拍")  # サンプン, サンパク; but サンボン, サンバイ
_LOANS = ("ケース", "カロリー")  # イチケース
_KEPT_BEFORE_KILO = ("イチ", "ハチ", "ビャク", "ピャク")
_VOICED_AFTER_N = {"階": "ガ", "軒": "ゲ", "足": "ゾ"}  # サンガイ


def digits(number: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in number)


def read(number: str) -> str:
    """A number in katakana.

    >>> read("2024"), read("3.05"), read("10000")
    ('ニセンニジュウヨン', 'サンテンゼロゴ', 'イチマン')
    """
    whole, point, rest = number.partition(".")
    if point:
        return read(whole) + "テン" + digits(rest)
    if len(whole) > min(_LONGEST, LONGEST_NAMED) or (len(whole) > 1 and whole[0] == "0"):
        return digits(whole)
    out = ""
    while whole:
        size = (len(whole) - 1) % 4 + 1
        section, whole = whole[:size], whole[size:]
        if int(section):
            out += _scaled(_section(section), _SECTIONS[len(whole) // 4])
    return out or _DIGITS[0]


def _scaled(said: str, scale: str) -> str:
    """イッセンマン, ハッチョウ, ジュッケイ: what contracts before a great number."""
    if scale and said == "セン":
        return f"イッセン{scale}"
    ends = {"チョウ": ("イチ", "ハチ", "ジュウ"), "ケイ": ("イチ", "ロク", "ハチ", "ジュウ")}
    for end in ends.get(scale, ()):
        if said.endswith(end):
            return said.removesuffix(end) + _CONTRACTED[end] + scale
    return said + scale


def _section(section: str) -> str:
    out = ""
    for index, digit in enumerate(section):
        special, place = _PLACES[len(section) - 1 - index]
        if digit != "0":
            out += special.get(digit) or _DIGITS[int(digit)] + place
    return out


def count(number: str, counter: str) -> str:
    """A number with its counter.

    >>> count("3", "本"), count("1", "日"), count("8", "回"), count("4", "時")
    ('サンボン', 'ツイタチ', 'ハッカイ', 'ヨジ')
    """
    number = number.lstrip("0") or "0"
    special = _SPECIAL.get(number + counter)
    if special:
        return special
    said, reading = read(number), COUNTERS[counter]
    second = _SECOND_READING.get(counter, {}).get(number[-1])
    if second and "." not in number:
        return said.removesuffix(_DIGITS[int(number[-1])]) + second + reading
    return _contract(said, counter) if "." not in number else said + reading


def _contract(said: str, counter: str) -> str:
    reading = COUNTERS[counter]
    first = reading[0]
    ending = next((end for end in _CONTRACTED if said.endswith(end)), None)
    if said.endswith(("サン", "セン", "ゼン", "マン")) and first in _VOICED:
        half = counter in _HALF_AFTER_N
        return said + (_HALF_VOICED if half else _VOICED)[first] + reading[1:]
    if said.endswith("サン") and counter in _VOICED_AFTER_N:
        return said + _VOICED_AFTER_N[counter] + reading[1:]
    if said.endswith("ヨン") and counter in ("分", "泊"):
        return said + _HALF_VOICED[first] + reading[1:]
    contracts = (
        first in "カキクケコハヒフヘホ"
        or (first in "サシセソタチツテト" and ending not in ("ロク", "ヒャク", "ビャク", "ピャク"))
    ) and not (
        (reading == "キロ" and ending in _KEPT_BEFORE_KILO)
        or (reading in _LOANS and ending != "ジュウ")
    )
    if ending is None or not contracts:
        return said + reading
    changed = _HALF_VOICED.get(first, first) + reading[1:]
    return said.removesuffix(ending) + _CONTRACTED[ending] + changed
