"""Korean: Hangul as it is pronounced, in jamo."""

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
from engines.reading.basic import BasicTokenizer
from engines.reading.en import EnglishFrontEnd
from engines.reading.kr import latin
from engines.reading.kr.normalize import normalize, normalize_as_upstream
from engines.reading.kr.pronounce import pronounce
from engines.reading.kr.syllables import ONSETS, VOWELS
from engines.reading.notation import read_hangul

CACHED_WORDS = 1 << 16
UNKNOWN = "[UNK]"

HEARD_CODAS = "ᆨᆫᆮᆯᆷᆸᆼ"
# Checkpoints have these, too: Latin letters nobody spelled out, and marks.
_OTHERS = "abcdefghijklmnopqrstuvwxyz\"()*/:[\\]^~!?…,.'-¿¡"
PHONES = frozenset(ONSETS + VOWELS + HEARD_CODAS + _OTHERS)
# The nearest mark for those the checkpoints lack, on which upstream crashes.
_NEAREST = {";": ",", "·": ",", "{": "(", "}": ")", "<": "(", ">": ")", "|": ",", "`": "'"}


class KoreanFrontEnd:
    """See `FrontEnd`. The dictionaries load with the first word."""

    language = "KR"

    def __init__(self, tokenizer: Tokenizer | None, upstream_quirks: bool) -> None:
        self._words = BasicTokenizer(lower=True, strip_accents=False)
        self.tokenizer = tokenizer or self._words
        self.upstream_quirks = upstream_quirks
        self.english = EnglishFrontEnd()
        self._say = lru_cache(CACHED_WORDS)(self._pronounce)

    def normalize(self, text: str, warn: Warn = ignore) -> str:
        text = text.encode("utf-8", "ignore").decode()  # lone surrogates
        if self.upstream_quirks:
            return normalize_as_upstream(text)
        return normalize(text, warn, self._guess_latin)

    def to_phones(
        self,
        text: str,
        tokens: Sequence[str] | None = None,
        lexicon: Lexicon = EMPTY_LEXICON,
        warn: Warn = ignore,
    ) -> Phones:
        tokens = self.tokenizer(text) if tokens is None else tokens
        if not self.upstream_quirks and UNKNOWN in tokens:
            tokens = self._name_unknown(text, tokens)
        return pad(align(tokens, self._say, lexicon, self.upstream_quirks))

    def pronunciation(self, spelled: str) -> Pronunciation:
        """Hangul spelled as it sounds, such as '물껼'."""
        return self._pronounce(read_hangul(spelled))

    def _name_unknown(self, text: str, tokens: Sequence[str]) -> Sequence[str]:
        """BERT's unknown words are known to us: upstream is silent for them."""
        words = self._words(text)
        starts = [index for index, token in enumerate(tokens) if not token.startswith("##")]
        if len(words) != len(starts):
            return tokens
        named = list(tokens)
        for index, word in zip(starts, words, strict=True):
            if tokens[index] == UNKNOWN:
                named[index] = word
        return named

    def _pronounce(self, word: str) -> Pronunciation:
        if word == UNKNOWN:
            return ((PAD, 0),)
        word = word.encode("utf-8", "ignore").decode()  # lone surrogates
        jamo = pronounce(word, self.upstream_quirks)
        if self.upstream_quirks:  # whatever it is; ids make of it what the checkpoint has
            return tuple((phone, 0) for phone in jamo)
        phones = (_NEAREST.get(phone, phone) for phone in jamo)
        return tuple((phone, 0) for phone in phones if phone in PHONES)

    def _guess_latin(self, word: str) -> str:
        phones = self.english.say(word.lower())
        return latin.write([phone.upper() for phone, _ in phones])
