"""A job that starts again goes on where it was, and sounds as if nothing had been."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from deployments.graph import STAGES
from engines.base import Utterance, Waveform
from engines.errors import EngineUnavailable
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StorageFull, StoreUnavailable
from serve_app.store.records import Records
from serve_app.store.values import Job
from serve_app.threads import Threads
from serve_app.work.pieces import MIN_PIECES, PREFIX
from serve_app.work.sweep import sweep
from serve_app.work.synthesis import Progress, Speech, speak
from tests.serve_app.fakes import (
    INFO,
    UNMARKED,
    Failing,
    FakePipeline,
    deaf,
    new_job,
    order,
    run,
    running,
    spoken,
    unheard,
    until,
)

TEXT = " ".join(f"This is sentence number {n} of a long text." for n in range(3 * MIN_PIECES))
SHORT = TEXT[: TEXT.index("number 3")]
PIECES = len(order(TEXT).pieces())
HOUR_S = 3600.0


@pytest.fixture(autouse=True)
def written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve_app.work.pieces.PERIOD_S", 0.0)


async def silent(done: int, total: int) -> None: ...


class Stopped:
    """Stages that go away after so many pieces."""

    def __init__(self, after: int) -> None:
        self.left = after

    async def __call__(self, utterance: Utterance) -> Waveform:
        if not self.left:
            raise EngineUnavailable("the stages stop")
        self.left -= 1
        return await spoken(utterance)


def leased(records: Records, text: str = TEXT) -> Job:
    records.accept_job(new_job(text))
    (job,) = records.lease_jobs("runner", 1, 60, 3)
    return job


def make(
    job: Job, pipeline: FakePipeline, blobs: Blobs, progress: Progress = silent, free: int = 0
) -> tuple[Speech, bytes]:
    async def scenario() -> Speech:
        threads = Threads()
        try:
            return await speak(
                job,
                pipeline,
                blobs,
                threads,
                progress,
                unheard(),
                *deaf(threads),
                UNMARKED,
                free,
            )
        finally:
            threads.close()

    speech = run(scenario())
    return speech, blobs.read(speech.audio.blob_key)


def kept(blobs: Blobs) -> list[str]:
    return [blob.key for blob in blobs.list(PREFIX)]


def test_a_job_goes_on_after_its_last_finished_piece(records: Records, blobs: Blobs) -> None:
    job = leased(records)
    steps: list[int] = []

    async def progress(done: int, total: int) -> None:
        steps.append(done)

    whole, undisturbed = make(leased(records), FakePipeline(), blobs)
    with pytest.raises(EngineUnavailable):
        make(job, FakePipeline(speak=Stopped(after=10)), blobs)
    again = FakePipeline()
    resumed, data = make(replace(job, lease="another"), again, blobs, progress)
    assert data == undisturbed
    assert whole.words
    assert resumed.words == whole.words
    # What was finished in the very moment of the stop may be made again.
    assert PIECES - 10 <= len(again.heard) <= PIECES - 5
    assert steps[0] == PIECES - len(again.heard) + 1


def test_pieces_of_another_engine_are_not_taken_up(records: Records, blobs: Blobs) -> None:
    job = leased(records)
    with pytest.raises(EngineUnavailable):
        make(job, FakePipeline(speak=Stopped(after=10)), blobs)
    newer = FakePipeline(engines=dict.fromkeys(STAGES, replace(INFO, version="2")))
    make(job, newer, blobs)
    assert len(newer.heard) == PIECES


def test_a_short_job_is_not_kept(records: Records, blobs: Blobs) -> None:
    with pytest.raises(EngineUnavailable):
        make(leased(records, SHORT), FakePipeline(speak=Stopped(after=1)), blobs)
    assert kept(blobs) == []


@pytest.mark.parametrize("error", [StorageFull("no room"), StoreUnavailable("away")])
@pytest.mark.parametrize("method", ["put", "list", "read", "free_bytes"])
def test_a_store_that_keeps_nothing_does_not_hurt_the_job(
    records: Records, blobs: Blobs, error: Exception, method: str
) -> None:
    job = leased(records)
    with pytest.raises(EngineUnavailable):
        make(job, FakePipeline(speak=Stopped(after=10)), blobs)
    failing = Failing(blobs)
    put = blobs.put

    def put_audio_alone(key: str, data: bytes) -> None:
        if key.startswith(PREFIX):
            raise error
        put(key, data)

    if method == "put":
        blobs.put = put_audio_alone  # type: ignore[method-assign]
        speech, _ = make(job, FakePipeline(), blobs)
    else:
        failing.errors[method] = error
        speech = run_with(job, failing)
    assert speech.audio.seconds > 1


def run_with(job: Job, failing: Failing) -> Speech:
    async def scenario() -> Speech:
        threads = Threads()
        try:
            pipeline = FakePipeline()
            return await speak(
                job,
                pipeline,
                failing.as_blobs(),
                threads,
                silent,
                unheard(),
                *deaf(threads),
                UNMARKED,
            )
        finally:
            threads.close()

    return run(scenario())


def test_nothing_is_kept_where_the_disk_is_nearly_full(records: Records, blobs: Blobs) -> None:
    with pytest.raises(EngineUnavailable):
        make(leased(records), FakePipeline(speak=Stopped(after=10)), blobs, free=2**62)
    assert kept(blobs) == []


def test_what_cannot_be_read_is_computed_again(records: Records, blobs: Blobs) -> None:
    job = leased(records)
    blobs.put(f"{PREFIX}{job.id}.damaged-1", b"\xff" * 100)
    pipeline = FakePipeline()
    make(job, pipeline, blobs)
    assert len(pipeline.heard) == PIECES


def speaker(blobs: Blobs, pipeline: FakePipeline, threads: Threads) -> Any:
    async def speak_job(job: Job, progress: Progress) -> Speech:
        return await speak(
            job,
            pipeline,
            blobs,
            threads,
            progress,
            unheard(),
            *deaf(threads),
            UNMARKED,
        )

    return speak_job


def test_what_was_kept_goes_when_the_job_ends(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        threads = Threads()
        pipeline = FakePipeline(speak=Stopped(after=10))
        async with running(records, blobs, speaker(blobs, pipeline, threads)) as jobs:
            job_id = (await jobs.accept(new_job(TEXT), None)).job.id
            await until(lambda: kept(blobs))
            pipeline.speak = spoken
            done = await jobs.wait(job_id, "", 15.0)
            assert done is not None
            assert (done.state, done.attempts) == ("completed", 1)
            await until(lambda: not kept(blobs))
        threads.close()

    run(scenario())


def test_what_was_kept_goes_when_the_job_is_deleted(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        threads = Threads()
        first = Stopped(after=10)

        async def then_hang(utterance: Utterance) -> Waveform:
            if not first.left:
                await asyncio.Event().wait()
            return await first(utterance)

        pipeline = FakePipeline(speak=then_hang)
        async with running(records, blobs, speaker(blobs, pipeline, threads)) as jobs:
            job_id = (await jobs.accept(new_job(TEXT), None)).job.id
            await until(lambda: kept(blobs))
            await jobs.delete(job_id, "")
            sweep(records, blobs, HOUR_S)
            assert kept(blobs) == []
        threads.close()

    run(scenario())


def test_the_sweep_leaves_pieces_of_unfinished_jobs_however_old_and_takes_all_others(
    records: Records, blobs: Blobs
) -> None:
    over, running_job = leased(records), leased(records)
    queued = records.accept_job(new_job(TEXT)).job
    records.delete_job(over.id)
    for job in (queued, over, running_job):
        blobs.put(f"{PREFIX}{job.id}.1a2b3c4d-1", b"pieces")
    blobs.put(f"{PREFIX}unknown.1a2b3c4d-1", b"pieces")
    sweep(records, blobs, HOUR_S, orphan_age_s=0.0)
    left = {key.removeprefix(PREFIX).partition(".")[0] for key in kept(blobs)}
    assert left == {queued.id, running_job.id}
