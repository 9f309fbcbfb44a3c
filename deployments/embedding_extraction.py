"""Speech to voice embedding, for registration and quick clones."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from config.settings import Settings
from deployments.batching import StageResult
from deployments.stage import Stage, seconds
from engines import registry
from engines.base import EmbeddingEngine, VoiceEmbedding, Waveform
from telemetry.tracing import Origin


class EmbeddingExtraction(Stage[EmbeddingEngine]):
    def __init__(self, settings: Settings) -> None:
        super().__init__(registry.create_embedding, settings)

    async def embed(
        self, batch: Sequence[Waveform], origins: Sequence[Origin] = ()
    ) -> StageResult[VoiceEmbedding]:
        return await self.compute(
            "embedding_extraction",
            self.engine.embed,
            batch,
            lambda item, _: seconds(item),
            origins,
        )

    async def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        return await asyncio.to_thread(self.engine.mean, embeddings)
