"""English: CMU dictionary words, ARPAbet phones, stress as tones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from engines.reading.align import align, align_words, pad
from engines.reading.align import words as words_of
from engines.reading.base import (
    EMPTY_LEXICON,
    Lexicon,
    Phones,
    Pronunciation,
    Tokenizer,
    Warn,
    ignore,
)
from engines.reading.basic import BasicTokenizer
from engines.reading.draft import Draft
from engines.reading.en import upstream
from engines.reading.en.contractions import APOSTROPHE, joined, say_joined
from engines.reading.en.dictionary import Dictionary
from engines.reading.en.phones import Speller, read_pronunciation, symbol
from engines.reading.en.reading import CAMEL_CASE, read

CACHED_WORDS = 65_536
CAPITALS = re.compile(r"\b[A-Z]{2,5}(?=s?\b)")
SHOUTED = 2  # spaces in a text all in capitals: from three words on it is shouted, not spelled
SPOKEN = frozenset(["COVID", "SARS", "MERS", "ASCII"])
LETTER_NAMES = {"A": "ay"}  # alone, 'a' is the article
LETTER_A = re.compile(r"(?<=\b[A-Z] and )A\b|\bA(?= and [A-Z]\b)")  # 'Q and A'
# What upstream leaves out, though it is heard as a pause.
PAUSES = str.maketrans({";": ",", ":": ",", "…": "...", "(": ",", ")": ","})


class EnglishFrontEnd:
    """See `FrontEnd`. The dictionaries load with the first word."""

    language = "EN"

    def __init__(
        self,
        tokenizer: Tokenizer | None = None,
        upstream_quirks: bool = False,
        dictionary_file: Path | None = None,
    ) -> None:
        self.tokenizer = tokenizer or BasicTokenizer(lower=True, strip_accents=True)
        self.upstream_quirks = upstream_quirks
        self.dictionary_file = dictionary_file
        self.say = lru_cache(CACHED_WORDS)(self._say)

    def normalize(self, text: str, warn: Warn = ignore) -> str:
        if self.upstream_quirks:
            return upstream.normalize(CAMEL_CASE.sub(r"\1 \2", text))
        draft = Draft(text)
        read(draft, warn)
        return self.spelled_out(draft.text).translate(PAUSES).lower()

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.upstream_quirks, Dictionary(self.dictionary_file))

    def spelled_out(self, text: str) -> str:
        """Read words in capitals letter by letter, if they are no words: GPU, but not NASA."""
        if text.isupper() and text.count(" ") >= SHOUTED:
            return text
        text = CAPITALS.sub(lambda found: self.letters(found[0]), text)
        return LETTER_A.sub(LETTER_NAMES["A"], text)

    def letters(self, word: str) -> str:
        dictionary = self.speller.dictionary
        if word in SPOKEN or dictionary.first(word.lower()) or dictionary.second(word.lower()):
            return word
        return " ".join(LETTER_NAMES.get(letter, letter) for letter in word)

    def to_phones(
        self,
        text: str,
        tokens: Sequence[str] | None = None,
        lexicon: Lexicon = EMPTY_LEXICON,
        warn: Warn = ignore,
    ) -> Phones:
        tokens = self.tokenizer(text) if tokens is None else tokens
        if self.upstream_quirks or APOSTROPHE not in text:
            return pad(align(tokens, self.say, lexicon, self.upstream_quirks, warn))

        def say(word: str) -> Pronunciation:
            if APOSTROPHE not in word or word == APOSTROPHE:
                return self.say(word)
            return say_joined(word, self.known, lambda part: lexicon.get(part) or self.say(part))

        return pad(align_words(joined(words_of(tokens), text), say, lexicon, warn))

    def known(self, word: str) -> Pronunciation | None:
        """What the dictionaries have for a word."""
        dictionary = self.speller.dictionary
        phones = dictionary.first(word) or dictionary.second(word)
        return None if phones is None else tuple(map(symbol, phones))

    def pronunciation(self, spelled: str) -> Pronunciation:
        return read_pronunciation(spelled)

    def _say(self, word: str) -> Pronunciation:
        return self.speller(word)


def create(
    tokenizer: Tokenizer | None = None,
    upstream_quirks: bool = False,
    dictionary_file: Path | None = None,
) -> EnglishFrontEnd:
    """`dictionary_file`: upstream's own dictionary (cmudict.rep), where it is at hand."""
    return EnglishFrontEnd(tokenizer, upstream_quirks, dictionary_file)
