"""A runner that stops: what runs may finish, what cannot is given back, nothing is left behind."""

from __future__ import annotations

import asyncio
import time

import pytest

from engines.errors import EngineUnavailable
from serve_app.store.blobs import Blobs
from serve_app.store.records import Records
from serve_app.store.values import Job
from serve_app.threads import Threads
from serve_app.work.synthesis import Progress, Speech, speak
from tests.serve_app.fakes import (
    UNMARKED,
    FakePipeline,
    Speaker,
    deaf,
    new_job,
    run,
    running,
    unheard,
    until,
)


def test_a_stop_gives_running_jobs_back_without_counting_the_attempt(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, open_gate=False)
        async with running(records, blobs, speaker, drain_s=0.1) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: speaker.runs)
        job = records.get_job(job_id)
        assert job is not None
        assert (job.state, job.attempts) == ("queued", 0)

    run(scenario())


def test_a_stop_lets_running_jobs_finish(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, open_gate=False)
        async with running(records, blobs, speaker) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: speaker.runs)
            asyncio.get_running_loop().call_later(0.3, speaker.gate.set)
        job = records.get_job(job_id)
        assert job is not None
        assert job.state == "completed"

    run(scenario())


def test_a_stop_gives_a_job_back_that_waits_for_its_next_attempt(
    records: Records, blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve_app.work.attempts.RETRY_DELAYS_S", (60.0,))

    async def scenario() -> None:
        speaker = Speaker(blobs, EngineUnavailable("the stages stop too"))
        async with running(records, blobs, speaker, drain_s=0.1) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: speaker.runs)
            await asyncio.sleep(0.1)
        job = records.get_job(job_id)
        assert job is not None
        assert (job.state, job.attempts) == ("queued", 0)

    run(scenario())


def test_a_stop_loses_no_job_that_is_being_leased(
    records: Records, blobs: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        lease_jobs, leasing = records.lease_jobs, asyncio.Event()
        loop = asyncio.get_running_loop()
        job = records.accept_job(new_job()).job

        def late(*args: object, **options: object) -> list[Job]:
            loop.call_soon_threadsafe(leasing.set)
            time.sleep(0.2)
            return lease_jobs(*args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(records, "lease_jobs", late)
        async with running(records, blobs, Speaker(blobs, open_gate=False), drain_s=0.1):
            await leasing.wait()
        now = records.get_job(job.id)
        assert now is not None
        assert (now.state, now.attempts) == ("queued", 0)

    run(scenario())


def test_a_file_that_was_being_written_at_a_stop_is_not_left_behind(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        threads, pipeline = Threads(), FakePipeline()
        put = blobs.put

        def slow_put(key: str, data: bytes) -> None:
            time.sleep(0.4)
            put(key, data)

        blobs.put = slow_put  # type: ignore[method-assign]

        async def speak_job(job: Job, progress: Progress) -> Speech:
            return await speak(
                job, pipeline, blobs, threads, progress, unheard(), *deaf(threads), UNMARKED
            )

        async with running(records, blobs, speak_job, drain_s=0.1) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: (job := records.get_job(job_id)) and job.state == "processing")
            await asyncio.sleep(0.1)
        threads.close()
        job = records.get_job(job_id)
        assert job is not None
        assert job.state == "queued"
        assert list(blobs.list("audio/")) == []

    run(scenario())
