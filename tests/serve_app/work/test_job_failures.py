"""What goes wrong while a job runs: what is tried again, what is not, what the client is told."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from config.settings import JobSettings
from engines.errors import EngineUnavailable, OutOfMemory, UnknownSpeaker, UnspeakableText
from serve_app.store.blobs import Blobs
from serve_app.store.deaths import SUSPECT_AFTER
from serve_app.store.errors import StorageFull, StoreUnavailable, UnreadableEmbedding
from serve_app.store.opening import open_records
from serve_app.store.records import Records
from serve_app.store.values import Job
from serve_app.work.jobs import Jobs
from serve_app.work.synthesis import Progress, Speech
from tests.serve_app.fakes import Failing, Speaker, new_job, run, running, until

AWAY = StoreUnavailable("postgresql://phonex:hunter2@db/phonex is away")


async def ended(jobs: Jobs, job_id: str) -> Job:
    job = await jobs.wait(job_id, "", 15.0)
    assert job is not None
    return job


def failure_type(job: Job) -> str | None:
    return job.failure.type if job.failure else None


def files_of(blobs: Blobs, job_id: str) -> list[str]:
    return [blob.key for blob in blobs.list(f"audio/{job_id}")]


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (UnspeakableText("nothing to say"), "unspeakable-text"),
        (UnknownSpeaker("no such speaker"), "unknown-speaker"),
    ],
)
def test_what_would_fail_again_fails_at_once(
    records: Records, blobs: Blobs, error: Exception, name: str
) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, error)
        async with running(records, blobs, speaker) as jobs:
            done = await ended(jobs, (await jobs.accept(new_job(), None)).job.id)
        assert (done.state, failure_type(done), len(speaker.runs)) == ("failed", name, 1)

    run(scenario())


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize("error", [OutOfMemory("no memory for it"), RuntimeError("a bug")])
def test_what_may_pass_is_tried_again(records: Records, blobs: Blobs, error: Exception) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, error, error)
        async with running(records, blobs, speaker) as jobs:
            done = await ended(jobs, (await jobs.accept(new_job(), None)).job.id)
        assert (done.state, done.attempts, len(speaker.runs)) == ("completed", 3, 3)

    run(scenario())


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize(
    ("error", "name"),
    [
        (OutOfMemory("/dev/gpu is full"), "engine-unavailable"),
        (RuntimeError("/etc/secret"), "internal-error"),
    ],
)
def test_the_third_failure_is_the_last_and_tells_no_insides(
    records: Records, blobs: Blobs, error: Exception, name: str
) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, *[error] * 9)
        async with running(records, blobs, speaker) as jobs:
            done = await ended(jobs, (await jobs.accept(new_job(), None)).job.id)
        assert (done.state, failure_type(done), len(speaker.runs)) == ("failed", name, 3)
        assert done.failure is not None
        assert "/" not in done.failure.detail

    run(scenario())


@pytest.mark.usefixtures("quick_retries")
@pytest.mark.parametrize(
    "error", [AWAY, StorageFull("no room left"), EngineUnavailable("the stages were stopped")]
)
def test_what_is_no_fault_of_the_job_uses_no_attempts_up(
    records: Records, blobs: Blobs, error: Exception
) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, *[error] * 5)
        async with running(records, blobs, speaker) as jobs:
            done = await ended(jobs, (await jobs.accept(new_job(), None)).job.id)
        assert (done.state, done.attempts, len(speaker.runs)) == ("completed", 1, 6)

    run(scenario())


def test_a_damaged_voice_fails_at_once_and_asks_for_no_patience(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, *[UnreadableEmbedding("not an embedding")] * 9)
        async with running(records, blobs, speaker) as jobs:
            done = await ended(jobs, (await jobs.accept(new_job(), None)).job.id)
        assert (done.state, failure_type(done)) == ("failed", "unreadable-voice")
        assert len(speaker.runs) == 1
        assert "register it again" in (done.failure.detail if done.failure else "")

    run(scenario())


@pytest.mark.usefixtures("quick_retries")
def test_records_that_are_away_when_a_job_ends_cost_it_nothing(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        failing, speaker = Failing(records), Speaker(blobs)
        failing.errors = dict.fromkeys(("complete_job", "return_job", "renew_leases"), AWAY)
        async with running(failing.as_records(), blobs, speaker, lease_s=0.4) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: failing.calls.count("complete_job") > 0)
            failing.errors["lease_jobs"] = AWAY  # the whole database, for longer than a lease
            await asyncio.sleep(0.6)
            failing.errors.clear()
            done = await ended(jobs, job_id)
            # Where the job was run twice, the loser takes its file away a moment later.
            await until(lambda: len(files_of(blobs, job_id)) == 1)
        assert done.state == "completed"
        assert done.attempts <= 2

    run(scenario())


def test_a_failure_is_told_even_if_the_records_were_away(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        failing, speaker = Failing(records), Speaker(blobs, UnspeakableText("nothing to say"))
        failing.errors["fail_job"] = AWAY
        async with running(failing.as_records(), blobs, speaker) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: "fail_job" in failing.calls)
            failing.errors.clear()
            done = await ended(jobs, job_id)
        assert (done.state, failure_type(done), len(speaker.runs)) == (
            "failed",
            "unspeakable-text",
            1,
        )

    run(scenario())


def test_the_loops_survive_a_store_that_is_away(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        failing = Failing(records)
        calls = ("lease_jobs", "count_jobs", "renew_leases", "give_up_jobs")
        failing.errors = dict.fromkeys(calls, AWAY)
        async with running(failing.as_records(), blobs, Speaker(blobs)) as jobs:
            accepted = records.accept_job(new_job()).job
            await asyncio.sleep(0.3)
            jobs.runner.check()
            failing.errors.clear()
            assert (await ended(jobs, accepted.id)).state == "completed"

    run(scenario())


def test_a_job_that_took_its_runners_with_it_counts_as_failed(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        accepted = records.accept_job(new_job()).job
        for _ in range(SUSPECT_AFTER + JobSettings().max_attempts):
            assert records.lease_jobs("dead", 1, -1.0, 9)
        async with running(records, blobs, Speaker(blobs)) as jobs:
            done = await ended(jobs, accepted.id)
            assert (done.state, failure_type(done)) == ("failed", "runner-died")
            counted = b'phonex_jobs_ended_total{kind="tts",state="failed"} 1.0'
            await until(lambda: counted in jobs._meter.render())

    run(scenario())


def test_a_loop_that_dies_is_told_to_the_health_check(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        failing = Failing(records)
        async with running(failing.as_records(), blobs, Speaker(blobs)) as jobs:
            jobs.runner.check()
            failing.errors["lease_jobs"] = TypeError("a bug of ours")
            with pytest.raises(RuntimeError, match="lease loop"):
                await until(lambda: jobs.runner.check())

    run(scenario())


def test_a_run_that_lost_its_lease_stops_and_leaves_the_winners_file(
    records: Records, blobs: Blobs, tmp_path: Path
) -> None:
    async def scenario() -> None:
        frozen, winner = Failing(records), Speaker(blobs)
        frozen.errors["renew_leases"] = AWAY
        loser = Speaker(blobs, open_gate=False)
        async with running(frozen.as_records(), blobs, loser, lease_s=0.3) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: loser.runs)
            frozen.errors["lease_jobs"] = AWAY
            await asyncio.sleep(0.4)
            with open_records(None, tmp_path) as others:
                async with running(others, blobs, winner) as other:
                    done = await ended(other, job_id)
            loser.gate.set()  # wakes up after its lease is gone, finishes, and finds it lost
            await until(lambda: "complete_job" in frozen.calls)
        assert done.state == "completed"
        assert done.audio is not None
        assert files_of(blobs, job_id) == [done.audio.blob_key]

    run(scenario())


def test_a_lost_lease_cancels_the_run(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        cancelled = asyncio.Event()

        async def endless(job: Job, progress: Progress) -> Speech:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            raise AssertionError

        async with running(records, blobs, endless) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: (job := records.get_job(job_id)) and job.state == "processing")
            records.delete_job(job_id)  # by another replica, which cannot cancel it here
            async with asyncio.timeout(3):
                await cancelled.wait()

    run(scenario())


def test_a_runner_that_takes_its_own_job_again_runs_it_once_more_and_no_longer_twice(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        frozen = Failing(records)
        frozen.errors["renew_leases"] = AWAY  # the database stalls for longer than a lease
        active: list[str] = []
        begun: list[str] = []

        async def endless(job: Job, progress: Progress) -> Speech:
            active.append(job.lease or "")
            begun.append(job.lease or "")
            try:
                await asyncio.Event().wait()
            finally:
                active.remove(job.lease or "")
            raise AssertionError

        async with running(frozen.as_records(), blobs, endless, lease_s=0.3) as jobs:
            job_id = (await jobs.accept(new_job(), None)).job.id
            await until(lambda: len(begun) == 2)
            frozen.errors.clear()
            await asyncio.sleep(0.6)  # the second lease is renewed now, beyond its first end
            job = records.get_job(job_id)
            assert job is not None
            assert active == [job.lease] == begun[1:]
            await jobs.delete(job_id, "")
            await until(lambda: not active, limit_s=1.0)

    run(scenario())


def test_an_outage_is_logged_once_not_by_every_job(records: Records, blobs: Blobs) -> None:
    told: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record)

    handler = Keeper()
    logger = logging.getLogger("serve_app.work.attempts")

    async def scenario() -> None:
        failing = Failing(records)
        failing.errors["complete_job"] = AWAY
        async with running(failing.as_records(), blobs, Speaker(blobs)) as jobs:
            ids = [(await jobs.accept(new_job(), None)).job.id for _ in range(5)]
            await until(lambda: failing.calls.count("complete_job") > 25)
            failing.errors.clear()
            assert {(await ended(jobs, job_id)).state for job_id in ids} == {"completed"}

    logger.addHandler(handler)
    try:
        run(scenario())
    finally:
        logger.removeHandler(handler)
    warnings = [record for record in told if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in warnings] == [
        "could not write how jobs ended; trying again"
    ]
    assert warnings[0].exc_info is None
