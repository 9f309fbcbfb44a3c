"""A job is accepted, run and ended once, whoever looks on and whatever is deleted meanwhile."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from serve_app.store.blobs import Blobs
from serve_app.store.opening import open_records
from serve_app.store.records import Records
from serve_app.store.values import Idempotency, Job
from serve_app.threads import Threads
from serve_app.work.jobs import Jobs
from serve_app.work.synthesis import Progress, Speech, speak
from tests.serve_app.fakes import (
    UNMARKED,
    FakePipeline,
    SlowPut,
    Speaker,
    audio_of,
    deaf,
    new_job,
    run,
    running,
    unheard,
    until,
)


def files(blobs: Blobs) -> list[str]:
    return [blob.key for blob in blobs.list("audio/")]


async def ended(jobs: Jobs, job_id: str) -> Job:
    job = await jobs.wait(job_id, "", 10.0)
    assert job is not None
    return job


def test_what_is_answered_for_is_committed(records: Records, blobs: Blobs, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(records, blobs, Speaker(blobs, open_gate=False), drain_s=0) as jobs:
            accepted = await jobs.accept(new_job(), None)
            with open_records(None, tmp_path) as other:  # as after kill -9
                assert other.get_job(accepted.job.id) is not None

    run(scenario())


def test_a_job_runs_once_and_completes_with_its_file(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs)
        async with running(records, blobs, speaker) as jobs:
            accepted = [(await jobs.accept(new_job(), None)).job for _ in range(5)]
            done = [await ended(jobs, job.id) for job in accepted]
        assert [job.state for job in done] == ["completed"] * 5
        assert sorted(job.id for job in speaker.runs) == sorted(job.id for job in accepted)
        assert sorted(files(blobs)) == sorted(job.audio.blob_key for job in done if job.audio)

    run(scenario())


def test_no_more_jobs_run_at_once_than_allowed(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, open_gate=False)
        async with running(records, blobs, speaker, max_running=2) as jobs:
            accepted = [(await jobs.accept(new_job(), None)).job for _ in range(4)]
            await until(lambda: len(speaker.runs) == 2)
            await asyncio.sleep(0.2)
            assert len(speaker.runs) == 2
            speaker.gate.set()
            assert {(await ended(jobs, job.id)).state for job in accepted} == {"completed"}

    run(scenario())


def test_no_more_audio_is_held_in_memory_than_allowed(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, open_gate=False)
        async with running(records, blobs, speaker, max_running_audio_s=100) as jobs:
            await jobs.accept(new_job(cost=101), None)
            await until(lambda: speaker.runs)
            later = await jobs.accept(new_job(), None)
            await asyncio.sleep(0.2)
            assert len(speaker.runs) == 1
            speaker.gate.set()
            assert (await ended(jobs, later.job.id)).state == "completed"

    run(scenario())


def test_waiting_ends_at_once_when_the_job_ends(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, open_gate=False)
        async with running(records, blobs, speaker, poll_s=30) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            waiting = [asyncio.create_task(jobs.wait(job_id, "", 60)) for _ in range(3)]
            await until(lambda: speaker.runs)
            speaker.gate.set()
            async with asyncio.timeout(2):
                states = [job.state for job in await asyncio.gather(*waiting) if job]
        assert states == ["completed"] * 3

    run(scenario())


def test_one_who_stops_waiting_takes_nothing_from_the_others(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, open_gate=False)
        async with running(records, blobs, speaker, poll_s=30) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            waiting = asyncio.create_task(jobs.wait(job_id, "", 60))
            impatient = await jobs.wait(job_id, "", 0.1)
            assert impatient is not None
            assert impatient.state == "processing"
            gone = asyncio.create_task(jobs.wait(job_id, "", 60))  # its client hangs up
            await asyncio.sleep(0.1)
            gone.cancel()
            speaker.gate.set()
            async with asyncio.timeout(2):
                done = await waiting
            assert done is not None
            assert done.state == "completed"

    run(scenario())


def test_waiting_ends_at_its_time(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        async with running(records, blobs, Speaker(blobs, open_gate=False), drain_s=0) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            started = time.monotonic()
            job = await jobs.wait(job_id, "", 0.3)
            assert 0.3 <= time.monotonic() - started < 1.5
            assert job is not None
            assert job.state in ("queued", "processing")
            assert await jobs.wait("nobody", "", 30) is None

    run(scenario())


def test_the_end_of_another_runners_job_is_noticed(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        records.accept_job(new_job())
        (other,) = records.lease_jobs("other", 1, 60, 3)
        async with running(records, blobs, Speaker(blobs)) as jobs:
            waiting = asyncio.create_task(jobs.wait(other.id, "", 10))
            await asyncio.sleep(0.1)
            assert records.complete_job(other.id, other.lease or "", audio_of(other))
            async with asyncio.timeout(2):
                done = await waiting
            assert done is not None
            assert done.state == "completed"

    run(scenario())


def test_deleting_stops_the_run(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        stopped = asyncio.Event()

        async def endless(job: Job, progress: Progress) -> Speech:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()
            raise AssertionError

        async with running(records, blobs, endless) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            waiting = asyncio.create_task(jobs.wait(job_id, "", 60))
            await until(lambda: (job := records.get_job(job_id)) and job.state == "processing")
            assert await jobs.delete(job_id, "") is not None
            async with asyncio.timeout(2):
                await stopped.wait()
                done = await waiting
            assert done is not None
            assert done.state == "cancelled"
            assert await jobs.delete(job_id, "") is None
            rendered = jobs._meter.render().decode()
            assert 'phonex_jobs_ended_total{kind="tts",state="cancelled"} 1.0' in rendered

    run(scenario())


def test_a_file_that_is_being_written_when_its_job_is_deleted_goes_too(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        slow, threads, pipeline = SlowPut(blobs), Threads(), FakePipeline()

        async def speak_job(job: Job, progress: Progress) -> Speech:
            return await speak(
                job,
                pipeline,
                slow.as_blobs(),
                threads,
                progress,
                unheard(),
                *deaf(threads),
                UNMARKED,
            )

        async with running(records, slow.as_blobs(), speak_job) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(slow.began.is_set)
            assert await jobs.delete(job_id, "") is not None
            slow.gate.set()
        threads.close()
        assert files(blobs) == []

    run(scenario())


def test_a_job_deleted_while_it_is_committed_leaves_no_file(
    records: Records, blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with running(records, blobs, Speaker(blobs)) as jobs:
            complete, deleting = records.complete_job, asyncio.Event()
            loop = asyncio.get_running_loop()

            def late(*args: object) -> bool:
                loop.call_soon_threadsafe(deleting.set)
                time.sleep(0.2)
                return complete(*args)  # type: ignore[arg-type]

            monkeypatch.setattr(records, "complete_job", late)
            job_id = (await jobs.accept(new_job(), None)).job.id
            await deleting.wait()
            assert await jobs.delete(job_id, "") is not None
        job = records.get_job(job_id)
        assert job is not None
        assert job.state == "cancelled"
        assert files(blobs) == []

    run(scenario())


def test_deleting_finished_audio_deletes_its_file(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        async with running(records, blobs, Speaker(blobs)) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await ended(jobs, job_id)
            assert len(files(blobs)) == 1
            assert await jobs.delete(job_id, "") is not None
        assert files(blobs) == []

    run(scenario())


def test_a_repetition_is_answered_with_the_first_job(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        key = Idempotency("key", "/tts", "fingerprint")
        speaker = Speaker(blobs)
        async with running(records, blobs, speaker) as jobs:
            first = await jobs.accept(new_job(), key)
            await ended(jobs, first.job.id)
            again = await jobs.accept(new_job(), key)
        assert (first.replayed, again.replayed) == (False, True)
        assert again.job.id == first.job.id
        assert len(speaker.runs) == 1

    run(scenario())


def test_progress_is_seen_while_a_job_runs(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        go_on = asyncio.Event()

        async def slow(job: Job, progress: Progress) -> Speech:
            await asyncio.sleep(0.6)  # it is written twice a second at most
            await progress(3, 4)
            await go_on.wait()
            return await Speaker(blobs)(job, progress)

        async with running(records, blobs, slow) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: (job := records.get_job(job_id)) and job.pieces_done == 3)
            go_on.set()
            assert (await ended(jobs, job_id)).pieces_done == 4

    run(scenario())
