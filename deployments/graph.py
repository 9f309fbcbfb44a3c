"""The graph as its caller sees it: three paths through the stages.

`pipeline.py` sends along them from the process it is in; `shared_queue.py` from one process for
several callers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

from deployments.batching import Urgency
from deployments.concurrency import gather_all
from deployments.demand import Demand
from deployments.scaling import STAGES_OF
from engines.base import EngineInfo, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineError
from engines.reading.words import Reading
from telemetry.tracing import Origin, Tracer

TEXT_TO_SPEECH = "TextToSpeech"
EMBEDDING_EXTRACTION = "EmbeddingExtraction"
TONE_CONVERSION = "ToneConversion"
STAGES = (TEXT_TO_SPEECH, EMBEDDING_EXTRACTION, TONE_CONVERSION)

INGRESS = "Ingress"

Path = Literal["speech", "cloning", "embedding"]
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


def missing_stages(replicas: Mapping[str, int], resting: Collection[str]) -> list[str]:
    """The stages without a replica that would not start one when asked."""
    return [stage for stage, count in replicas.items() if not count and stage not in resting]


class Graph(ABC):
    """Speaks, clones and embeds."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self.demand = Demand()

    async def synthesize(
        self,
        utterance: Utterance,
        cost: float,
        flow: str,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform:
        piece = self._piece(utterance, flow)
        with self.demand.waiting("speech", cost):
            return cast(Waveform, await self.submit("speech", piece, cost, owner, urgency))

    async def clone(
        self,
        utterance: Utterance,
        embedding: VoiceEmbedding,
        cost: float,
        flow: str,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform:
        piece = self._piece(ClonedUtterance(utterance, embedding), flow)
        with self.demand.waiting("cloning", cost):
            return cast(Waveform, await self.submit("cloning", piece, cost, owner, urgency))

    async def embed(
        self, segments: Sequence[Waveform], flow: str, owner: str = ""
    ) -> VoiceEmbedding:
        """The one embedding of a voice, from its stretches of speech.

        Raises:
            EngineError: of the first stretch that cannot be embedded.
        """
        with self.demand.waiting("embedding", sum(segment.seconds for segment in segments)):
            embeddings = await gather_all(
                self.submit("embedding", self._piece(segment, flow), segment.seconds, owner)
                for segment in segments
            )
        if len(embeddings) == 1:
            return cast(VoiceEmbedding, embeddings[0])
        return await self.mean(cast(Sequence[VoiceEmbedding], embeddings))

    def halts(self, path: str) -> bool:
        """Whether a stage on a path has yet to be started again."""
        return any(stage in self.resting for stage in STAGES_OF[path])

    def _piece(self, item: ItemT, flow: str) -> Piece[ItemT]:
        return Piece(item, Origin(flow, self._tracer.traceparent()))

    # What there is of it

    @property
    @abstractmethod
    def replicas(self) -> Mapping[str, int]:
        """Ready replicas by deployment."""

    @property
    @abstractmethod
    def engines(self) -> Mapping[str, EngineInfo]:
        """What the stages that were ever there compute with; the same mapping every time."""

    @property
    @abstractmethod
    def resting(self) -> Collection[str]:
        """The stages that have no replica because nobody uses them: the next piece starts one."""

    @property
    @abstractmethod
    def rates(self) -> Mapping[str, float]:
        """Seconds of audio that a replica makes in a second of computing, by deployment, of those
        that were measured."""

    @property
    @abstractmethod
    def ready(self) -> bool:
        """Whether every stage is there, or would be when asked for."""

    # How it is reached

    @abstractmethod
    async def submit(
        self,
        path: Path,
        piece: Piece[Any],
        cost: float,
        owner: str = "",
        urgency: Urgency = "none",
    ) -> Waveform | VoiceEmbedding:
        """Send a piece along a path, in a batch with others.

        Args:
            cost: seconds of audio, the estimate by which batches are filled.
            owner: flows of one owner share its turn.
        Raises:
            EngineError: the engine's word on this piece; see `Dispatcher.submit`.
        """

    @abstractmethod
    async def read(self, batch: Sequence[Utterance]) -> list[Reading | EngineError]:
        """What is said for each utterance. Waits for no batch: it takes milliseconds."""

    @abstractmethod
    async def mean(self, embeddings: Sequence[VoiceEmbedding]) -> VoiceEmbedding:
        """One embedding of several of one voice."""

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def close(self) -> None: ...
