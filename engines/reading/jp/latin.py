"""English words in katakana, from their ARPAbet sounds."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

_NAMES = """
    エー ビー シー ディー イー エフ ジー エイチ アイ ジェー ケー エル エム
    エヌ オー ピー キュー アール エス ティー ユー ブイ ダブリュー エックス ワイ ゼット
"""
LETTERS = dict(zip(ascii_lowercase, _NAMES.split(), strict=True))

# Vowel: where it is in a row of kana, and what lengthens it.
_VOWELS = {
    "aa": (0, ""), "ae": (0, ""), "ah": (0, ""), "ao": (4, ""), "aw": (0, "ウ"), "ay": (0, "イ"),
    "eh": (3, ""), "er": (0, "ー"), "ey": (3, "イ"), "ih": (1, ""), "iy": (1, "ー"),
    "ow": (4, "ー"), "oy": (4, "イ"), "uh": (2, ""), "uw": (2, "ー"),
}  # fmt: skip
_SHORT = frozenset(["ae", "ah", "eh", "ih", "uh", "aa"])
_SILENT_ROW = "ア イ ウ エ オ"
_ROWS = {
    consonant: row.split()
    for consonant, row in {
        "": _SILENT_ROW, "b": "バ ビ ブ ベ ボ", "ch": "チャ チ チュ チェ チョ",
        "d": "ダ ディ ドゥ デ ド", "dh": "ザ ジ ズ ゼ ゾ", "f": "ファ フィ フ フェ フォ",
        "g": "ガ ギ グ ゲ ゴ",
        "hh": "ハ ヒ フ ヘ ホ", "jh": "ジャ ジ ジュ ジェ ジョ", "k": "カ キ ク ケ コ",
        "l": "ラ リ ル レ ロ", "m": "マ ミ ム メ モ", "n": "ナ ニ ヌ ネ ノ",
        "ng": "ンガ ンギ ング ンゲ ンゴ",
        "p": "パ ピ プ ペ ポ", "r": "ラ リ ル レ ロ", "s": "サ シ ス セ ソ",
        "sh": "シャ シ シュ シェ ショ", "t": "タ ティ トゥ テ ト", "th": "サ シ ス セ ソ",
        "v": "ヴァ ヴィ ヴ ヴェ ヴォ", "V": "ヴァ ヴィ ヴ ヴェ ヴォ", "w": "ワ ウィ ウ ウェ ウォ",
        "y": "ヤ イ ユ イェ ヨ", "z": "ザ ジ ズ ゼ ゾ", "zh": "ジャ ジ ジュ ジェ ジョ",
    }.items()
}  # fmt: skip
_ALONE = {
    "b": "ブ", "ch": "チ", "d": "ド", "dh": "ズ", "f": "フ", "g": "グ", "hh": "フ", "jh": "ジ",
    "k": "ク", "l": "ル", "m": "ム", "n": "ン", "ng": "ング", "p": "プ", "r": "ル", "s": "ス",
    "sh": "シュ", "t": "ト", "th": "ス", "v": "ヴ", "V": "ヴ", "w": "ウ", "y": "イ", "z": "ズ",
    "zh": "ジュ",
}  # fmt: skip


def spell(word: str) -> str:
    """Letter by letter."""
    return "".join(LETTERS.get(letter, "") for letter in word.lower())


def write(sounds: Sequence[str]) -> str:
    """MeloTTS's English phones in katakana.

    >>> write("ae p ah l".split()), write("jh aa n".split()), write("w ih n d ow z".split())
    ('アップル', 'ジャン', 'ウィンドーズ')
    """
    out = ""
    index = 0
    while index < len(sounds):
        sound, after = sounds[index], sounds[index + 1 : index + 2]
        if sound in _VOWELS:
            out += _open("", sound)
        elif after and after[0] in _VOWELS:
            last = index + 2 == len(sounds) - 1 and sounds[-1] == "l" and after[0] == "ah"
            if last and sound in _ALONE:  # 'apple': no vowel before the last l
                out += _double(sounds, index) + _ALONE[sound]
            else:
                out += _open(sound, after[0])
            index += 1
        elif sound == "r" and index and sounds[index - 1] in _VOWELS:
            out += "" if out.endswith("ー") else "ー"
        elif sound == "m" and after and after[0] in ("b", "p"):
            out += "ン"
        elif sound in _ALONE:
            out += _double(sounds, index) + _ALONE[sound]
        index += 1
    return out


def _open(consonant: str, vowel: str) -> str:
    place, length = _VOWELS[vowel]
    if consonant in ("k", "g") and vowel == "ae":  # 'cat', 'gap'
        return {"k": "キャ", "g": "ギャ"}[consonant]
    return _ROWS.get(consonant, _ROWS[""])[place] + length


def _double(sounds: Sequence[str], index: int) -> str:
    """The small ッ of キャット: a stop that closes a short vowel, at the end or before l."""
    rest = list(sounds[index + 1 :])
    closes = not rest or rest in (["ah", "l"], ["l"])
    stop = sounds[index] in ("p", "t", "k", "ch", "jh", "d", "g")
    return "ッ" if index and closes and stop and sounds[index - 1] in _SHORT else ""
