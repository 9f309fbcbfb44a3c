"""Stage 1: text to base audio."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from config.lexicon import read_lexicon
from config.settings import Settings
from deployments.batching import StageResult
from deployments.stage import Stage, seconds
from engines import registry
from engines.base import ReadingEngine, SpeechEngine, Utterance, Waveform
from engines.errors import EngineError
from engines.reading.lexicon import check_lexicon
from engines.reading.rules import text_rules
from engines.reading.words import Reading, read_piece
from telemetry.tracing import Origin


class TextToSpeech(Stage[SpeechEngine]):
    def __init__(self, settings: Settings) -> None:
        lexicon = read_lexicon(settings)  # before a model loads
        super().__init__(registry.create_speech, settings)
        check_lexicon(lexicon, text_rules(self.engine.info.text_rules))

    async def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        """What is said for each utterance; without phones where the engine has none to show."""
        engine = self.engine
        read = engine.read if isinstance(engine, ReadingEngine) else _read_by_the_reader
        return await asyncio.to_thread(read, batch)

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


def _read_by_the_reader(batch: Sequence[Utterance]) -> list[Reading | EngineError]:
    return [read_piece(utterance.language, utterance.text) for utterance in batch]
