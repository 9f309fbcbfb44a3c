"""The values that go into and come out of the records. Times are seconds since the epoch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

JobKind = Literal["tts", "clone", "clone_quick"]
JobState = Literal["queued", "processing", "completed", "failed", "cancelled"]
KeyScope = Literal["client", "metrics"]
EvidenceKind = Literal["recording", "words", "statement"]
Json = Mapping[str, Any]

FIRST_VERSION = 1  # of a job's request; what a request that does not say its version has
VERSION_KEY = "version"

SEPARATORS = re.compile(r"[\s_-]+")


def name_key(name: str) -> str:
    """What two names share when a person would call them the same."""
    # Casefolding can undo a normal form, hence the second normalization.
    folded = unicodedata.normalize("NFKC", name.strip()).casefold()
    return SEPARATORS.sub("_", unicodedata.normalize("NFKC", folded))


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work as it is accepted."""

    id: str  # UUID
    kind: JobKind
    owner: str  # "" when no keys are in use
    request: Json
    cost: float  # seconds of audio it is expected to make
    pieces_total: int
    request_id: str
    mark: int | None = None  # what the mark in its audio spells; None where it has none
    callback_url: str | None = None  # who is told its end

    @property
    def version(self) -> int:
        """What whoever runs the job must know, at the least."""
        return int(self.request.get(VERSION_KEY, FIRST_VERSION))


@dataclass(frozen=True, slots=True)
class AudioFile:
    """The finished audio of a job."""

    blob_key: str
    format: str
    media_type: str
    size_bytes: int
    sha256: str
    seconds: float
    sample_rate: int  # Hz


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed, in the terms of a problem document."""

    type: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Job:
    """One row of work, from accepted to forgotten."""

    id: str
    kind: JobKind
    owner: str
    state: JobState
    request: Json  # empty once the job is cancelled or deleted
    cost: float
    pieces_done: int
    pieces_total: int
    attempts: int  # runs that broke on the job itself, and the one under way
    recoveries: int  # leases that ran out because their runner died
    runner: str | None  # who holds the job, or held it last
    lease: str | None  # fencing token, new at each lease
    lease_expires_at: float | None
    created_at: float
    started_at: float | None  # of the first attempt
    finished_at: float | None  # when it completed, failed or was cancelled
    failure: Failure | None
    audio: AudioFile | None
    warnings: Sequence[str]
    request_id: str
    deleted_at: float | None
    report: Json = field(default_factory=dict)  # what was measured of its audio, a key a measure
    suspect: bool = field(default=False, compare=False)  # leased as one that may kill its runner


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a speaker agreed to having a voice learnt. What nobody told is ""."""

    stated_by: str  # the owner of the key that stated it; "" when no keys are in use
    stated_at: float
    speaker: str = ""  # who agreed
    words: str = ""  # in which they did
    language: str = ""  # of the words, a BCP 47 tag
    recording_sha256: str = ""  # of the words as they were spoken, hexadecimal
    consent_id: str = ""  # the consent that was brought before the voice

    @property
    def kind(self) -> EvidenceKind:
        """The strongest of what there is."""
        return "recording" if self.recording_sha256 else "words" if self.words else "statement"


@dataclass(frozen=True, slots=True)
class Consent:
    """A speaker's consent that was brought before any voice. Its evidence goes with each voice that
    is made with it."""

    id: str
    owner: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class DeletedVoice:
    """The fact that there was a voice, and nothing that says whose."""

    id: str  # of the voice's record
    owner: str
    engine: str
    created_at: float
    deleted_at: float
    consent: bool
    evidence: EvidenceKind | None  # what showed the consent
    stated_at: float | None


@dataclass(frozen=True, slots=True)
class Voice:
    """A registered voice. `created_at` is stamped by the database."""

    id: str
    owner: str
    name: str
    engine: str
    engine_version: str
    blob_key: str
    quality: Json
    speech_seconds: float
    created_at: float = 0.0
    consent: bool = False  # who registered it stated that the speaker consents
    evidence: Evidence | None = None  # none of a voice from before it was kept

    @property
    def voice_id(self) -> str:
        """What clients call it: John Doe's is john_doe. Unique for its owner."""
        return name_key(self.name)


@dataclass(frozen=True, slots=True)
class Idempotency:
    """An idempotency key, and the request it was sent with."""

    key: str
    route: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Accepted:
    job: Job
    replayed: bool  # an earlier request with the same idempotency key made this job


@dataclass(frozen=True, slots=True)
class AddedVoice:
    voice: Voice
    replayed: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    """A job after its deletion, and the blob that nothing needs any more."""

    job: Job
    blob_key: str | None


@dataclass(frozen=True, slots=True)
class Expired:
    """What was past its retention and is forgotten."""

    jobs: int
    blob_keys: Sequence[str]  # of the files to delete


@dataclass(frozen=True, slots=True)
class JobCounts:
    by_state: Mapping[JobState, int] = field(default_factory=dict)
    remaining_cost: Mapping[JobKind, float] = field(default_factory=dict)  # seconds of audio
    # The same, by owner.
    remaining_of: Mapping[JobKind, Mapping[str, float]] = field(default_factory=dict)
    done_cost: Mapping[JobKind, float] = field(default_factory=dict)  # of late
    oldest_queued_age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of an API key. `created_at` and `revoked_at` are stamped by the database."""

    id: str  # its public part
    owner: str  # the name it was added under
    scope: KeyScope
    digest: str = field(repr=False)  # SHA-256 of the whole key, hexadecimal
    created_at: float = 0.0
    revoked_at: float | None = None


@dataclass(frozen=True, slots=True)
class OwnerLimits:
    """An owner's own limits. None takes the setting's value, 0 is no limit."""

    max_unfinished_jobs: int | None = None
    max_chars_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    name: str
    limits: OwnerLimits


@dataclass(frozen=True, slots=True)
class KeySnapshot:
    """The valid keys, by their ids, as of one version. Version 0: no key was ever added."""

    version: int
    keys: Mapping[str, ApiKey]


@dataclass(frozen=True, slots=True)
class Adopted:
    jobs: int
    voices: int
    left: Sequence[str]  # names of voices that the owner has taken already


@dataclass(frozen=True, slots=True)
class Quota:
    """What a new job counts for, and the limits of an owner without limits of its own."""

    chars: int
    max_unfinished_jobs: int  # 0: no limit
    max_chars_per_minute: int
