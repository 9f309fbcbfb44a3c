"""What is taken on and what is turned away, with a time to come back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from config.settings import JobSettings
from engines.errors import UnspeakableText
from serve_app.admission import Admission, Throughput
from serve_app.errors import QueueFull
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StorageFull, StoreUnavailable
from serve_app.store.models import Idempotency
from serve_app.store.records import Records
from serve_app.threads import Threads
from tests.serve_app.fakes import Failing, Speaker, new_job, run, running, until

KEY = Idempotency("key", "/tts", "fingerprint")


def admission(records: Records, blobs: Blobs, **settings: Any) -> Admission:
    return Admission(records, blobs, JobSettings(**settings), Threads())


def test_retry_after_follows_from_the_queue_and_the_throughput(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        for cost in (60.0, 30.0):
            records.accept_job(new_job(cost=cost))
        gate = admission(records, blobs, max_queued_audio_s=100.0)
        gate.throughput.rate = 2.0
        with pytest.raises(QueueFull) as refused:
            await gate.admit(50.0)  # 40 seconds too many, at two a second
        assert refused.value.retry_after_s == pytest.approx(20.0)
        assert "Try again in 20 s" in refused.value.detail
        await gate.admit(10.0)  # what fits is still taken

    run(scenario())


def test_what_is_admitted_counts_at_once(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        gate = admission(records, blobs, max_queued_audio_s=10.0)
        await gate.admit(6.0)
        with pytest.raises(QueueFull):
            await gate.admit(6.0)

    run(scenario())


def test_a_job_larger_than_the_limit_is_taken_when_nothing_is_queued(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        gate = admission(records, blobs, max_queued_audio_s=10.0)
        await gate.admit(500.0)
        with pytest.raises(QueueFull):
            await gate.admit(1.0)

    run(scenario())


def test_a_full_disk_is_told_before_the_work_is_taken(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        with pytest.raises(StorageFull):
            await admission(records, blobs, min_free_bytes=2**60).admit(1.0)
        await admission(records, blobs, min_free_bytes=0).admit(1.0)

    run(scenario())


def test_a_store_of_unknown_size_takes_work(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        bucket = Failing(blobs)
        bucket.free_bytes = lambda: None  # type: ignore[attr-defined]
        await admission(records, bucket.as_blobs(), min_free_bytes=2**60).admit(1.0)

    run(scenario())


def test_a_repetition_is_answered_however_full_it_is(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        speaker = Speaker(blobs, open_gate=False)
        async with running(records, blobs, speaker, max_queued_audio_s=10.0, drain_s=0) as jobs:
            first = await jobs.accept(new_job(cost=9.0), KEY)
            with pytest.raises(QueueFull):
                await jobs.accept(new_job(cost=9.0), None)
            again = await jobs.accept(new_job(cost=9.0), KEY)
            assert again.job.id == first.job.id
            assert again.replayed

    run(scenario())


@pytest.mark.parametrize("end", ["failed", "cancelled", "completed"])
def test_what_has_ended_makes_room(records: Records, blobs: Blobs, end: str) -> None:
    async def scenario() -> None:
        errors = [UnspeakableText("nothing")] if end == "failed" else []
        speaker = Speaker(blobs, *errors, open_gate=False)
        async with running(records, blobs, speaker, max_queued_audio_s=10.0) as jobs:
            job_id = (await jobs.accept(new_job(cost=9.0), None)).job.id
            await until(lambda: speaker.runs)
            if end == "cancelled":
                await jobs.delete(job_id, "")
            speaker.gate.set()
            done = await jobs.wait(job_id, "", 5)
            assert done is not None
            assert done.state == end
            await asyncio.sleep(1.1)  # the counts may be a second old
            await jobs.accept(new_job(cost=9.0), None)

    run(scenario())


def test_a_commit_that_failed_takes_no_room_for_long(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        failing = Failing(records)
        failing.errors["accept_job"] = StoreUnavailable("away")
        async with running(
            failing.as_records(), blobs, Speaker(blobs), max_queued_audio_s=10.0
        ) as jobs:
            with pytest.raises(StoreUnavailable):
                await jobs.accept(new_job(cost=9.0), None)
            failing.errors.clear()
            await asyncio.sleep(1.1)
            assert (await jobs.accept(new_job(cost=9.0), None)).job.state == "queued"

    run(scenario())


def test_throughput_moves_towards_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("serve_app.admission.time.monotonic", lambda: now)
    throughput = Throughput()
    rates = []
    for _ in range(60):
        now += 2.0
        throughput.record(40.0)
        rates.append(throughput.rate)
    assert rates == sorted(rates)
    assert rates[-1] == pytest.approx(20.0, rel=0.05)


def test_idle_time_says_nothing_of_the_throughput(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("serve_app.admission.time.monotonic", lambda: now)
    throughput = Throughput()
    before = throughput.rate
    now += 3600.0
    throughput.rest()
    now += 2.0
    throughput.record(before * 2.0)
    assert throughput.rate == pytest.approx(before)
