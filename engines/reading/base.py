"""What every language's front end speaks.

A text passes through these steps, in this order:

    split          one text -> pieces short enough to be spoken at once          split.py
    normalize      "at 5:30" -> "at five thirty"                                 FrontEnd
    tokenize       the BERT tokenizer's word pieces                              Tokenizer
    to_phones      phones and tones, and how many phones each token has          FrontEnd
    to_ids         numbers the checkpoint was trained with, blanks in between    ids.py

`word2ph` has one entry for each BERT token, with [CLS] and [SEP] counted, because BERT's
features are repeated by it until there is one for each phone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engines.errors import PronunciationError

__all__ = [
    "EMPTY_LEXICON",
    "SILENT",
    "FrontEnd",
    "Lexicon",
    "Phones",
    "Pronunciation",
    "PronunciationError",
    "Tokenizer",
    "Warn",
    "ignore",
]

Tokenizer = Callable[[str], Sequence[str]]
"""Normalized text -> word pieces, without [CLS] and [SEP]; continuations start with '##'."""

Warn = Callable[[str], None]
"""Receives one sentence for each thing that was dropped or spoken as something else."""

Pronunciation = tuple[tuple[str, int], ...]
"""(phone, tone) pairs, the tone before its language's offset."""

Lexicon = Mapping[str, Pronunciation]
"""The user's own words, in lower case. They win over every dictionary and rule."""

EMPTY_LEXICON: Lexicon = {}

SILENT = frozenset("_!?…,.'-¿¡")  # symbols that are no sound


def ignore(message: str) -> None:
    """The `Warn` of callers who do not ask."""


@dataclass(frozen=True, slots=True)
class Phones:
    """What is spoken. `sum(word2ph) == len(phones) == len(tones)`, padding at both ends."""

    phones: list[str]
    tones: list[int]  # before the language's offset
    word2ph: list[int]  # phones of [CLS], of each BERT token, of [SEP]

    @property
    def silent(self) -> bool:
        """Nothing but padding and punctuation: there is nothing to synthesize."""
        return SILENT.issuperset(self.phones)


class FrontEnd(Protocol):
    """One language. No method raises on any text: what cannot be said is dropped and warned of."""

    language: str  # EN ES FR ZH JP KR

    def normalize(self, text: str, warn: Warn = ignore) -> str:
        """Write out everything that is not a word or punctuation."""

    def to_phones(
        self,
        text: str,
        tokens: Sequence[str] | None = None,
        lexicon: Lexicon = EMPTY_LEXICON,
        warn: Warn = ignore,
    ) -> Phones:
        """Phones of normalized text. `tokens` replays stored ones; without, ours are made."""

    def pronunciation(self, spelled: str) -> Pronunciation:
        """Read one lexicon entry, such as 'T AH0 M EY1 T OW0'. Raises `PronunciationError`."""
