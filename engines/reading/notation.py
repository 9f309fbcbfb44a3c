"""How the sound of a word is written in each language, whichever engine then says it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.errors import PronunciationError

VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
CONSONANTS = (
    "B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N", "NG", "P", "R", "S", "SH", "T",
    "TH", "V", "W", "Y", "Z", "ZH",
)  # fmt: skip
STRESSES = "012"  # unstressed, primary, secondary
STRESSED = frozenset(vowel + stress for vowel in VOWELS for stress in STRESSES)

NASAL = "\u0303"  # after its vowel: a phone of its own for the checkpoints
STRESS, SECOND_STRESS = "ˈ", "ˌ"  # before the vowel
IPA: Mapping[str, str] = {
    "ES": f"abdefijklmnoprstuwxɛɡɣɲŋɾʃʒʝʎβðθ{STRESS}{SECOND_STRESS}",
    "FR": f"abdefijklmnopstuvwyzøœɑɔəɛɡɥɲŋʁʃʒ{NASAL}{STRESS}{SECOND_STRESS}",
}
IPA_G = str.maketrans("g", "ɡ")  # the letter people have on their keyboard

PINYIN_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w"
PINYIN_FINALS = (
    "a ai an ang ao e ei en eng er i ia ian iang iao ie in ing iong iu o ong ou u ua uai uan uang "
    "ui un uo v ve van vn"
)
KANA = [chr(code) for code in range(ord("ァ"), ord("ヴ") + 1)] + ["ー"]
HANGUL_FIRST, HANGUL_LAST = "가", "힣"
LONGEST_SHOWN = 20  # characters of a wrong phone repeated in an error


@dataclass(frozen=True, slots=True)
class Notation:
    """What a pronunciation of one language is written in."""

    name: str
    example: tuple[str, str]  # a word, and how it sounds
    phones: Sequence[str]
    help: str


NOTATIONS: Mapping[str, Notation] = {
    "EN": Notation(
        "ARPAbet",
        ("tomato", "T AH0 M EY1 T OW0"),
        (*VOWELS, *CONSONANTS),
        "phones parted by spaces; a vowel ends in its stress: 1 primary, 2 secondary, 0 none",
    ),
    "ES": Notation(
        "IPA",
        ("wifi", "ɡwˈifi"),
        tuple(IPA["ES"]),
        f"one character a phone; {STRESS} goes before the stressed vowel",
    ),
    "FR": Notation(
        "IPA",
        ("oignon", "ɔɲˈɔ̃"),
        tuple(IPA["FR"]),
        f"one character a phone, a nasal vowel with its tilde; {STRESS} before the stressed vowel",
    ),
    "ZH": Notation(
        "pinyin",
        ("重庆", "chong2 qing4"),
        (*PINYIN_INITIALS.split(), *PINYIN_FINALS.split(), "1", "2", "3", "4", "5"),
        "syllables parted by spaces, each with its tone; English words in ARPAbet",
    ),
    "JP": Notation(
        "kana", ("明日", "アス"), tuple(KANA), "kana as they sound, ー for a long vowel"
    ),
    "KR": Notation(
        "Hangul",
        ("물결", "물껼"),
        (f"{HANGUL_FIRST}-{HANGUL_LAST}",),
        "syllables as they sound",
    ),
}


def read_arpabet(spelled: str) -> list[str]:
    """'t ah0 m ey1 t ow0' -> ['T', 'AH0', 'M', 'EY1', 'T', 'OW0'], a vowel always with its stress.

    Raises `PronunciationError`.
    """
    phones = []
    for name in spelled.upper().split():
        phone = f"{name}0" if name in VOWELS else name
        if phone not in STRESSED and phone not in CONSONANTS:
            raise unknown(name, "EN")
        phones.append(phone)
    return some(phones)


def read_ipa(spelled: str, language: str) -> list[str]:
    """'vɛ̃' -> ['v', 'ɛ', '̃']. Spaces mean nothing. Raises `PronunciationError`."""
    phones: list[str] = []
    for char in "".join(unicodedata.normalize("NFC", spelled).split()).translate(IPA_G):
        apart = unicodedata.normalize("NFD", char)
        for phone in apart if apart.endswith(NASAL) else char:
            if phone not in IPA[language]:
                raise unknown(phone, language)
            phones.append(phone)
    return some(phones)


def read_kana(spelled: str) -> str:
    """Katakana of kana. Raises `PronunciationError`."""
    katakana = "".join(
        chr(ord(char) + 0x60) if "ぁ" <= char <= "ゔ" else char for char in "".join(spelled.split())
    )
    for char in some(katakana):
        if char not in KANA:
            raise unknown(char, "JP")
    return katakana


def read_hangul(spelled: str) -> str:
    """Whole syllables, composed. Raises `PronunciationError`."""
    hangul = unicodedata.normalize("NFC", "".join(spelled.split()))
    for char in some(hangul):
        if not HANGUL_FIRST <= char <= HANGUL_LAST:
            raise unknown(char, "KR")
    return hangul


def some(phones: Sequence[str]) -> list[str]:
    if not phones:
        raise PronunciationError("it has no phones")
    return list(phones)


def unknown(phone: str, language: str) -> PronunciationError:
    notation = NOTATIONS[language]
    shown = phone[:LONGEST_SHOWN]
    return PronunciationError(
        f"{shown!r} is no phone of {notation.name} as {language} uses it", phone=shown
    )
