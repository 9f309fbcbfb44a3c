"""Katakana to the phones of MeloTTS's Japanese symbols."""

from __future__ import annotations

LONG_MARK = "ー"
_VOWELS = "aiueo"
_SMALL_VOWELS = dict(zip("ァィゥェォ", _VOWELS, strict=True))

# Rows of five, － where the syllabary has a gap.
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾ",
    "t": "タチツテト", "d": "ダヂヅデド", "n": "ナニヌネノ", "h": "ハヒフヘホ", "b": "バビブベボ",
    "p": "パピプペポ", "m": "マミムメモ", "y": "ヤ－ユ－ヨ", "r": "ラリルレロ", "w": "ワ－－－－",
}  # fmt: skip
_CONSONANTS = {"シ": "sh", "ジ": "j", "チ": "ch", "ツ": "ts", "ヂ": "j", "ヅ": "z", "フ": "f"}
_GLIDES = (("ャ", "a"), ("ュ", "u"), ("ョ", "o"))
_PALATAL = {
    "キク": "ky", "ギグ": "gy", "シス": "sh", "ジヂ": "j", "ズヅ": "zy", "チツ": "ch", "テト": "ty",
    "デド": "dy", "ニヌ": "ny", "ヒフ": "hy", "ビ": "by", "ピプ": "py", "ミム": "my", "リル": "ry",
}  # fmt: skip

_SPECIAL = {
    "ヰ": "i", "ヱ": "e", "ヲ": "o", "ン": "N", "ッ": "q", "ヴ": "b u", "ヮ": "w a", "ヶ": "k e",
    "ャ": "y a", "ュ": "y u", "ョ": "y o",
    # Sounds of foreign words
    "イェ": "i e", "イャ": "y a", "ウァ": "u a", "ウィ": "w i", "ウェ": "w e", "ウォ": "w o",
    "スィ": "s i", "ズァ": "z u a", "ズィ": "z i", "ズェ": "z e", "ズォ": "z o", "シェ": "sh e",
    "ジェ": "j e", "ヂェ": "j e", "チェ": "ch e", "ツァ": "ts a", "ツィ": "ts i", "ツェ": "ts e",
    "ツォ": "ts o", "ティ": "t i", "トゥ": "t u", "ディ": "d i", "ドゥ": "d u", "ドァ": "d o a",
    "ファ": "f a", "フィ": "f i", "フェ": "f e", "フォ": "f o", "ヴァ": "b a", "ヴィ": "b i",
    "ヴェ": "b e", "ヴォ": "b o", "ヴュ": "by u", "ブュ": "by u",
    # Where the checkpoints' long vowels are irregular
    "アァ": "a a", "イィ": "i i", "エェ": "e e", "ズゥ": "z u", "フゥ": "f u", "ヅゥ": "d u:",
    "ヲォ": "o:", "ユャ": "y a:", "ユュ": "y u:", "ユョ": "y o:",
}  # fmt: skip


def _syllables() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for row_consonant, row in _ROWS.items():
        for kana, vowel in zip(row, _VOWELS, strict=True):
            if kana == "－":
                continue
            consonant = _CONSONANTS.get(kana, row_consonant)
            start = (consonant,) if consonant else ()
            table[kana] = (*start, vowel)
            small = "ァィゥェォ"[_VOWELS.index(vowel)]
            table[kana + small] = (*start, vowel + ":")
    for kanas, consonant in _PALATAL.items():
        for kana in kanas:
            table |= {kana + glide: (consonant, vowel) for glide, vowel in _GLIDES}
    table |= {kana: (vowel,) for kana, vowel in _SMALL_VOWELS.items()}
    return table | {kana: tuple(phones.split()) for kana, phones in _SPECIAL.items()}


SYLLABLES = _syllables()


def phones(katakana: str, long_vowels: bool) -> list[str]:
    """The phones of katakana; characters that have none stand for themselves.

    Upstream loses the long mark; `long_vowels` repeats the vowel before it instead.

    >>> phones("ラーメン", long_vowels=True)
    ['r', 'a', 'a', 'm', 'e', 'N']
    """
    out: list[str] = []
    at = 0
    while at < len(katakana):
        pair = katakana[at : at + 2]
        known = SYLLABLES.get(pair)
        if known is None:
            pair = pair[0]
            known = SYLLABLES.get(pair)
        if pair == LONG_MARK:
            known = (out[-1][0],) if long_vowels and out and out[-1][0] in "aiueo" else ()
        out += known if known is not None else pair
        at += len(pair)
    return out
