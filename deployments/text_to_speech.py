"""Stage 1: text to base audio."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from config.logs import configure_logs
from config.settings import Settings
from deployments.batching import StageResult
from deployments.stage import compute, seconds
from engines import registry
from engines.base import EngineInfo, Utterance, Waveform


class TextToSpeech:
    def __init__(self, settings: Settings) -> None:
        configure_logs()
        self.engine = registry.create_speech(settings)

    async def synthesize(self, batch: Sequence[Utterance]) -> StageResult[Waveform]:
        return await compute(
            "text_to_speech", self.engine.synthesize, batch, lambda _, result: seconds(result)
        )

    async def describe(self) -> EngineInfo:
        return self.engine.info

    async def check_health(self) -> None:
        await asyncio.to_thread(self.engine.check)

    def __del__(self) -> None:
        if hasattr(self, "engine"):
            self.engine.close()
