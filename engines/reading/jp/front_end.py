"""Japanese: the readings of words in katakana, katakana as phones. No pitch, as in training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from engines.reading.align import PAD, align, pad
from engines.reading.base import (
    EMPTY_LEXICON,
    Lexicon,
    Phones,
    Pronunciation,
    Tokenizer,
    Warn,
    ignore,
)
from engines.reading.en import EnglishFrontEnd
from engines.reading.jp import kana, latin
from engines.reading.jp.normalize import PUNCTUATION, normalize, normalize_as_upstream
from engines.reading.jp.readings import reader
from engines.reading.notation import read_kana

CACHED_WORDS = 1 << 16
UNKNOWN = "[UNK]"

# Upstream leaves these three kanji to the phones, where they have a reading.
_KANJI_PHONES = {"琦": ("ch", "i"), "髙": ("t", "a", "k", "a"), "煞": ("sh", "y", "a")}
_MARKS = frozenset("!?…,.'-")
_ASCII_MARKS = str.maketrans({**PUNCTUATION, "・": ","})
PHONES = frozenset(phone for phones in kana.SYLLABLES.values() for phone in phones) | _MARKS


class JapaneseFrontEnd:
    """See `FrontEnd`. The dictionaries load with the first word."""

    language = "JP"

    def __init__(self, tokenizer: Tokenizer | None, upstream_quirks: bool) -> None:
        self.tokenizer = tokenizer or split
        self.upstream_quirks = upstream_quirks
        self.english = EnglishFrontEnd()
        self._say = lru_cache(CACHED_WORDS)(self._pronounce)

    def normalize(self, text: str, warn: Warn = ignore) -> str:
        text = text.encode("utf-8", "ignore").decode()  # lone surrogates
        text = text.replace("\0", "")
        if self.upstream_quirks:
            return normalize_as_upstream(text, reader(as_upstream=True))
        return normalize(text, warn, reader(as_upstream=False), self._latin_word)

    def to_phones(
        self,
        text: str,
        tokens: Sequence[str] | None = None,
        lexicon: Lexicon = EMPTY_LEXICON,
        warn: Warn = ignore,
    ) -> Phones:
        tokens = self.tokenizer(text) if tokens is None else tokens
        return pad(align(tokens, self._say, lexicon, self.upstream_quirks))

    def pronunciation(self, spelled: str) -> Pronunciation:
        """Kana as they sound, such as 'コンピューター'."""
        phones = kana.phones(read_kana(spelled), long_vowels=True)
        return tuple((phone, 0) for phone in phones)

    def _pronounce(self, word: str) -> Pronunciation:
        if word == UNKNOWN:
            return ((PAD, 0),)
        word = word.translate(_ASCII_MARKS)
        phones: list[str] = []
        for phone in kana.phones(word, long_vowels=not self.upstream_quirks):
            phones += _KANJI_PHONES.get(phone, (phone,))
        return tuple((phone, 0) for phone in phones if phone in PHONES)

    def _latin_word(self, word: str) -> str:
        return latin.write([phone for phone, _ in self.english.say(word.lower())])


def split(text: str) -> list[str]:
    """Whole runs of kana and single marks, where no BERT vocabulary is at hand."""
    out: list[str] = []
    run = ""
    for char in text:
        if char in PUNCTUATION or char.isspace():
            out += [run] * bool(run) + [char] * (not char.isspace())
            run = ""
        else:
            run += char
    return out + [run] * bool(run)
