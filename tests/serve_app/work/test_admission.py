"""What is taken on and what is turned away, with a time to come back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from config.settings import JobSettings
from engines.errors import UnspeakableText
from serve_app.errors import QueueFull
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StorageFull, StoreUnavailable
from serve_app.store.records import Records
from serve_app.threads import Threads
from serve_app.work.admission import Admission
from serve_app.work.lines import FIRST_COST_S, FIRST_RATE, SPREAD_S, WINDOW_S, Line
from tests.serve_app.fakes import Failing, Speaker, new_job, run, running, until

FULL = {"max_queue_wait_s": 0.5}  # ten seconds of audio, at the rate that is assumed at first


def admission(records: Records, blobs: Blobs, **settings: Any) -> Admission:
    return Admission(records, blobs, JobSettings(**settings), Threads())


class Clock:
    """Time that passes when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self._done: deque[float] = deque(maxlen=round(WINDOW_S))  # seconds of audio, by second
        monkeypatch.setattr("serve_app.work.lines.time.monotonic", lambda: self.now)

    def load(
        self,
        line: Line,
        *,
        seconds: int,
        asked: int,
        rate: float,
        cost: float = 4.0,
        outstanding_s: float | None = None,
    ) -> tuple[int, int]:
        """`asked` jobs a second on a service that finishes `rate` seconds of audio a second; how
        many were accepted and refused."""
        accepted = refused = 0
        waiting_s = line.outstanding_s if outstanding_s is None else outstanding_s
        for _ in range(seconds):
            for _ in range(asked):
                try:
                    line.admit(cost)
                except QueueFull:
                    refused += 1
                else:
                    accepted += 1
                    waiting_s += cost
            done_s = min(waiting_s, rate)
            waiting_s -= done_s
            self.tick(line, done_s, {"": waiting_s})
        return accepted, refused

    def tick(self, line: Line, done_s: float, waiting_s: Mapping[str, float]) -> None:
        """A second in which so much was done, and what waits after it, by owner."""
        self.now += 1.0
        self._done.append(done_s)
        line.update(waiting_s, sum(self._done))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_retry_after_follows_from_the_queue_and_the_throughput(clock: Clock) -> None:
    line = Line(JobSettings(max_queue_wait_s=30.0))
    line.rate = 2.0
    line.update({"": 100.0}, 0.0)  # 50 s of work: 20 s too many
    with pytest.raises(QueueFull) as refused:
        line.admit(1.0)
    assert refused.value.retry_after_s is not None
    assert 20.0 <= refused.value.retry_after_s <= 20.0 + 1.0 + SPREAD_S
    line.update({"": 59.0}, 0.0)
    line.admit(1.0)  # what fits is still taken


def test_nobody_is_sent_away_for_longer_than_a_job_may_wait(clock: Clock) -> None:
    line = Line(JobSettings(max_queue_wait_s=30.0))
    line.update({"": 1e6}, 0.0)
    with pytest.raises(QueueFull) as refused:
        line.check()
    assert (refused.value.retry_after_s or 0) <= 30.0 + 1.0 + SPREAD_S


def test_those_who_are_turned_away_are_not_told_to_come_at_once(clock: Clock) -> None:
    line = Line(JobSettings())
    clock.load(line, seconds=60, asked=30, rate=12.0)
    told = set()
    for _ in range(50):
        with pytest.raises(QueueFull) as refused:
            line.check()
        told.add(round(refused.value.retry_after_s or 0))
    assert len(told) >= SPREAD_S - 1


