"""The graph as its caller sees it: three paths through the stages, each with its dispatcher."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ray import serve
from ray.serve.handle import DeploymentHandle

from config.settings import BatchingSettings
from deployments import vitals
from deployments.batching import Dispatcher, StageResult
from deployments.concurrency import gather_all
from deployments.tone_conversion import Target
from deployments.vitals import Vitals
from engines.base import EngineInfo, Utterance, VoiceEmbedding, Waveform
from telemetry import metrics
from telemetry.logs import Throttle
from telemetry.meter import Meter
from telemetry.tracing import Origin, Tracer

logger = logging.getLogger(__name__)

TEXT_TO_SPEECH = "TextToSpeech"
EMBEDDING_EXTRACTION = "EmbeddingExtraction"
TONE_CONVERSION = "ToneConversion"
STAGES = (TEXT_TO_SPEECH, EMBEDDING_EXTRACTION, TONE_CONVERSION)

INGRESS = "Ingress"

# Ray Serve's answer takes this process and the controller tens of milliseconds of Python each.
STATUS_PERIOD_S = 10.0  # while all is well; a lost batch makes it look at once
UNREADY_STATUS_PERIOD_S = 0.25
GAUGES_PERIOD_S = 2.0
VITALS_PERIOD_S = 10.0
VITALS_LIMIT_S = 2.0

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Piece(Generic[ItemT]):
    """An item on its way, and whose it is."""

    item: ItemT
    origin: Origin


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
        meter: Meter,
        tracer: Tracer,
    ) -> None:
        self._handles = {
            TEXT_TO_SPEECH: text_to_speech.options(_by_reference=True),
            EMBEDDING_EXTRACTION: embedding_extraction.options(_by_reference=True),
            TONE_CONVERSION: tone_conversion.options(_by_reference=True),
        }
        self._application = serve.get_replica_context().app_name
        self._meter = meter
        self._tracer = tracer
        self._throttle = Throttle(logger)
        self._replicas = dict.fromkeys(STAGES, 0)
        self._look = asyncio.Event()  # for replicas, before the next look is due
        self._tasks: list[asyncio.Task[None]] = []
        self.engines: dict[str, EngineInfo] = {}

        def fewest(*stages: str) -> int:
            return min(self._replicas[stage] for stage in stages)

        self._speech: Dispatcher[Piece[Utterance], Waveform] = Dispatcher(
            "speech", self._send_speech, lambda: fewest(TEXT_TO_SPEECH), settings, meter
        )
        self._cloning: Dispatcher[Piece[ClonedUtterance], Waveform] = Dispatcher(
            "cloning",
            self._send_cloning,
            lambda: fewest(TEXT_TO_SPEECH, TONE_CONVERSION),
            settings,
            meter,
            stages=2,
        )
        self._embedding: Dispatcher[Piece[Waveform], VoiceEmbedding] = Dispatcher(
            "embedding", self._send_embedding, lambda: fewest(EMBEDDING_EXTRACTION), settings, meter
        )

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._watch_replicas()),
            asyncio.create_task(self._watch_vitals()),
            asyncio.create_task(self._repeat_gauges()),
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for dispatcher in (self._speech, self._cloning, self._embedding):
            await dispatcher.close()

    # What the service asks for

    async def synthesize(self, utterance: Utterance, cost: float, flow: str) -> Waveform:
        return await self._speech.submit(self._piece(utterance, flow), cost, flow)

    async def clone(
        self, utterance: Utterance, embedding: VoiceEmbedding, cost: float, flow: str
    ) -> Waveform:
        item = ClonedUtterance(utterance, embedding)
        return await self._cloning.submit(self._piece(item, flow), cost, flow)

    async def embed(self, segments: Sequence[Waveform], flow: str) -> VoiceEmbedding:
        """The one embedding of a voice, from its stretches of speech.

        Raises:
            EngineError: of the first stretch that cannot be embedded.
        """
        embeddings = await gather_all(
            self._embedding.submit(self._piece(segment, flow), segment.seconds, flow)
            for segment in segments
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

    def _piece(self, item: ItemT, flow: str) -> Piece[ItemT]:
        return Piece(item, Origin(flow, self._tracer.traceparent()))

    async def _send_speech(self, batch: Sequence[Piece[Utterance]]) -> StageResult[Waveform]:
        items, origins = _unpack(batch)
        with self._looking_at_losses():
            result: StageResult[Waveform] = await self._handles[TEXT_TO_SPEECH].synthesize.remote(
                items, origins
            )
        return result

    async def _send_cloning(self, batch: Sequence[Piece[ClonedUtterance]]) -> StageResult[Waveform]:
        items, origins = _unpack(batch)
        base = self._handles[TEXT_TO_SPEECH].synthesize.remote(
            [replace(item.utterance, pitch=0.0) for item in items], origins
        )
        targets = [
            Target(
                item.embedding,
                item.utterance.language,
                item.utterance.speaker,
                item.utterance.pitch,
                item.utterance.seed,
            )
            for item in items
        ]
        # Not awaited: stage 2 fetches stage 1's audio from the replica that made it.
        with self._looking_at_losses():
            result: StageResult[Waveform] = await self._handles[TONE_CONVERSION].convert.remote(
                base, targets, origins
            )
        return result

    async def _send_embedding(
        self, batch: Sequence[Piece[Waveform]]
    ) -> StageResult[VoiceEmbedding]:
        items, origins = _unpack(batch)
        with self._looking_at_losses():
            result: StageResult[VoiceEmbedding] = await self._handles[
                EMBEDDING_EXTRACTION
            ].embed.remote(items, origins)
        return result

    @contextmanager
    def _looking_at_losses(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._look.set()
            raise

    # What is there to send them to

    async def _watch_replicas(self) -> None:
        while True:
            try:
                await self._refresh()
            except Exception as error:  # noqa: BLE001  the next look may be luckier
                self._throttle.warn("could not ask Ray Serve for the state of the stages", error)
            period_s = STATUS_PERIOD_S if self.ready else UNREADY_STATUS_PERIOD_S
            with suppress(TimeoutError):
                async with asyncio.timeout(period_s):
                    await self._look.wait()
            self._look.clear()

    async def _watch_vitals(self) -> None:
        while True:
            try:
                await self._examine()
            except Exception as error:  # noqa: BLE001  it is for the dashboard alone
                self._throttle.warn("could not ask the replicas what they take", error)
            await asyncio.sleep(VITALS_PERIOD_S if self.ready else GAUGES_PERIOD_S)

    async def _repeat_gauges(self) -> None:
        # Apart from the other loops, which wait for Ray Serve: gaps would look like outages.
        while True:
            self._meter.refresh()
            await asyncio.sleep(GAUGES_PERIOD_S)

    async def _refresh(self) -> None:
        self._replicas = await asyncio.to_thread(running_replicas, self._application)
        for stage in STAGES:
            self._meter.set(metrics.REPLICAS, self._replicas[stage], deployment=stage)
            if self._replicas[stage] and stage not in self.engines:
                self.engines[stage] = await self._handles[stage].describe.remote()
                self._announce(stage, self.engines[stage])
        for dispatcher in (self._speech, self._cloning, self._embedding):
            dispatcher.wake()

    async def _examine(self) -> None:
        """Ask every replica what it takes of its machine."""
        found = [(INGRESS, await asyncio.to_thread(vitals.measure))]
        for stage in STAGES:
            if self._replicas[stage]:
                answers = (
                    await self._handles[stage]
                    .broadcast("vitals")
                    .results_async(timeout_s=VITALS_LIMIT_S, return_exceptions=True)
                )
                found += [(stage, answer) for answer in answers if isinstance(answer, Vitals)]
        memory: list[tuple[float, dict[str, str]]] = []
        gpu: list[tuple[float, dict[str, str]]] = []
        for deployment, taken in found:
            labels = {"deployment": deployment, "replica": taken.replica}
            memory.append((taken.own_bytes, labels | {"part": "replica"}))
            memory.append((taken.workers_bytes, labels | {"part": "workers"}))
            if taken.gpu_bytes is not None:
                gpu.append((taken.gpu_bytes, labels))
        self._meter.replace(metrics.RESIDENT_BYTES, memory)
        self._meter.replace(metrics.GPU_BYTES, gpu)

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
            deployment=stage,
            engine=info.name,
            version=info.version,
            backend=info.backend,
            device=info.device,
        )


def _unpack(batch: Sequence[Piece[ItemT]]) -> tuple[list[ItemT], list[Origin]]:
    return [piece.item for piece in batch], [piece.origin for piece in batch]


def running_replicas(application: str) -> dict[str, int]:
    """Replicas of each stage that run now, by Ray Serve's word. Blocks."""
    counts = dict.fromkeys(STAGES, 0)
    status = serve.status().applications.get(application)
    for name, deployment in status.deployments.items() if status else ():
        if name in counts:
            states = deployment.replica_states.items()
            counts[name] = sum(count for state, count in states if state == "RUNNING")
    return counts
