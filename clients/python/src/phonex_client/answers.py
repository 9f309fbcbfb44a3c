"""What the service answers, as values.

Times are seconds since 1970, UTC. `raw` is the answer as it came, with what a newer service says
beside this.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

JobState = Literal["queued", "processing", "completed", "failed", "cancelled"]
ENDED = ("completed", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Any answer to a request."""

    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class MarkTime:
    """When a mark of SSML is heard."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTime:
    """When a word is heard, in seconds from the beginning, and where it stands in the text."""

    text: str
    start: float
    end: float
    char_start: int | None = None
    char_end: int | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """By what finished audio says that it was generated: techniques, or None."""

    watermark: str | None = None
    manifest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """How alike two voices are: a cosine by `model`, and where it stands between pairs of
    recordings of one person (`same`) and of two (`others`)."""

    cosine: float | None = None
    verdict: Literal["same", "between", "others"] | None = None
    below_same: float | None = None
    above_others: float | None = None
    model: str | None = None
    same: dict[str, float] | None = None
    others: dict[str, float] | None = None
    missing: str | None = None  # why there is no cosine


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Answer):
    """A job that was accepted."""

    audio_id: str
    status: JobState
    seed: int | None = None
    speaker: str | None = None  # the base speaker
    seconds: float | None = None  # of finished audio
    warnings: tuple[str, ...] = ()
    marks: tuple[MarkTime, ...] = ()
    words: tuple[WordTime, ...] | None = None  # where `timestamps` were asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Answer):
    """Where a job stands."""

    audio_id: str
    status: JobState
    progress: int  # percent of the pieces that are finished
    pieces_done: int
    pieces_total: int
    created_at: float
    kind: str | None = None  # the route that accepted it
    started_at: float | None = None
    finished_at: float | None = None
    estimated_time: str | None = None  # what is likely left, in words
    jobs_ahead: int | None = None  # of yours, while it is queued
    attempts: int = 0
    error: str | None = None  # why it failed, in words
    problem: str | None = None  # why it failed, as a type of problem
    speaker: str | None = None  # the base speaker
    seconds: float | None = None
    size_bytes: int | None = None
    format: str | None = None
    similarity: Similarity | None = None  # of a finished clone and its voice
    warnings: tuple[str, ...] = ()
    marks: tuple[MarkTime, ...] = ()
    words: tuple[WordTime, ...] | None = None  # where `timestamps` were asked for
    provenance: Provenance | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will become of it."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage(Answer):
    """Some of your jobs, the newest first."""

    jobs: tuple[Job, ...]
    next: str | None = None  # `before` of the next page; None on the last


@dataclass(frozen=True, slots=True)
class Speech:
    """A finished job, and its file."""

    job: Job
    audio: bytes = field(repr=False)

    def save(self, path: str | os.PathLike[str]) -> None:
        Path(path).write_bytes(self.audio)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProblem:
    """Why an item of a batch was not made, as a problem document tells it."""

    type: str
    title: str
    status: int
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """How one item of a batch stands."""

    index: int  # its place in the batch, from 0
    status: Literal[
        "waiting", "queued", "processing", "completed", "failed", "cancelled", "deleted", "refused"
    ]
    id: str = ""  # as the caller called it
    title: str = ""
    kind: str | None = None
    progress: int = 0  # percent
    audio_id: str | None = None  # once it is a job
    seconds: float | None = None
    size_bytes: int | None = None
    format: str | None = None
    problem: ItemProblem | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Answer):
    """Where a batch stands."""

    batch_id: str
    state: Literal["processing", "ended"]
    total: int  # items
    counts: dict[str, int]  # of items, by status
    progress: float  # percent, by characters
    created_at: float
    title: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state == "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedBatch(Batch):
    """A batch that was taken in."""

    refused: tuple[BatchItem, ...] = ()  # what will not be made


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage(Batch):
    """A batch, and a page of its items."""

    items: tuple[BatchItem, ...] = ()
    next: int | None = None  # `start` of the next page; None on the last


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioQuality(Answer):
    """What was heard in finished audio."""

    audio_id: str
    similarity: Similarity | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleQuality:
    """What was heard in a recording of a voice."""

    speech_seconds: float
    total_seconds: float
    sample_rate: int  # Hz
    clipping: float  # share of samples at full scale
    peak_dbfs: float
    rms_dbfs: float
    signal_to_noise_db: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What shows that a speaker consented. What nobody told is empty."""

    kind: str
    stated_by: str  # the name of a key
    stated_at: float
    speaker: str = ""
    words: str = ""
    language: str = ""
    recording_sha256: str = ""
    consent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(Answer):
    """A registered voice."""

    voice_id: str
    name: str
    engine: str
    engine_version: str
    speech_seconds: float
    created_at: float
    record_id: str  # of this voice, and of no other that gets its name later
    consent: bool = False
    consent_evidence: Evidence | None = None
    quality: tuple[SampleQuality, ...] = ()
    similarity: Similarity | None = None  # of its recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedVoice(Answer):
    """That there was a voice, and nothing that says whose."""

    record_id: str
    engine: str
    created_at: float
    deleted_at: float
    consent: bool
    evidence: str | None = None
    stated_at: float | None = None


@dataclass(frozen=True, slots=True)
class ReadWord:
    """One word that will be said, for `text[start:end]` of the text, in Unicode code points."""

    text: str
    said: str
    start: int
    end: int
    phones: str | None = None
    language: str | None = None  # in which it is said, by newer services


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Answer):
    """How a text will be said."""

    language: str
    said: str
    words: tuple[ReadWord, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """What the search for the inaudible mark found."""

    technique: str
    found: bool
    p_value: float
    speed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a file is signed with."""

    technique: str
    state: Literal["trusted", "valid", "invalid"]
    signer: str | None = None
    generator: str | None = None
    generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Answer):
    """Whether a recording is speech of the service, and what says so."""

    generated: bool
    seconds: float
    watermark: Watermark
    message: str
    manifest: Manifest | None = None
    audio_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phones(Answer):
    """What pronunciations of one language are written with."""

    language: str
    notation: str
    help: str
    example: dict[str, str]
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageHealth:
    """One stage of the service."""

    deployment: str
    replicas: int  # that are ready
    engine: str | None = None
    version: str | None = None
    backend: str | None = None
    device: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Answer):
    """What runs."""

    status: str
    tts_ready: bool
    voice_clone_ready: bool
    registered_voices: int
    version: str
    engine: str | None = None
    sounds: str | None = None  # what one hears of the engine, for people
    stages: tuple[StageHealth, ...] = ()
    jobs: dict[str, int] = field(default_factory=dict)  # unfinished ones, by state
    queued_audio_seconds: float = 0.0
    watermark: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceList(Answer):
    """All registered voices, the newest last."""

    items: tuple[Voice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedVoiceList(Answer):
    """What is left of deleted voices, the last deleted first."""

    items: tuple[DeletedVoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers(Answer):
    """The base speakers by language, the first of each its own."""

    speakers: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Answer):
    """What was deleted, in words."""

    message: str
