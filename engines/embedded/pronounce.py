"""Words as the user wants them to sound, for eSpeak NG.

English, Spanish and French become eSpeak's own phoneme names, which it reads between double
brackets; Japanese and Korean are written as they sound. Its Mandarin has no names for syllables
that could be checked, so there is no way for Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engines.errors import NoPronunciations
from engines.reading.notation import (
    NASAL,
    SECOND_STRESS,
    STRESS,
    STRESSED,
    read_arpabet,
    read_hangul,
    read_ipa,
    read_kana,
)
from engines.reading.stand_ins import STAND_IN, letters
from engines.reading.user_words import folded, replacer

# Phoneme names of eSpeak NG 1.52, phsource/ph_english, ph_spanish and ph_french.
ENGLISH: Mapping[str, str] = {
    "AA": "A:", "AE": "a", "AH": "V", "AO": "O:", "AW": "aU", "AY": "aI", "EH": "E", "ER": "3:",
    "EY": "eI", "IH": "I", "IY": "i:", "OW": "oU", "OY": "OI", "UH": "U", "UW": "u:", "B": "b",
    "CH": "tS", "D": "d", "DH": "D", "F": "f", "G": "g", "HH": "h", "JH": "dZ", "K": "k", "L": "l",
    "M": "m", "N": "n", "NG": "N", "P": "p", "R": "r", "S": "s", "SH": "S", "T": "t", "TH": "T",
    "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "Z",
}  # fmt: skip
UNSTRESSED: Mapping[str, str] = {"AH": "@", "ER": "3", "IY": "i"}
SPANISH: Mapping[str, str] = {
    "ɾ": "**", "r": "R2", "β": "B", "ð": "D", "ɣ": "Q", "θ": "T", "ɲ": "n^", "ʎ": "l^", "ŋ": "N",
    "ʃ": "S", "ʒ": "Z", "ʝ": "J^", "ɡ": "g", "ɛ": "e", "h": "x",
}  # fmt: skip
FRENCH: Mapping[str, str] = {
    "ʁ": "r", "ɛ": "E", "ɔ": "O", "œ": "W", "ø": "Y", "ə": "@", "ɑ": "a", "ɥ": "y", "ɲ": "n^",
    "ŋ": "N", "ʃ": "S", "ʒ": "Z", "ɡ": "g", "h": "",
    f"ɛ{NASAL}": "E~", f"ɔ{NASAL}": "O~", f"ɑ{NASAL}": "A~", f"œ{NASAL}": "W~",
}  # fmt: skip
IPA: Mapping[str, Mapping[str, str]] = {"ES": SPANISH, "FR": FRENCH}
STRESS_MARKS = {STRESS: "'", SECOND_STRESS: ","}
AS_THEY_SOUND = frozenset(["JP", "KR"])
BETWEEN = "|"  # so that two names are not read as one diphthong
BRACKETS = re.compile(r"\[(?=\[)|\](?=\])")


def written(language: str, spelled: str) -> str:
    """What to write for a word in a text for eSpeak NG.

    Raises:
        PronunciationError: for what cannot be read.
        NoPronunciations: the engine has no way in this language.
    """
    if language == "EN":
        return bracketed(map(english, read_arpabet(spelled)))
    if language in IPA:
        return bracketed(named(read_ipa(spelled, language), IPA[language]))
    if language == "JP":
        return read_kana(spelled)
    if language == "KR":
        return read_hangul(spelled)
    raise NoPronunciations(f"the embedded engine takes no pronunciations for {language}")


def english(phone: str) -> str:
    if phone not in STRESSED:
        return ENGLISH[phone]
    vowel, stress = phone[:-1], phone[-1]
    if stress == "0":
        return UNSTRESSED.get(vowel, ENGLISH[vowel])
    return {"1": "'", "2": ","}[stress] + ENGLISH[vowel]


def named(phones: list[str], names: Mapping[str, str]) -> Iterable[str]:
    """IPA in eSpeak's names; a stress mark belongs to the phone after it, a tilde before it."""
    stress = ""
    for phone, following in zip(phones, [*phones[1:], ""], strict=True):
        if phone in STRESS_MARKS:
            stress = STRESS_MARKS[phone]
        elif phone != NASAL:
            nasal = phone + NASAL if following == NASAL else phone
            name = names.get(nasal, names.get(phone, phone))
            yield stress + name if name else ""
            stress = ""


def bracketed(names: Iterable[str]) -> str:
    return f"[[{BETWEEN.join(filter(None, names))}]]"


def set_apart(
    text: str, language: str, pronunciations: Iterable[tuple[str, str]]
) -> tuple[str, Mapping[str, str]]:
    """The text with stand-ins for the user's words, and how eSpeak NG is to say each of them.

    The reader would take their phoneme names for text. Japanese and Korean are written as they
    sound, so they stand in the text themselves.
    """
    forms = {word: written(language, said) for word, said in folded(pronunciations).items()}
    if language in AS_THEY_SOUND:
        return replacer(forms)(text, lambda word: forms[word.lower()]), {}
    names = {word: STAND_IN + letters(index) for index, word in enumerate(forms)}
    text = replacer(forms)(text, lambda word: names[word.lower()])
    return text, {names[word]: form for word, form in forms.items()}


def put_back(text: str, forms: Mapping[str, str]) -> str:
    """The stand-ins as phoneme names, and no other double brackets."""
    text = BRACKETS.sub(r"\g<0> ", text)
    return replacer(forms)(text, lambda name: forms[name.lower()]) if forms else text
