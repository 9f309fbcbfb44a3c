"""Speech to voice embedding, for registration and quick clones."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from config.logs import configure_logs
from config.settings import Settings
from deployments.batching import StageResult
from deployments.stage import compute, seconds
from engines import registry
from engines.base import EngineInfo, VoiceEmbedding, Waveform


class EmbeddingExtraction:
    def __init__(self, settings: Settings) -> None:
        configure_logs()
        self.engine = registry.create_embedding(settings)

    async def embed(self, batch: Sequence[Waveform]) -> StageResult[VoiceEmbedding]:
        return await compute(
            "embedding_extraction", self.engine.embed, batch, lambda item, _: seconds(item)
        )

    async def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        return await asyncio.to_thread(self.engine.mean, embeddings)

    async def describe(self) -> EngineInfo:
        return self.engine.info

    async def check_health(self) -> None:
        await asyncio.to_thread(self.engine.check)

    def __del__(self) -> None:
        if hasattr(self, "engine"):
            self.engine.close()
