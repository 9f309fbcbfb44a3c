"""Stage 1: text to base audio."""

from __future__ import annotations

from collections.abc import Sequence

from config.lexicon import read_lexicon
from config.settings import Settings
from deployments.batching import StageResult
from deployments.stage import Stage, seconds
from engines import registry
from engines.base import SpeechEngine, Utterance, Waveform
from engines.reading.lexicon import check_lexicon
from engines.reading.rules import text_rules
from telemetry.tracing import Origin


class TextToSpeech(Stage[SpeechEngine]):
    def __init__(self, settings: Settings) -> None:
        lexicon = read_lexicon(settings)  # before a model loads
        super().__init__(registry.create_speech, settings)
        check_lexicon(lexicon, text_rules(self.engine.info.text_rules))

    async def synthesize(
        self, batch: Sequence[Utterance], origins: Sequence[Origin] = ()
    ) -> StageResult[Waveform]:
        return await self.compute(
            "text_to_speech",
            self.engine.synthesize,
            batch,
            lambda _, result: seconds(result),
            origins,
        )
