"""The graph from one process: each path through the stages with a dispatcher of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from ray.serve.handle import DeploymentHandle

from config.settings import BatchingSettings
from deployments.batching import Dispatcher, StageReport, StageResult, Urgency
from deployments.demand import READ_COST_S, Rate
from deployments.graph import (
    EMBEDDING_EXTRACTION,
    TEXT_TO_SPEECH,
    TONE_CONVERSION,
    ClonedUtterance,
    Graph,
    Path,
    Piece,
)
from deployments.presence import Presence
from deployments.tone_conversion import Target
from deployments.watch import Place, Watch
from engines.base import EngineInfo, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineError
from engines.reading.words import Reading
from telemetry.meter import Meter
from telemetry.tracing import Origin, Tracer

ItemT = TypeVar("ItemT")

REPORTED_AS = {
    "text_to_speech": TEXT_TO_SPEECH,
    "embedding_extraction": EMBEDDING_EXTRACTION,
    "tone_conversion": TONE_CONVERSION,
}
"""Deployments by what their reports call them."""


class Pipeline(Graph):
    """Speaks, clones and embeds through the Ray Serve handles of the three stages.

    Audio goes from stage to stage by reference and never through this process, except the end
    result.

    Args:
        place: where this process stands in the application.
    """

    def __init__(
        self,
        text_to_speech: DeploymentHandle[Any],
        embedding_extraction: DeploymentHandle[Any],
        tone_conversion: DeploymentHandle[Any],
        settings: BatchingSettings,
        meter: Meter,
        tracer: Tracer,
        place: Place,
    ) -> None:
        super().__init__(tracer)
        self._handles = {
            TEXT_TO_SPEECH: text_to_speech.options(_by_reference=True),
            EMBEDDING_EXTRACTION: embedding_extraction.options(_by_reference=True),
            TONE_CONVERSION: tone_conversion.options(_by_reference=True),
        }
        self._watch = Watch(self._handles, meter, self._wake, place)
        self._rates = {deployment: Rate() for deployment in self._handles}
        fewest = self._watch.fewest

        presence = Presence()
        speech: Dispatcher[Piece[Utterance], Waveform] = Dispatcher(
            "speech",
            self._send_speech,
            lambda: fewest(TEXT_TO_SPEECH),
            settings,
            meter,
            presence=presence,
            learn=self._learn,
        )
        cloning: Dispatcher[Piece[ClonedUtterance], Waveform] = Dispatcher(
            "cloning",
            self._send_cloning,
            lambda: fewest(TEXT_TO_SPEECH, TONE_CONVERSION),
            settings,
            meter,
            stages=2,
            presence=presence,
            learn=self._learn,
        )
        embedding: Dispatcher[Piece[Waveform], VoiceEmbedding] = Dispatcher(
            "embedding",
            self._send_embedding,
            lambda: fewest(EMBEDDING_EXTRACTION),
            settings,
            meter,
            presence=presence,
            learn=self._learn,
        )
        self._dispatchers: Mapping[Path, Dispatcher[Any, Any]] = {
            "speech": speech,
            "cloning": cloning,
            "embedding": embedding,
        }

    async def start(self) -> None:
        await self._watch.start()

    async def close(self) -> None:
        await self._watch.close()
        for dispatcher in self._dispatchers.values():
            await dispatcher.close()

    async def submit(
        self,
        path: Path,
        piece: Piece[Any],
        cost: float,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform | VoiceEmbedding:
        dispatcher = self._dispatchers[path]
        result: Waveform | VoiceEmbedding = await dispatcher.submit(
            piece, cost, piece.origin.job, owner, urgency
        )
        return result

    async def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        handle = self._handles[TEXT_TO_SPEECH]
        self.demand.note("speech", READ_COST_S)
        with self._asking(TEXT_TO_SPEECH):
            read: list[Reading | EngineError] = await handle.read.remote(batch)
        return read

    async def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        handle = self._handles[EMBEDDING_EXTRACTION]
        with self._asking(EMBEDDING_EXTRACTION):
            mean: VoiceEmbedding = await handle.mean.remote(embeddings)
        return mean

    @property
    def replicas(self) -> dict[str, int]:
        return dict(self._watch.replicas)

    @property
    def engines(self) -> Mapping[str, EngineInfo]:
        return self._watch.engines

    @property
    def resting(self) -> Collection[str]:
        return self._watch.resting

    @property
    def rates(self) -> dict[str, float]:
        values = ((stage, rate.value) for stage, rate in self._rates.items())
        return {stage: value for stage, value in values if value is not None}

    @property
    def ready(self) -> bool:
        return self._watch.ready

    def _learn(self, cost: float, reports: Sequence[StageReport]) -> None:
        for report in reports:
            self._rates[REPORTED_AS[report.stage]].learn(cost, report.compute_s)

    def _wake(self) -> None:
        for dispatcher in self._dispatchers.values():
            dispatcher.wake()

    # How batches travel

    async def _send_speech(self, batch: Sequence[Piece[Utterance]]) -> StageResult[Waveform]:
        items, origins = _unpack(batch)
        with self._asking(TEXT_TO_SPEECH):
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
        with self._asking(TEXT_TO_SPEECH, TONE_CONVERSION):
            result: StageResult[Waveform] = await self._handles[TONE_CONVERSION].convert.remote(
                base, targets, origins
            )
        return result

    async def _send_embedding(
        self, batch: Sequence[Piece[Waveform]]
    ) -> StageResult[VoiceEmbedding]:
        items, origins = _unpack(batch)
        with self._asking(EMBEDDING_EXTRACTION):
            result: StageResult[VoiceEmbedding] = await self._handles[
                EMBEDDING_EXTRACTION
            ].embed.remote(items, origins)
        return result

    @contextmanager
    def _asking(self, *stages: str) -> Iterator[None]:
        """While a call is under way: looks for the replica that it starts, and at once where it is
        lost."""
        with self._watch.asked(*stages):
            try:
                yield
            except Exception:
                self._watch.look()
                raise


def _unpack(batch: Sequence[Piece[ItemT]]) -> tuple[list[ItemT], list[Origin]]:
    return [piece.item for piece in batch], [piece.origin for piece in batch]
