"""One English word to MeloTTS's phones: lower-case ARPAbet, the stress as a tone."""

from __future__ import annotations

import unicodedata

from engines.reading.base import Pronunciation
from engines.reading.en.dictionary import Dictionary, package_file
from engines.reading.en.guess import Guesser, phone_names
from engines.reading.notation import read_arpabet

UNKNOWN = "UNK"
SPOKEN = frozenset("abcdefghijklmnopqrstuvwxyz'.,?!- ")
PUNCTUATION = frozenset("'.,?!-")
ARPABET = frozenset(phone_names()) - {"<pad>", "<unk>", "<s>", "</s>", "UW"}
STRESSLESS = {"UW": "UW0"}  # the guesser can answer a vowel without a stress digit


def symbol(phone: str) -> tuple[str, int]:
    """'AH0' -> ('ah', 1): tone 0 is for consonants, 1 to 3 for the vowels' stress."""
    if phone[-1].isdigit():
        return phone[:-1].lower(), int(phone[-1]) + 1
    return ("V" if phone == "V" else phone.lower()), 0


def letters_of(word: str) -> str:
    """What g2p_en looks at: ASCII letters without accents, and five punctuation marks."""
    plain = unicodedata.normalize("NFD", word).lower()
    return "".join(char for char in plain if char in SPOKEN)


class Speller:
    """Words to phones: dictionaries first, then a guess."""

    def __init__(self, upstream_quirks: bool, dictionary: Dictionary) -> None:
        self.upstream_quirks = upstream_quirks
        self.dictionary = dictionary
        self.guess = Guesser(package_file("g2p_en", "checkpoint20.npz"))

    def __call__(self, word: str) -> Pronunciation:
        known = self.dictionary.first(word.upper().lower())
        if known is not None:
            return tuple(symbol(phone) for phone in known)
        if word == "[UNK]" and not self.upstream_quirks:
            return ()  # upstream says 'unk'
        letters = letters_of(word)
        if not letters.strip(" "):
            return ()
        if not any(letter.isalpha() for letter in letters):
            return tuple((letter, 0) for letter in letters if letter in PUNCTUATION)
        phones = self.dictionary.second(letters) or self.guess(letters)
        return tuple(self.guessed(phone) for phone in phones)

    def guessed(self, phone: str) -> tuple[str, int]:
        if not self.upstream_quirks:
            phone = STRESSLESS.get(phone, phone)
        return symbol(phone) if phone in ARPABET else (UNKNOWN, 0)


def read_pronunciation(spelled: str) -> Pronunciation:
    """A lexicon entry in ARPAbet. A vowel without a stress digit is unstressed."""
    return tuple(map(symbol, read_arpabet(spelled)))
