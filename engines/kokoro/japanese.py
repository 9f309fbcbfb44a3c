"""Kana to the Japanese phones of Kokoro.

The model was trained on misaki's: a consonant before i is palatal, u is unrounded, ン takes the
place of what follows. Source: Japanese phonology, and misaki 0.7.4 for the choice of symbols.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

VOWELS = "あいうえお"
IPA_VOWELS = dict(zip(VOWELS, "aiɯeo", strict=True))
ROWS = {  # a row's five kana, and its consonant
    "かきくけこ": "k",
    "がぎぐげご": "ɡ",
    "さしすせそ": "s",
    "ざじずぜぞ": "ʣ",
    "たちつてと": "t",
    "だぢづでど": "d",
    "なにぬねの": "n",
    "はひふへほ": "h",
    "ばびぶべぼ": "b",
    "ぱぴぷぺぽ": "p",
    "まみむめも": "m",
    "らりるれろ": "ɾ",
}
# Kana whose consonant is another than its row's: with it, and with the vowel.
OWN = {
    "し": ("ɕ", "i"),
    "じ": ("ʥ", "i"),
    "ち": ("ʨ", "i"),
    "ぢ": ("ʥ", "i"),
    "ひ": ("ç", "i"),
    "に": ("ɲ", "i"),
    "す": ("s", "ɨ"),
    "ず": ("z", "ɨ"),
    "づ": ("z", "ɨ"),
    "つ": ("ʦ", "ɨ"),
    "ふ": ("ɸ", "ɯ"),
    "や": ("j", "a"),
    "ゆ": ("j", "ɯ"),
    "よ": ("j", "o"),
    "わ": ("β", "a"),
    "ゐ": ("", "i"),
    "ゑ": ("", "e"),
    "を": ("", "o"),
    "ゔ": ("v", "ɯ"),
    "ゎ": ("β", "a"),
    "ゕ": ("k", "a"),
    "ゖ": ("k", "e"),
}
PALATAL = "ʲ"
ALREADY_PALATAL = frozenset("ɕʥʨçɲj")
SMALL_Y = dict(zip("ゃゅょ", ("a", "ɨ", "o"), strict=True))
SMALL_VOWELS = dict(zip("ぁぃぅぇぉ", "aiɯeo", strict=True))
ROUNDED = "ᵝ"
GEMINATE, NASAL, LONG = "っ", "ん", "ー"
BEFORE_LIPS, BEFORE_BACK, BEFORE_PALATE, BEFORE_TEETH = "mpb", "kɡ", "ɲʨʥ", "ntdɾzʣʦ"
MARKS = dict(zip("。、？！「」『』：；（）・～〜", (*".,?!“”“”:;()", " ", "—", "—"), strict=True))


def kana_table() -> dict[str, tuple[str, str]]:
    """Consonant and vowel of each kana."""
    table = {kana: ("", vowel) for kana, vowel in IPA_VOWELS.items()}
    for row, consonant in ROWS.items():
        for kana, vowel in zip(row, "aiɯeo", strict=True):
            palatal = PALATAL if vowel == "i" else ""
            table[kana] = (consonant + palatal, vowel)
    return table | OWN


TABLE = kana_table()


def kana_phones(text: str) -> str:
    """What kana sound like. Marks stay, other characters are left out."""
    kana = _hiragana(text)
    phones: list[str] = []
    at = 0
    while at < len(kana):
        sound, taken = _sound(kana, at)
        phones.append(sound)
        at += taken
    return _with_nasals(phones)


def _sound(kana: str, at: int) -> tuple[str, int]:
    """Phones of one mora, and how many characters it takes."""
    one, small = kana[at], kana[at + 1 : at + 2]
    if one not in TABLE:
        if one in (GEMINATE, NASAL):
            return one, 1
        if one == LONG:
            return "ː", 1
        return MARKS.get(one, one if one in " .,?!“”:;()—…" else ""), 1
    consonant, vowel = TABLE[one]
    if small in SMALL_Y and small:
        return _palatal(consonant) + SMALL_Y[small], 2
    if small in SMALL_VOWELS and small:
        return _borrowed(one, consonant) + _after(one, small), 2
    return consonant + vowel, 1


def _palatal(consonant: str) -> str:
    bare = consonant.removesuffix(PALATAL)
    return bare if bare and bare[-1] in ALREADY_PALATAL else bare + PALATAL


def _borrowed(kana: str, consonant: str) -> str:
    """The consonant of a mora that only borrowed words have, such as ファ or ティ."""
    if kana == "う":
        return "β"
    if kana == "い":
        return "j"
    return consonant + ROUNDED if consonant in ("k", "ɡ") else consonant


def _after(kana: str, small: str) -> str:
    vowel = SMALL_VOWELS[small]
    palatal = vowel == "i" and kana in "つてでふゔ"
    return PALATAL + vowel if palatal else vowel


def _with_nasals(phones: list[str]) -> str:
    said = ""
    for sound, following in pairwise([*phones, ""]):
        if sound == GEMINATE:
            said += "ʔ"
        elif sound == NASAL:
            said += _nasal(following[:1])
        else:
            said += sound
    return said


def _nasal(before: str) -> str:
    if before and before in BEFORE_LIPS:
        return "m"
    if before and before in BEFORE_BACK:
        return "ŋ"
    if before and before in BEFORE_PALATE:
        return "ɲ"
    return "n" if before and before in BEFORE_TEETH else "ɴ"


def _hiragana(text: str) -> str:
    """Katakana as hiragana, which the table is written in."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(
        chr(ord(character) - 0x60) if "ァ" <= character <= "ヶ" else character for character in text
    ).translate({ord("!"): "！", ord("?"): "？"})
