"""The graph as its caller sees it: three paths through the stages, each with its dispatcher."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from config.settings import BatchingSettings
from deployments import metrics
from deployments.batching import Dispatcher, StageResult
from deployments.concurrency import gather_all
from deployments.tone_conversion import Target
from engines.base import EngineInfo, Utterance, VoiceEmbedding, Waveform

logger = logging.getLogger(__name__)

TEXT_TO_SPEECH = "TextToSpeech"
EMBEDDING_EXTRACTION = "EmbeddingExtraction"
TONE_CONVERSION = "ToneConversion"
STAGES = (TEXT_TO_SPEECH, EMBEDDING_EXTRACTION, TONE_CONVERSION)

STATUS_PERIOD_S = 2.0


@dataclass(frozen=True, slots=True)
class ClonedUtterance:
    utterance: Utterance  # its pitch applies to the converted voice
    embedding: VoiceEmbedding


class Pipeline:
    """Speaks, clones and embeds through the Ray Serve handles of the three stages.

    Audio goes from stage to stage by reference and never through this process, except the end
    result.
    """

    def __init__(
        self,
        text_to_speech: DeploymentHandle[Any],
        embedding_extraction: DeploymentHandle[Any],
        tone_conversion: DeploymentHandle[Any],
        settings: BatchingSettings,
        meter: metrics.Meter,
    ) -> None:
        self._handles = {
            TEXT_TO_SPEECH: text_to_speech.options(_by_reference=True),
            EMBEDDING_EXTRACTION: embedding_extraction.options(_by_reference=True),
            TONE_CONVERSION: tone_conversion.options(_by_reference=True),
        }
        self._application = serve.get_replica_context().app_name
        self._meter = meter
        self._replicas = dict.fromkeys(STAGES, 0)
        self._watch: asyncio.Task[None] | None = None
        self.engines: dict[str, EngineInfo] = {}

        def fewest(*stages: str) -> int:
            return min(self._replicas[stage] for stage in stages)

        self._speech: Dispatcher[Utterance, Waveform] = Dispatcher(
            "speech", self._send_speech, lambda: fewest(TEXT_TO_SPEECH), settings, meter
        )
        self._cloning: Dispatcher[ClonedUtterance, Waveform] = Dispatcher(
            "cloning",
            self._send_cloning,
            lambda: fewest(TEXT_TO_SPEECH, TONE_CONVERSION),
            settings,
            meter,
            stages=2,
        )
        self._embedding: Dispatcher[Waveform, VoiceEmbedding] = Dispatcher(
            "embedding", self._send_embedding, lambda: fewest(EMBEDDING_EXTRACTION), settings, meter
        )

    async def start(self) -> None:
        self._watch = asyncio.create_task(self._watch_replicas())

    async def close(self) -> None:
        if self._watch:
            self._watch.cancel()
        for dispatcher in (self._speech, self._cloning, self._embedding):
            await dispatcher.close()

    # What the service asks for

    async def synthesize(self, utterance: Utterance, cost: float, flow: str) -> Waveform:
        return await self._speech.submit(utterance, cost, flow)

    async def clone(
        self, utterance: Utterance, embedding: VoiceEmbedding, cost: float, flow: str
    ) -> Waveform:
        return await self._cloning.submit(ClonedUtterance(utterance, embedding), cost, flow)

    async def embed(self, segments: Sequence[Waveform], flow: str) -> VoiceEmbedding:
        """The one embedding of a voice, from its stretches of speech.

        Raises:
            EngineError: of the first stretch that cannot be embedded.
        """
        embeddings = await gather_all(
            self._embedding.submit(segment, segment.seconds, flow) for segment in segments
        )
        if len(embeddings) == 1:
            return embeddings[0]
        mean: VoiceEmbedding = await self._handles[EMBEDDING_EXTRACTION].mean.remote(embeddings)
        return mean

    @property
    def queued_cost(self) -> float:
        """Seconds of audio that wait for a batch."""
        return self._speech.queued_cost + self._cloning.queued_cost

    @property
    def replicas(self) -> dict[str, int]:
        """Ready replicas by deployment."""
        return dict(self._replicas)

    @property
    def ready(self) -> bool:
        return all(self._replicas.values()) and len(self.engines) == len(STAGES)

    # How batches travel

    async def _send_speech(self, batch: Sequence[Utterance]) -> StageResult[Waveform]:
        result: StageResult[Waveform] = await self._handles[TEXT_TO_SPEECH].synthesize.remote(
            list(batch)
        )
        return result

    async def _send_cloning(self, batch: Sequence[ClonedUtterance]) -> StageResult[Waveform]:
        base = self._handles[TEXT_TO_SPEECH].synthesize.remote(
            [replace(item.utterance, pitch=0.0) for item in batch]
        )
        targets = [
            Target(
                item.embedding,
                item.utterance.language,
                item.utterance.speaker,
                item.utterance.pitch,
                item.utterance.seed,
            )
            for item in batch
        ]
        # Not awaited: stage 2 fetches stage 1's audio from the replica that made it.
        result: StageResult[Waveform] = await self._handles[TONE_CONVERSION].convert.remote(
            base, targets
        )
        return result

    async def _send_embedding(self, batch: Sequence[Waveform]) -> StageResult[VoiceEmbedding]:
        result: StageResult[VoiceEmbedding] = await self._handles[
            EMBEDDING_EXTRACTION
        ].embed.remote(list(batch))
        return result

    # What is there to send them to

    async def _watch_replicas(self) -> None:
        while True:
            try:
                await self._refresh()
            except Exception:
                logger.exception("could not ask Ray Serve for the state of the stages")
            await asyncio.sleep(STATUS_PERIOD_S if self.ready else STATUS_PERIOD_S / 8)

    async def _refresh(self) -> None:
        self._replicas = await asyncio.to_thread(running_replicas, self._application)
        for stage in STAGES:
            self._meter.set(metrics.REPLICAS, self._replicas[stage], deployment=stage)
            if self._replicas[stage] and stage not in self.engines:
                self.engines[stage] = await self._handles[stage].describe.remote()
                self._announce(stage, self.engines[stage])
        for dispatcher in (self._speech, self._cloning, self._embedding):
            dispatcher.wake()

    def _announce(self, stage: str, info: EngineInfo) -> None:
        logger.info(
            "%s runs the %s engine %s (%s on %s)%s",
            stage,
            info.name,
            info.version,
            info.backend,
            info.device,
            f": {info.note}" if info.note else "",
        )
        self._meter.set(
            metrics.ENGINE,
            1,
            stage=stage,
            engine=info.name,
            version=info.version,
            backend=info.backend,
            device=info.device,
        )


def running_replicas(application: str) -> dict[str, int]:
    """Replicas of each stage that run now, by Ray Serve's word. Blocks."""
    counts = dict.fromkeys(STAGES, 0)
    status = serve.status().applications.get(application)
    for name, deployment in status.deployments.items() if status else ():
        if name in counts:
            states = deployment.replica_states.items()
            counts[name] = sum(count for state, count in states if state == "RUNNING")
    return counts
