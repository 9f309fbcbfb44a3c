"""Registered voices: learnt from recordings, kept as embeddings, found by id or name."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any

from config.settings import LimitSettings
from deployments.concurrency import gather_all
from deployments.graph import Graph
from engines.audio.quality import QualityReport
from engines.base import Samples, VoiceEmbedding
from serve_app.errors import ConsentRequired, VoiceNotFound
from serve_app.likeness import Likeness, describe
from serve_app.problems import kind_of
from serve_app.recordings import read_sample
from serve_app.store.blobs import Blobs
from serve_app.store.embeddings import embedding_from_bytes, embedding_to_bytes
from serve_app.store.errors import BlobNotFound, StoreUnavailable, VoiceNameTaken
from serve_app.store.records import Records
from serve_app.store.values import (
    AddedVoice,
    DeletedVoice,
    Evidence,
    Idempotency,
    Json,
    Voice,
)
from serve_app.store.voiceprints import voiceprint_from_bytes, voiceprint_metadata
from serve_app.threads import Threads
from serve_app.voice_files import VoiceFile, write_voice_file
from serve_app.voice_names import check_name
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LearntVoice:
    embedding: VoiceEmbedding
    quality: list[QualityReport]  # one for each recording
    voiceprint: Samples | None = None  # as the speaker encoder hears it
    agreement: Json = field(default_factory=dict)  # of the recordings with each other

    def to_bytes(self) -> bytes:
        """What is kept of it."""
        return embedding_to_bytes(self.embedding, voiceprint_metadata(self.voiceprint))

    @property
    def speech_seconds(self) -> float:
        return sum(report.speech_seconds for report in self.quality)


class Voices:
    def __init__(
        self,
        records: Records,
        blobs: Blobs,
        pipeline: Graph,
        threads: Threads,
        limits: LimitSettings,
        meter: Meter,
        likeness: Likeness,
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._pipeline = pipeline
        self._threads = threads
        self._limits = limits
        self._meter = meter
        self._likeness = likeness
        # An embedding never changes under its key.
        self._read_blob = lru_cache(maxsize=256)(blobs.read)

    async def learn(self, samples: Sequence[bytes], owner: str = "") -> LearntVoice:
        """A voice from its recordings.

        Raises:
            AudioError: a recording that cannot be used, and why.
            EngineError: the engine could not embed it.
        """
        prepared = await gather_all(
            read_sample(self._threads, owner, data, self._limits) for data in samples
        )
        segments = [segment for speech, _ in prepared for segment in speech]
        embedding = await self._pipeline.embed(segments, uuid.uuid4().hex, owner)
        return LearntVoice(
            embedding,
            _with_warnings([report for _, report in prepared], embedding.warnings),
            await self._likeness.learn(segments, owner),
            await self._likeness.agreement(segments, owner),
        )

    def require_consent(self, consent: bool) -> None:
        """Raises ConsentRequired where the settings ask for a consent that was not stated."""
        if self._limits.require_consent and not consent:
            raise ConsentRequired(
                "This service learns a voice only with its speaker's consent: "
                "send consent=true once you have it."
            )

    async def register(
        self,
        owner: str,
        name: str,
        samples: Sequence[bytes],
        idempotency: Idempotency | None,
        evidence: Evidence | None = None,
    ) -> AddedVoice:
        """Learn a voice and keep it under a name.

        Args:
            evidence: what shows that its speaker agrees; None where nobody said so.
        Raises:
            VoiceNameTaken: before any work is done, where it can be known.
            AudioError, EngineError: the recordings cannot be used.
        """
        try:
            return await self._register(owner, name, samples, idempotency, evidence)
        except Exception as error:
            self._meter.count(metrics.VOICES_REJECTED, type=kind_of(error).name)
            raise

    async def _register(
        self,
        owner: str,
        name: str,
        samples: Sequence[bytes],
        idempotency: Idempotency | None,
        evidence: Evidence | None,
    ) -> AddedVoice:
        shown = check_name(name)
        replay = await self._earlier(owner, shown, idempotency)
        if replay:
            return replay
        learnt = await self.learn(samples, owner)
        quality = [_rounded(asdict(report)) for report in learnt.quality]
        voice = _new_voice(owner, shown, learnt.embedding, quality, learnt.speech_seconds, evidence)
        voice = replace(voice, quality=dict(voice.quality) | {"similarity": learnt.agreement})
        return await self._keep(voice, learnt.to_bytes(), idempotency)

    async def bring_in(
        self,
        owner: str,
        name: str,
        file: VoiceFile,
        idempotency: Idempotency | None,
        evidence: Evidence | None = None,
    ) -> AddedVoice:
        """Keep the voice of a file, whose engine is the one that serves.

        Args:
            name: what it is called here; its name there where empty.
            evidence: of a consent, where the file states none.
        Raises:
            VoiceNameTaken, InvalidRequest: of the name.
        """
        card = file.card
        shown = check_name(name or card.name)
        replay = await self._earlier(owner, shown, idempotency)
        if replay:
            return replay
        quality = [asdict(report) for report in card.quality]
        shows = card.evidence if card.consent else evidence
        voice = _new_voice(owner, shown, file.embedding, quality, card.speech_seconds, shows)
        consent = card.consent or evidence is not None
        if card.agreement is not None:
            agreement = {"similarity": describe(card.agreement)}
            voice = replace(voice, quality=dict(voice.quality) | agreement)
        data = embedding_to_bytes(file.embedding, voiceprint_metadata(file.voiceprint))
        return await self._keep(replace(voice, consent=consent), data, idempotency)

    async def _earlier(
        self, owner: str, name: str, idempotency: Idempotency | None
    ) -> AddedVoice | None:
        """The voice that an earlier request with this key made. Raises VoiceNameTaken."""
        if idempotency:
            replay = await self._threads.io(self._records.find_replay, owner, idempotency)
            if isinstance(replay, Voice):
                return AddedVoice(replay, replayed=True)
        if await self._threads.io(self._records.get_voice, name, owner):
            raise VoiceNameTaken(f"a voice named {name!r} exists: choose another name")
        return None

    async def _keep(self, voice: Voice, data: bytes, idempotency: Idempotency | None) -> AddedVoice:
        await self._threads.io(self._blobs.put, voice.blob_key, data)
        try:
            added = await self._threads.io(self._records.add_voice, voice, idempotency)
        except StoreUnavailable:
            raise  # it may have been committed all the same; if not, the sweep takes the file
        except Exception:
            await self._threads.io(self._blobs.delete, voice.blob_key)
            raise
        if added.replayed:
            await self._threads.io(self._blobs.delete, voice.blob_key)
        else:
            self._meter.count(metrics.VOICES_REGISTERED)
            fields = {"voice": voice.id, "speech_s": voice.speech_seconds}
            logger.info("a voice is registered", extra=fields)
        return added

    async def get(self, voice_id: str, owner: str) -> Voice:
        """Raises VoiceNotFound where it is missing or someone else's."""
        voice = await self._threads.io(self._records.get_voice, voice_id, owner)
        if voice is None:
            raise VoiceNotFound(f"No voice has the id {voice_id[:64]!r}.")
        return voice

    async def embedding(self, voice: Voice) -> bytes:
        """The voice's embedding as safetensors."""
        try:
            return await self._threads.io(self._read_blob, voice.blob_key)
        except BlobNotFound:
            raise VoiceNotFound(f"The voice {voice.name!r} was deleted meanwhile.") from None

    async def export(self, voice: Voice) -> bytes:
        """The voice as a file. Raises VoiceNotFound where it was deleted meanwhile."""
        data = await self.embedding(voice)
        return await self._threads.compute(voice.owner, _export, voice, data)

    async def list(self, owner: str) -> list[Voice]:
        return await self._threads.io(self._records.list_voices, owner)

    async def list_deleted(self, owner: str) -> Sequence[DeletedVoice]:
        """What is left of voices after their deletion, the last deleted first."""
        return await self._threads.io(self._records.list_deleted_voices, owner)

    async def count(self, owner: str) -> int:
        return await self._threads.io(self._records.count_voices, owner)

    async def delete(self, voice_id: str, owner: str) -> Voice:
        """Raises VoiceNotFound."""
        voice = await self._threads.io(self._records.delete_voice, voice_id, owner)
        if voice is None:
            raise VoiceNotFound(f"No voice has the id {voice_id[:64]!r}.")
        await self._threads.io(self._blobs.delete, voice.blob_key)
        return voice


def _new_voice(
    owner: str,
    name: str,
    embedding: VoiceEmbedding,
    quality: Sequence[Json],
    speech_seconds: float,
    evidence: Evidence | None,
) -> Voice:
    voice_id = str(uuid.uuid4())
    return Voice(
        id=voice_id,
        owner=owner,
        name=name,
        engine=embedding.engine,
        engine_version=embedding.version,
        blob_key=f"voices/{voice_id}.safetensors",
        quality={"samples": quality},
        speech_seconds=speech_seconds,
        created_at=time.time(),
        consent=evidence is not None,
        evidence=evidence,
    )


def _with_warnings(reports: list[QualityReport], learnt: Sequence[str]) -> list[QualityReport]:
    """What is to be told of a voice as a whole stands first, at its first recording."""
    first, *rest = reports
    return [replace(first, warnings=(*learnt, *first.warnings)), *rest]


def _export(voice: Voice, embedding: bytes) -> bytes:
    return write_voice_file(
        voice, embedding_from_bytes(embedding), voiceprint_from_bytes(embedding)
    )


def _rounded(report: dict[str, Any]) -> dict[str, Any]:
    """For people: three digits behind the point say all that was measured."""
    return {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in report.items()
    }
