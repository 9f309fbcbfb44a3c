"""English, Spanish and French phones as Kokoro knows them, out of those of eSpeak NG.

The model's English phones are those of misaki, which writes a diphthong as one letter; what eSpeak
NG ties together (`a^ɪ`) is told apart by that tie. Sources: misaki 0.9, its documentation of the
English phones and its table for eSpeak's; docs/phonemes of eSpeak NG 1.52.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

TIE = "^"
SYLLABIC = "\u0329"
NASAL = "\u0303"

DIPHTHONGS: Mapping[str, str] = {"a^ɪ": "I", "a^ʊ": "W", "e^ɪ": "A", "ɔ^ɪ": "Y"}
AFFRICATES: Mapping[str, str] = {"d^ʒ": "ʤ", "t^ʃ": "ʧ", "d^z": "ʣ", "t^s": "ʦ"}
ENGLISH: Mapping[str, str] = {
    f"ʔˌn{SYLLABIC}": "tn",
    f"ʔn{SYLLABIC}": "tn",
    "ʔn": "tn",
    "ʔ": "t",
    "ə^l": "ᵊl",
    "ʲo": "jo",
    "ʲə": "jə",
    "ʲ": "",
    "r": "ɹ",
    "x": "k",
    "ç": "k",
    "ɐ": "ə",
    "ɬ": "l",
    "ɾ": "T",
    "e": "A",
    NASAL: "",
}
AMERICAN: Mapping[str, str] = {
    "o^ʊ": "O",
    "ɜːɹ": "ɜɹ",
    "ɜː": "ɜɹ",
    "ɚ": "əɹ",
    "ɪə": "iə",
    "o": "ɔ",
    "ː": "",
}
BRITISH: Mapping[str, str] = {"ə^ʊ": "Q", "e^ə": "ɛː", "iə": "ɪə", "ɚ": "ə", "o": "ɔ"}
OTHERS: Mapping[str, str] = {**DIPHTHONGS, **AFFRICATES, "o^ʊ": "O", "ə^ʊ": "Q"}

_SYLLABIC = re.compile(rf"(\S){SYLLABIC}")


def american(espeak: str) -> str:
    return _english(espeak, AMERICAN)


def british(espeak: str) -> str:
    return _english(espeak, BRITISH)


def romance(espeak: str) -> str:
    """Spanish and French."""
    return _replaced(espeak, OTHERS).replace(TIE, "").replace("-", "")


def _english(espeak: str, accent: Mapping[str, str]) -> str:
    known = _replaced(espeak, {**DIPHTHONGS, **AFFRICATES, **ENGLISH, **accent})
    return _SYLLABIC.sub(r"ᵊ\1", known).replace(SYLLABIC, "").replace(TIE, "").replace("-", "")


def _replaced(phones: str, table: Mapping[str, str]) -> str:
    """Each of the longest keys that fit by its value, in one pass: no value is read again."""
    keys = sorted(table, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, keys)))
    return pattern.sub(lambda match: table[match[0]], phones)


ARPABET: Mapping[str, str] = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ",
    "EY": "A", "IH": "ɪ", "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u", "B": "b",
    "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l",
    "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ",
    "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
UNSTRESSED: Mapping[str, str] = {"AH": "ə", "ER": "əɹ"}
STRESS = {"0": "", "1": "ˈ", "2": "ˌ"}


def from_arpabet(phone: str) -> str:
    """A phone of the CMU dictionary, such as `AH1`."""
    stress = phone[-1:] if phone[-1:].isdigit() else ""
    vowel = phone.removesuffix(stress)
    if stress == "0":
        return UNSTRESSED.get(vowel, ARPABET[vowel])
    return STRESS.get(stress, "") + ARPABET[vowel]
