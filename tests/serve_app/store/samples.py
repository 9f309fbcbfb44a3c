"""Values for the tests to begin with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from serve_app.store.opening import open_records
from serve_app.store.records import Records
from serve_app.store.values import AudioFile, Failure, Job, JobKind, NewJob, Voice

LEASE_S = 60.0
FAILURE = Failure(type="synthesis", title="No audio", detail="the engine broke")


@dataclass(frozen=True)
class Location:
    """Where records are, to open them again or from another process."""

    database_url: str | None
    data_dir: Path

    def open(self) -> Records:
        return open_records(self.database_url, self.data_dir)


def new_job(
    *,
    owner: str = "",
    text: str = "Hello.",
    cost: float = 2.5,
    kind: JobKind = "tts",
) -> NewJob:
    return NewJob(
        id=str(uuid.uuid4()),
        kind=kind,
        owner=owner,
        request={"text": text, "language": "EN", "speed": 1.0},
        cost=cost,
        pieces_total=3,
        request_id="request-1",
    )


def audio_of(job: Job) -> AudioFile:
    return AudioFile(
        blob_key=f"audio/{job.id}.wav",
        format="wav",
        media_type="audio/wav",
        size_bytes=88_244,
        sha256="0" * 64,
        seconds=2.0,
        sample_rate=22_050,
    )


def new_voice(name: str = "Ada", *, owner: str = "") -> Voice:
    voice_id = str(uuid.uuid4())
    return Voice(
        id=voice_id,
        owner=owner,
        name=name,
        engine="embedded",
        engine_version="1",
        blob_key=f"voices/{voice_id}.safetensors",
        quality={"snr_db": 31.5, "clipping": False},
        speech_seconds=12.25,
    )


def lease(records: Records, runner: str = "runner", *, lease_s: float = LEASE_S) -> Job:
    """The one job there is to lease."""
    (job,) = records.lease_jobs(runner, 1, lease_s, max_attempts=3)
    return job


def lease_of(job: Job) -> str:
    assert job.lease is not None
    return job.lease


def found(records: Records, job_id: str) -> Job:
    job = records.get_job(job_id)
    assert job is not None
    return job
