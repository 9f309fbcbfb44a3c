"""Text to what the MeloTTS network takes: phones by one language's front end, features by BERT."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from engines.errors import EngineError, UnspeakableText
from engines.melo.request import MeloInput
from engines.melo.text.bert import BertFeatures
from engines.melo.text.pipeline import Prepared, TextPipeline


class MeloFrontEnd:
    """Texts of one language -> the symbols and features of each, or why it cannot be said."""

    def __init__(
        self,
        pipeline: TextPipeline,
        bert: BertFeatures | None,
        reading: threading.Lock | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.bert = bert  # none: every feature is zero
        self.reading = reading or threading.Lock()  # held while dictionaries are in use

    def __call__(self, texts: Sequence[str]) -> list[MeloInput | EngineError]:
        with self.reading:
            prepared = [self.pipeline.prepare(text) for text in texts]
        spoken = [one for one in prepared if not one.phones.silent]
        inputs = iter(self.inputs(spoken))
        return [
            UnspeakableText("Nothing in it can be said in this language.")
            if one.phones.silent
            else next(inputs)
            for one in prepared
        ]

    def inputs(self, spoken: Sequence[Prepared]) -> list[MeloInput]:
        if self.bert is None:
            return [MeloInput(one.ids.phones, one.ids.tones, one.ids.languages) for one in spoken]
        features = self.bert([(one.tokens, one.ids.word2ph) for one in spoken])
        return [
            MeloInput(one.ids.phones, one.ids.tones, one.ids.languages, bert)
            for one, bert in zip(spoken, features, strict=True)
        ]
