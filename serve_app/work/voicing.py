"""One piece of an order: made by the stages, inspected, as loud as it is to be."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np

from deployments.batching import Urgency
from deployments.graph import Graph
from engines.base import Utterance, VoiceEmbedding, Waveform
from engines.errors import UnspeakableText
from serve_app.store.embeddings import embedding_from_bytes
from serve_app.store.values import Job
from serve_app.work.assembly import Voiced
from serve_app.work.deliveries import with_gain
from serve_app.work.inspection import Inspection
from serve_app.work.orders import SpeechOrder
from serve_app.work.pieces import stages_of


class Voicing:
    """Makes the pieces of one job.

    Args:
        word_times: ask the engine when each word is heard.
    """

    def __init__(
        self,
        job: Job,
        order: SpeechOrder,
        pipeline: Graph,
        inspection: Inspection,
        *,
        word_times: bool,
    ) -> None:
        self._job = job
        self._order = order
        self._pipeline = pipeline
        self._inspection = inspection
        self._word_times = word_times
        self._embeddings: dict[str, VoiceEmbedding] = {}  # by what the order has of them

    async def make(self, index: int, text: str, urgency: Urgency) -> Voiced:
        """One piece's audio, or a warning where the engine finds nothing to say in it."""
        order = self._order
        utterance = replace(order.utterance(index, text, 0), timed=self._word_times)
        cost = order.cost_of(index, text)
        embedding = self._embedding_for(index)

        async def make(attempt: int) -> Waveform:
            drawn = replace(utterance, seed=_seed(order.seed, index, attempt))
            return await self._make(drawn, embedding, cost, urgency)

        try:
            spoken = await self._inspection.make(
                make,
                index + 1,
                cost,
                stages_of(self._job),
                self._job.owner,
                seed_is_fixed=order.fixed_seed,
            )
        except UnspeakableText as error:
            return f"Piece {index + 1} was left out: {error.message}"
        return with_gain(spoken, order.delivery(index).gain)

    def read_embedding(self, written: str) -> VoiceEmbedding:
        """A voice as the order has it: base64 of safetensors."""
        if written not in self._embeddings:
            self._embeddings[written] = embedding_from_bytes(base64.b64decode(written))
        return self._embeddings[written]

    async def _make(
        self,
        utterance: Utterance,
        embedding: VoiceEmbedding | None,
        cost: float,
        urgency: Urgency,
    ) -> Waveform:
        job = self._job
        if embedding is None:
            return await self._pipeline.synthesize(utterance, cost, job.id, job.owner, urgency)
        return await self._pipeline.clone(utterance, embedding, cost, job.id, job.owner, urgency)

    def _embedding_for(self, index: int) -> VoiceEmbedding | None:
        written = self._order.embedding_for(index)
        return None if written is None else self.read_embedding(written)


def _seed(seed: int, index: int, attempt: int) -> int:
    """A seed of its own for each attempt at a piece: the same whatever batch it rides in."""
    drawn = [seed, index, attempt] if attempt else [seed, index]
    return int(np.random.SeedSequence(drawn).generate_state(1)[0])
