"""Sounds of words in the alphabets that `phoneme` names, in the notation of their language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engines.errors import PronunciationError
from engines.reading.notation import IPA_G, SECOND_STRESS, STRESS, some, unknown

NATIVE, IPA, ARPABET = "x-phonex", "ipa", "cmu-arpabet"
ALPHABETS = (NATIVE, IPA, ARPABET)
ENGLISH = "EN"

VOWELS: Mapping[str, str] = {
    "ɑ": "AA", "ɒ": "AA", "æ": "AE", "a": "AE", "ʌ": "AH", "ɐ": "AH", "ə": "AH", "ɔ": "AO",
    "aʊ": "AW", "aɪ": "AY", "ɛ": "EH", "e": "EH", "ɜ": "ER", "ɝ": "ER", "ɚ": "ER", "ɜɹ": "ER",
    "ɜr": "ER", "əɹ": "ER", "ər": "ER", "eɪ": "EY", "ɪ": "IH", "ɨ": "IH", "i": "IY", "oʊ": "OW",
    "əʊ": "OW", "o": "OW", "ɔɪ": "OY", "ʊ": "UH", "u": "UW", "ʉ": "UW",
}  # fmt: skip
CONSONANTS: Mapping[str, str] = {
    "b": "B", "tʃ": "CH", "ʧ": "CH", "d": "D", "ð": "DH", "f": "F", "ɡ": "G", "h": "HH", "dʒ": "JH",
    "ʤ": "JH", "k": "K", "l": "L", "ɫ": "L", "m": "M", "n": "N", "ŋ": "NG", "p": "P", "ɹ": "R",
    "r": "R", "ɻ": "R", "s": "S", "ʃ": "SH", "t": "T", "ɾ": "T", "ʔ": "T", "θ": "TH", "v": "V",
    "w": "W", "ʍ": "W", "j": "Y", "z": "Z", "ʒ": "ZH",
}  # fmt: skip
SYLLABIC = "\u0329"  # below a consonant that is a syllable of its own: a schwa comes before it
# Lengths, syllables, ties and breath, and the slashes around it all: English words do without.
UNSAID = re.compile(r"[\s./\[\]ːˑ\u035c\u0361\u032fʰ‿]")
PHONE = re.compile("|".join(sorted({*VOWELS, *CONSONANTS}, key=len, reverse=True)))
STRESSES = {STRESS: "1", SECOND_STRESS: "2", "'": "1"}


def in_notation(alphabet: str, sound: str, language: str) -> str:
    """How a language's notation writes a sound, which may still be none that it has.

    Args:
        language: a code, or a tag that begins with one.
    Raises:
        PronunciationError: nobody can read this alphabet for this language.
    """
    code = re.split(r"[-_]", language, maxsplit=1)[0].upper()
    if alphabet == NATIVE:
        return sound
    if alphabet == ARPABET and code == ENGLISH:
        return sound
    if alphabet == IPA:
        return arpabet(sound) if code == ENGLISH else sound
    raise PronunciationError(f"{alphabet[:40]!r} is no alphabet that is read for {language[:16]}")


def arpabet(ipa: str) -> str:
    """An English word in ARPAbet; unmarked, its first vowel has the stress.

    >>> arpabet("ˈmæ.dɪ.sən")
    'M AE1 D IH0 S AH0 N'

    Raises:
        PronunciationError: a letter is no sound of English.
    """
    phones: list[str] = []
    stress = ""
    written = UNSAID.sub("", ipa.translate(IPA_G))
    at = 0
    while at < len(written):
        letter = written[at]
        if letter in STRESSES:
            stress = STRESSES[letter]
            at += 1
            continue
        if letter == SYLLABIC and phones:
            phones.insert(len(phones) - 1, "AH0")
            at += 1
            continue
        found = PHONE.match(written, at)
        if found is None:
            raise unknown(letter, ENGLISH)
        vowel = VOWELS.get(found[0])
        phones.append(f"{vowel}{stress or 0}" if vowel else CONSONANTS[found[0]])
        stress = "" if vowel else stress
        at = found.end()
    return " ".join(_stressed(some(phones)))


def _stressed(phones: list[str]) -> list[str]:
    if any(phone.endswith("1") for phone in phones):
        return phones
    first = next((at for at, phone in enumerate(phones) if phone[-1].isdecimal()), None)
    return [f"{one[:-1]}1" if at == first else one for at, one in enumerate(phones)]
