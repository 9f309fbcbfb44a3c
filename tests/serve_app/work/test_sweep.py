"""What nobody needs any more goes, and nothing else."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import JobSettings
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StoreUnavailable
from serve_app.store.folder import UPLOAD_MARK
from serve_app.store.records import Records
from serve_app.store.values import Job, Voice
from serve_app.threads import Threads
from serve_app.work.sweep import sweep, sweep_forever
from telemetry.meter import Meter
from tests.serve_app.fakes import Failing, audio_of, new_job, run, until

HOUR_S = 3600.0


def completed(records: Records, blobs: Blobs) -> Job:
    records.accept_job(new_job())
    (job,) = records.lease_jobs("runner", 1, 60, 3)
    blobs.put(audio_of(job).blob_key, b"audio")
    assert records.complete_job(job.id, job.lease or "", audio_of(job))
    return job


def keys(blobs: Blobs) -> set[str]:
    return {blob.key for blob in blobs.list()}


def age(folder: Path, part: str, seconds: float = 2 * HOUR_S) -> None:
    """Make the files whose name contains `part` as old as this."""
    found = [path for path in folder.rglob("*") if part in path.name and path.is_file()]
    assert found
    for path in found:
        os.utime(path, (time.time() - seconds,) * 2)


def test_what_is_past_its_retention_goes_with_its_file(records: Records, blobs: Blobs) -> None:
    job = completed(records, blobs)
    assert sweep(records, blobs, retention_s=HOUR_S).files == 0
    assert keys(blobs) == {audio_of(job).blob_key}
    time.sleep(0.05)
    assert sweep(records, blobs, retention_s=0.01).files == 1
    assert keys(blobs) == set()
    assert records.get_job(job.id) is None


def test_unfinished_work_never_expires(records: Records, blobs: Blobs) -> None:
    queued = records.accept_job(new_job()).job
    time.sleep(0.05)
    sweep(records, blobs, retention_s=0.01)
    assert records.get_job(queued.id) is not None


def test_files_that_a_record_names_stay_however_old(
    records: Records, blobs: Blobs, tmp_path: Path
) -> None:
    job = completed(records, blobs)
    voice = Voice("id", "", "Ada", "embedded", "1", "voices/id.safetensors", {}, 9.0)
    blobs.put(voice.blob_key, b"embedding")
    records.add_voice(voice)
    age(tmp_path, job.id)
    age(tmp_path, "id.safetensors")
    assert sweep(records, blobs, retention_s=10 * HOUR_S).files == 0
    assert keys(blobs) == {audio_of(job).blob_key, voice.blob_key}


@pytest.mark.parametrize("key", ["audio/orphan.wav", "voices/orphan.safetensors"])
def test_an_old_file_that_no_record_names_goes(
    records: Records, blobs: Blobs, tmp_path: Path, key: str
) -> None:
    blobs.put(key, b"left by a crash")
    assert sweep(records, blobs, retention_s=HOUR_S).files == 0  # its record may be on the way
    assert keys(blobs) == {key}
    age(tmp_path, "orphan")
    assert sweep(records, blobs, retention_s=HOUR_S).files == 1
    assert keys(blobs) == set()


def test_a_file_stays_while_its_job_could_still_name_it(
    records: Records, blobs: Blobs, tmp_path: Path
) -> None:
    """The records were away for hours when it was made."""
    records.accept_job(new_job())
    (job,) = records.lease_jobs("runner", 1, 60, 3)
    key = f"audio/{job.id}.{(job.lease or '')[:8]}.wav"
    other = f"audio/{job.id}.another.wav"  # of a runner that lost the job
    for made in (key, other):
        blobs.put(made, b"audio")
        age(tmp_path, made.rpartition("/")[2])
    assert sweep(records, blobs, retention_s=HOUR_S).files == 0
    named = replace(audio_of(job), blob_key=key)
    assert records.complete_job(job.id, job.lease or "", named)
    assert sweep(records, blobs, retention_s=HOUR_S).files == 1
    assert keys(blobs) == {key}


def test_a_deleted_jobs_file_goes_even_if_it_could_not_then(
    records: Records, blobs: Blobs, tmp_path: Path
) -> None:
    job = completed(records, blobs)
    records.delete_job(job.id)  # and the blob store was away
    age(tmp_path, job.id)
    assert sweep(records, blobs, retention_s=10 * HOUR_S).files == 1


def test_what_does_not_belong_to_us_stays(records: Records, blobs: Blobs, tmp_path: Path) -> None:
    blobs.put("elsewhere/file", b"someone's")
    age(tmp_path, "file")
    assert sweep(records, blobs, retention_s=HOUR_S).files == 0
    assert keys(blobs) == {"elsewhere/file"}


def test_uploads_that_died_go(records: Records, blobs: Blobs, tmp_path: Path) -> None:
    job = completed(records, blobs)
    (file,) = tmp_path.rglob(f"{job.id}*")
    (file.parent / f"{UPLOAD_MARK}half").write_bytes(b"half")
    sweep(records, blobs, retention_s=HOUR_S)
    assert list(tmp_path.rglob("*half"))
    age(tmp_path, "half")
    sweep(records, blobs, retention_s=HOUR_S)
    assert not list(tmp_path.rglob("*half"))
    assert keys(blobs) == {audio_of(job).blob_key}


def test_many_orphans_go_in_batches(
    records: Records, blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve_app.work.sweep.BATCH", 3)
    kept = completed(records, blobs)
    for number in range(7):
        blobs.put(f"audio/orphan-{number}", b"x")
    age(tmp_path, "orphan")
    age(tmp_path, kept.id)
    assert sweep(records, blobs, retention_s=10 * HOUR_S).files == 7
    assert keys(blobs) == {audio_of(kept).blob_key}


def test_sweeping_goes_on_after_a_store_was_away(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        failing, threads = Failing(records), Threads()
        meter = Meter(export_to_ray=False)
        failing.errors["expire"] = StoreUnavailable("away")
        settings = JobSettings(sweep_s=0.05, audio_retention_s=0.01)
        job = completed(records, blobs)
        task = asyncio.create_task(
            sweep_forever(failing.as_records(), blobs, settings, threads, meter), name="sweep"
        )
        await until(lambda: failing.calls.count("expire") > 1)
        failing.errors.clear()
        await until(lambda: records.get_job(job.id) is None)
        await until(lambda: b"phonex_jobs_expired_total 1.0" in meter.render())
        task.cancel()
        threads.close()

    run(scenario())
