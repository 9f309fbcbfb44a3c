"""The graph as its caller sees it: three paths through the stages, each with its dispatcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ray.serve.handle import DeploymentHandle

from config.settings import BatchingSettings
from deployments.batching import Dispatcher, StageResult, Urgency
from deployments.concurrency import gather_all
from deployments.presence import Presence
from deployments.tone_conversion import Target
from deployments.watch import Watch
from engines.base import EngineInfo, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineError
from engines.reading.words import Reading
from telemetry.meter import Meter
from telemetry.tracing import Origin, Tracer

TEXT_TO_SPEECH = "TextToSpeech"
EMBEDDING_EXTRACTION = "EmbeddingExtraction"
TONE_CONVERSION = "ToneConversion"
STAGES = (TEXT_TO_SPEECH, EMBEDDING_EXTRACTION, TONE_CONVERSION)

INGRESS = "Ingress"

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
        self._tracer = tracer
        self._watch = Watch(self._handles, meter, self._wake)
        fewest = self._watch.fewest

        presence = Presence()
        self._speech: Dispatcher[Piece[Utterance], Waveform] = Dispatcher(
            "speech",
            self._send_speech,
            lambda: fewest(TEXT_TO_SPEECH),
            settings,
            meter,
            presence=presence,
        )
        self._cloning: Dispatcher[Piece[ClonedUtterance], Waveform] = Dispatcher(
            "cloning",
            self._send_cloning,
            lambda: fewest(TEXT_TO_SPEECH, TONE_CONVERSION),
            settings,
            meter,
            stages=2,
            presence=presence,
        )
        self._embedding: Dispatcher[Piece[Waveform], VoiceEmbedding] = Dispatcher(
            "embedding",
            self._send_embedding,
            lambda: fewest(EMBEDDING_EXTRACTION),
            settings,
            meter,
            presence=presence,
        )
        self._dispatchers = (self._speech, self._cloning, self._embedding)

    async def start(self) -> None:
        await self._watch.start()

    async def close(self) -> None:
        await self._watch.close()
        for dispatcher in self._dispatchers:
            await dispatcher.close()

    # What the service asks for

    async def synthesize(
        self,
        utterance: Utterance,
        cost: float,
        flow: str,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform:
        return await self._speech.submit(self._piece(utterance, flow), cost, flow, owner, urgency)

    async def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        """What is said for each utterance. Waits for no batch: it takes milliseconds."""
        handle = self._handles[TEXT_TO_SPEECH]
        with self._looking_at_losses():
            read: list[Reading | EngineError] = await handle.read.remote(batch)
        return read

    async def clone(
        self,
        utterance: Utterance,
        embedding: VoiceEmbedding,
        cost: float,
        flow: str,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform:
        item = ClonedUtterance(utterance, embedding)
        return await self._cloning.submit(self._piece(item, flow), cost, flow, owner, urgency)

    async def embed(
        self, segments: Sequence[Waveform], flow: str, owner: str = ""
    ) -> VoiceEmbedding:
        """The one embedding of a voice, from its stretches of speech.

        Raises:
            EngineError: of the first stretch that cannot be embedded.
        """
        embeddings = await gather_all(
            self._embedding.submit(self._piece(segment, flow), segment.seconds, flow, owner)
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
        return dict(self._watch.replicas)

    @property
    def engines(self) -> Mapping[str, EngineInfo]:
        """What the stages that were ever there compute with."""
        return self._watch.engines

    @property
    def ready(self) -> bool:
        return self._watch.ready

    def _wake(self) -> None:
        for dispatcher in self._dispatchers:
            dispatcher.wake()

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
            self._watch.look()
            raise


def _unpack(batch: Sequence[Piece[ItemT]]) -> tuple[list[ItemT], list[Origin]]:
    return [piece.item for piece in batch], [piece.origin for piece in batch]
