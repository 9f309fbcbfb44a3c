"""One piece of text to what the network takes: the steps of base.py in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.reading.base import EMPTY_LEXICON, FrontEnd, Lexicon, Phones, Tokenizer
from engines.reading.ids import PhoneIds, symbol_table, to_ids


@dataclass(frozen=True, slots=True)
class Prepared:
    """A piece, ready for BERT and the network."""

    normalized: str
    tokens: Sequence[str]  # BERT's; empty where BERT is off
    phones: Phones
    ids: PhoneIds
    warnings: tuple[str, ...]


class TextPipeline:
    """A language's front end together with one checkpoint's symbols."""

    def __init__(
        self,
        front: FrontEnd,
        symbols: Sequence[str],
        tokenizer: Tokenizer | None = None,
        add_blank: bool = True,
    ) -> None:
        self.front = front
        self.symbols: Mapping[str, int] = symbol_table(symbols)
        self.tokenizer = tokenizer
        self.add_blank = add_blank

    def prepare(self, piece: str, lexicon: Lexicon = EMPTY_LEXICON) -> Prepared:
        """`piece` comes from `split`. Check `phones.silent` before synthesizing."""
        warnings: dict[str, None] = {}  # each once, in order
        warn = warnings.setdefault
        normalized = self.front.normalize(piece, warn)
        tokens = None if self.tokenizer is None else list(self.tokenizer(normalized))
        phones = self.front.to_phones(normalized, tokens, lexicon, warn)
        ids = to_ids(phones, self.symbols, self.front.language, self.add_blank, warn)
        return Prepared(normalized, tokens or [], phones, ids, tuple(warnings))