def test_what_is_admitted_counts_at_once(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        gate = admission(records, blobs, **FULL)
        await gate.admit("tts", 11.0)
        with pytest.raises(QueueFull):
            await gate.admit("tts", 1.0)
        with pytest.raises(QueueFull):
            gate.check("tts")
        await gate.admit("clone", 1.0)  # waits for other stages

    run(scenario())


def test_a_job_of_any_length_is_taken_while_the_queue_is_short(
    records: Records, blobs: Blobs
) -> None:
    async def scenario() -> None:
        gate = admission(records, blobs, **FULL)
        await gate.admit("clone", 5000.0)
        with pytest.raises(QueueFull):
            await gate.admit("clone_quick", 1.0)

    run(scenario())


def test_a_book_turns_nobody_away(records: Records, blobs: Blobs) -> None:
    """The stages share their time among jobs: a sentence does not wait for the book's end."""

    async def scenario() -> None:
        records.accept_job(new_job(cost=5000.0))
        gate = admission(records, blobs, max_queue_wait_s=10.0)
        await gate.admit("tts", 1.0)

    run(scenario())


def test_a_burst_is_taken_up_to_the_longest_wait(clock: Clock) -> None:
    line = Line(JobSettings(max_queue_wait_s=60.0))
    line.rate = 12.0
    accepted, refused = clock.load(line, seconds=1, asked=300, rate=12.0)
    assert accepted * 4.0 / 12.0 == pytest.approx(60.0, abs=1.0)
    assert refused == 300 - accepted


@pytest.mark.parametrize("times", [2, 10])
def test_a_lasting_overload_keeps_the_queue_short_and_the_stages_busy(
    clock: Clock, times: int
) -> None:
    line = Line(JobSettings(max_queue_wait_s=60.0, overload_queue_wait_s=8.0))
    capacity = 3  # jobs of four seconds, at twelve seconds of audio a second
    clock.load(line, seconds=100, asked=capacity * times, rate=12.0)
    assert line.wait_s == pytest.approx(8.0, abs=2.5)
    accepted, _ = clock.load(line, seconds=30, asked=capacity * times, rate=12.0)
    assert accepted == pytest.approx(30 * capacity, rel=0.1)


def test_users_who_wait_for_their_answers_are_no_overload(clock: Clock) -> None:
    """A long queue that does not grow is theirs who fill it: none of them is turned away."""
    line = Line(JobSettings(max_queue_wait_s=60.0, overload_queue_wait_s=8.0))
    line.rate = 12.0
    clock.load(line, seconds=1, asked=90, rate=12.0)  # 30 s of work
    _, refused = clock.load(line, seconds=60, asked=3, rate=12.0)
    assert refused == 0


def test_a_few_long_texts_are_no_overload(clock: Clock) -> None:
    line = Line(JobSettings(max_queue_wait_s=60.0, overload_queue_wait_s=8.0))
    line.rate = 2.0
    for _ in range(4):  # a minute of audio every half minute, on a slow machine
        clock.load(line, seconds=1, asked=1, rate=2.0, cost=60.0)
        _, refused = clock.load(line, seconds=29, asked=0, rate=2.0)
        assert refused == 0
        line.check()


def test_the_rate_is_learnt_from_a_busy_service_and_kept_by_an_idle_one(clock: Clock) -> None:
    line = Line(JobSettings())
    clock.load(line, seconds=60, asked=2, rate=5.0)
    assert line.rate == pytest.approx(5.0, rel=0.1)
    clock.load(line, seconds=60, asked=0, rate=5.0)
    clock.load(line, seconds=60, asked=1, rate=5.0, cost=1.0)  # all that was asked for
    assert line.rate == pytest.approx(5.0, rel=0.1)
    clock.load(line, seconds=60, asked=10, rate=25.0)  # a faster machine
    assert line.rate == pytest.approx(25.0, rel=0.1)


@pytest.mark.parametrize("before", [0.0, 5.0])
@pytest.mark.parametrize("rate", [2.0, 12.0, 70.0, 300.0])
def test_within_seconds_of_a_burst_the_time_told_is_about_the_true(
    clock: Clock, rate: float, before: float
) -> None:
    line = Line(JobSettings())
    for _ in range(20):  # little to do, or nothing
        clock.tick(line, min(before, rate / 2), {})
    waiting_s = 40 * rate
    for second in range(1, 40):
        done_s = rate if second > 2 else 0.0  # the first results take their time
        waiting_s -= done_s
        clock.tick(line, done_s, {"": waiting_s})
        if second >= (5 if rate > FIRST_RATE else 10):
            assert waiting_s / rate / 2 <= line.wait_s <= 2 * waiting_s / rate


def test_the_wait_for_the_first_results_says_nothing_of_the_rate(clock: Clock) -> None:
    line = Line(JobSettings())
    line.rate = 8.0
    for _ in range(18):
        clock.now += 1.0
        line.update({"": 60.0}, 0.0)
    assert line.rate == 8.0
    for _ in range(30):  # nothing gets done at all
        clock.now += 1.0
        line.update({"": 60.0}, 0.0)
    assert line.rate < 1.0


def test_a_full_disk_is_told_before_the_work_is_taken(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        with pytest.raises(StorageFull):
            await admission(records, blobs, min_free_bytes=2**60).admit("tts", 1.0)
        await admission(records, blobs, min_free_bytes=0).admit("tts", 1.0)

    run(scenario())


def test_a_store_of_unknown_size_takes_work(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        bucket = Failing(blobs)
        bucket.free_bytes = lambda: None  # type: ignore[attr-defined]
        await admission(records, bucket.as_blobs(), min_free_bytes=2**60).admit("tts", 1.0)

    run(scenario())


@pytest.mark.parametrize("end", ["failed", "cancelled", "completed"])
def test_what_has_ended_makes_room(records: Records, blobs: Blobs, end: str) -> None:
    async def scenario() -> None:
        errors = [UnspeakableText("nothing")] if end == "failed" else []
        speaker = Speaker(blobs, *errors, open_gate=False)
        async with running(records, blobs, speaker, **FULL) as jobs:
            job_id = (await jobs.accept(new_job(cost=11.0), None)).job.id
            await until(lambda: speaker.runs)
            if end == "cancelled":
                await jobs.delete(job_id, "")
            speaker.gate.set()
            done = await jobs.wait(job_id, "", 5)
            assert done is not None
            assert done.state == end
            await asyncio.sleep(1.1)  # the counts may be a second old
            await jobs.accept(new_job(cost=11.0), None)

    run(scenario())


def test_a_commit_that_failed_takes_no_room_for_long(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        failing = Failing(records)
        failing.errors["accept_job"] = StoreUnavailable("away")
        async with running(failing.as_records(), blobs, Speaker(blobs), **FULL) as jobs:
            with pytest.raises(StoreUnavailable):
                await jobs.accept(new_job(cost=11.0), None)
            failing.errors.clear()
            await asyncio.sleep(1.1)
            assert (await jobs.accept(new_job(cost=11.0), None)).job.state == "queued"

    run(scenario())


def test_one_owners_flood_turns_no_other_away(clock: Clock) -> None:
    line = Line(JobSettings(max_queue_wait_s=60.0, overload_queue_wait_s=6.0))
    waiting_s, refused = 0.0, 0
    for _ in range(120):
        for _ in range(100):
            try:
                line.admit(8.0, "a")
                waiting_s += 8.0
            except QueueFull:
                refused += 1
        line.admit(1.0, "b")  # is never refused
        waiting_s = max(0.0, waiting_s - 12.0)
        clock.tick(line, 12.0, {"a": waiting_s})
    assert refused > 10_000
    assert line.wait_of("a") <= 8.0  # and the flood has the short queue of an overload
    assert line.limit_s("b") == 60.0
    for _ in range(100):
        with suppress(QueueFull):
            line.admit(8.0, "a")
    assert line.standing("a") is not None
    assert line.standing("b") is None


def test_an_owner_is_refused_by_its_own_backlog_and_its_share_of_the_stages(clock: Clock) -> None:
    line = Line(JobSettings(max_queue_wait_s=10.0))
    line.rate = 10.0
    line.update({"a": 1000.0, "b": 60.0}, 0.0)
    # Until b's 60 s are done, a has 60 s done too.
    assert line.wait_of("b") == pytest.approx(12.0)
    with pytest.raises(QueueFull):
        line.check("b")
    line.update({"a": 1000.0, "b": 40.0}, 0.0)
    line.check("b")
    line.check("c")


def test_the_records_say_what_each_owner_has_outstanding(records: Records, blobs: Blobs) -> None:
    async def scenario() -> None:
        for _ in range(3):
            records.accept_job(replace(new_job(cost=50.0), owner="a"))
        gate = admission(records, blobs, max_queue_wait_s=2.0)
        with pytest.raises(QueueFull):
            await gate.admit("tts", 1.0, "a")
        await gate.admit("tts", 1.0, "b")

    run(scenario())


def test_owners_who_went_away_are_forgotten(clock: Clock) -> None:
    line = Line(JobSettings())
    for number in range(50):
        line.admit(1.0, f"owner {number}")
    clock.now += WINDOW_S + 1.0
    line.update({}, 0.0)
    assert line._accounts == {}


def test_a_stage_that_is_being_started_does_not_spoil_the_estimate(clock: Clock) -> None:
    woken, stuck = Line(JobSettings()), Line(JobSettings())
    for _ in range(60):
        clock.now += 1
        woken.update({"": 40.0}, 0.0, halted=True)
        stuck.update({"": 40.0}, 0.0)
    assert woken.rate == FIRST_RATE
    assert stuck.rate < FIRST_RATE / 10


def test_what_was_refused_is_known_for_a_while(clock: Clock) -> None:
    line = Line(JobSettings())
    line.update({"": 1e6}, 0.0)
    for _ in range(5):
        with pytest.raises(QueueFull):
            line.check()
    assert line.refused_s == 5 * FIRST_COST_S
    clock.now += WINDOW_S + 1
    assert line.refused_s == 0.0
