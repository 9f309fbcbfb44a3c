"""Text to what the MeloTTS network takes: phones by one language's front end, features by BERT."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache

from torch import Tensor

from engines.base import Utterance
from engines.errors import EngineError, UnspeakableText
from engines.melo.request import MeloInput, TimedText
from engines.reading.base import SILENT
from engines.reading.bert import BertFeatures
from engines.reading.pipeline import Prepared, TextPipeline
from engines.reading.stand_ins import UserWords
from engines.reading.timing import GAP
from engines.reading.words import read_piece

CACHED_WORDS = 16_384
CACHED_PRONUNCIATIONS = 64  # requests; their pieces come in many batches


class MeloFrontEnd:
    """Utterances of one language -> the symbols and features of each, or why it cannot be said."""

    def __init__(
        self,
        pipeline: TextPipeline,
        bert: BertFeatures | None,
        reading: threading.Lock | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.bert = bert  # none: every feature is zero
        self.reading = reading or threading.Lock()  # held while dictionaries are in use
        self.user_words = lru_cache(CACHED_PRONUNCIATIONS)(self.read_user_words)
        self.phones_alone = lru_cache(CACHED_WORDS)(self.say_alone)

    def __call__(self, batch: Sequence[Utterance]) -> list[MeloInput | EngineError]:
        with self.reading:
            prepared = [self.prepare(utterance) for utterance in batch]
            timed = [
                self.timed(utterance, one)
                for utterance, one in zip(batch, prepared, strict=True)
                if isinstance(one, Prepared)
            ]
        inputs = self.inputs([one for one in prepared if isinstance(one, Prepared)], timed)
        return [one if isinstance(one, EngineError) else next(inputs) for one in prepared]

    def prepare(self, utterance: Utterance) -> Prepared | EngineError:
        try:
            words = self.user_words(utterance.pronunciations)
        except EngineError as error:
            return error
        prepared = self.pipeline.prepare(words.prepare(utterance.text), words.lexicon)
        if prepared.phones.silent:
            return UnspeakableText("Nothing in it can be said in this language.")
        return prepared

    def read_user_words(self, pronunciations: tuple[tuple[str, str], ...]) -> UserWords:
        return UserWords(self.pipeline.front, dict(pronunciations))

    def timed(self, utterance: Utterance, prepared: Prepared) -> TimedText | None:
        """The words whose times are asked for."""
        if not utterance.timed:
            return None
        words = read_piece(utterance.language, utterance.text).words
        return TimedText(
            words=words,
            alone=[self.phones_alone(word.said) for word in words],
            phones=[GAP if phone in SILENT else phone for phone in prepared.phones.phones],
            symbols=2 if self.pipeline.add_blank else 1,
        )

    def say_alone(self, word: str) -> tuple[str, ...]:
        """The phones of a word by itself."""
        front = self.pipeline.front
        return tuple(
            phone for phone in front.to_phones(front.normalize(word)).phones if phone not in SILENT
        )

    def inputs(
        self, spoken: Sequence[Prepared], timed: Sequence[TimedText | None]
    ) -> Iterator[MeloInput]:
        features: Sequence[Tensor | None] = [None] * len(spoken)
        if self.bert is not None:
            features = self.bert([(one.tokens, one.ids.word2ph) for one in spoken])
        for one, bert, words in zip(spoken, features, timed, strict=True):
            ids = one.ids
            yield MeloInput(
                ids.phones, ids.tones, ids.languages, bert, warnings=one.warnings, timed=words
            )
