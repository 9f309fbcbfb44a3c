"""The front end Spanish and French share: gruut's words, one character of IPA a phone, no tones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from engines.reading.align import align, pad
from engines.reading.base import (
    EMPTY_LEXICON,
    Lexicon,
    Phones,
    Pronunciation,
    Tokenizer,
    Warn,
    ignore,
)
from engines.reading.gruut_words import NO_LIAISONS, Liaisons, Speaker
from engines.reading.notation import read_ipa

CACHED_WORDS = 65_536
UNKNOWN_WORD, UNKNOWN_PHONE = "[UNK]", "UNK"
# The one sound of gruut's Spanish that no checkpoint has; 'ʝ' is how it is said between vowels.
NEAREST = str.maketrans("ɟ", "ʝ")


class GruutFrontEnd:
    """Everything but `normalize`. `rewrite` is the language's last touch on a word's IPA."""

    def __init__(
        self, language: str, speaker: Speaker, tokenizer: Tokenizer, upstream_quirks: bool
    ) -> None:
        self.language = language
        self.speaker = speaker
        self.tokenizer = tokenizer
        self.upstream_quirks = upstream_quirks
        self.heard: Liaisons = NO_LIAISONS  # what upstream said before; used with its quirks only
        self.cached = lru_cache(CACHED_WORDS)(self.pronounce)

    def to_phones(
        self,
        text: str,
        tokens: Sequence[str] | None = None,
        lexicon: Lexicon = EMPTY_LEXICON,
        warn: Warn = ignore,
    ) -> Phones:
        tokens = self.tokenizer(text) if tokens is None else tokens
        return pad(self.align(tokens, lexicon, warn)[0])

    def align(
        self, tokens: Sequence[str], lexicon: Lexicon, warn: Warn = ignore
    ) -> tuple[Phones, Liaisons]:
        """The liaisons go from word to word within one text, and are forgotten with its end."""
        liaisons = self.heard

        def say(word: str) -> Pronunciation:
            nonlocal liaisons
            pronunciation, left = self.cached(word, liaisons)
            if self.upstream_quirks:
                liaisons = left
            return pronunciation

        return align(tokens, say, lexicon, self.upstream_quirks, warn), liaisons

    def pronounce(self, word: str, liaisons: Liaisons) -> tuple[Pronunciation, Liaisons]:
        if word == UNKNOWN_WORD:
            return (((UNKNOWN_PHONE, 0),) if self.upstream_quirks else ()), liaisons
        ipa, liaisons = self.speaker.say(word, liaisons)
        ipa = self.rewrite(ipa)
        if not self.upstream_quirks:
            ipa = ipa.replace("ɟʝ", "ʝ").translate(NEAREST)
        return tuple((phone, 0) for phone in ipa), liaisons

    def rewrite(self, ipa: str) -> str:
        return ipa

    def pronunciation(self, spelled: str) -> Pronunciation:
        """A lexicon entry in IPA: every character but spaces is a phone, a tilde is one too."""
        return tuple((phone, 0) for phone in read_ipa(spelled, self.language))
