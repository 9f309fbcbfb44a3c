"""Batches become jobs as there is room: all of them, once, and behind everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from engines.base import Utterance, Waveform
from serve_app.errors import BatchesExceeded, BatchNotFound
from serve_app.service import Service
from serve_app.store.batch_values import Batch, NewItem
from serve_app.store.errors import StoreUnavailable, TooManyBatches
from serve_app.work.batches import request_of
from serve_app.work.feeding import MOST_AHEAD
from serve_app.work.intake import Asked
from serve_app.work.orders import Words
from tests.serve_app.applications import add_key, application
from tests.serve_app.fakes import FAST, Failing, FakePipeline, run, spoken, until


def words(text: str) -> Words:
    return Words(text, "EN", None, 1.0, 0.0, "wav", None, {})


def item(text: str, voice_id: str | None = None) -> NewItem:
    kind = "tts" if voice_id is None else "clone"
    return NewItem(kind, len(text), request_of(words(text), voice_id))  # type: ignore[arg-type]


def items(count: int) -> list[NewItem]:
    return [item(f"Item number {n}.") for n in range(count)]


class Gate:
    """Speaks while it is open, and remembers what."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.passing: set[str] = set()  # texts that are spoken though it is shut
        self.pipeline = FakePipeline(speak=self)

    async def __call__(self, utterance: Utterance) -> Waveform:
        if utterance.text not in self.passing:
            await self.open.wait()
        return await spoken(utterance)

    @property
    def heard(self) -> list[str]:
        return [utterance.text for utterance in self.pipeline.heard]


def none_is_open(service: Service) -> bool:
    try:
        service.records.check_batches("", 1)
    except TooManyBatches:
        return False
    return True


def counted(service: Service, name: str, **labels: str) -> float:
    return service.meter.registry.get_sample_value(f"phonex_{name}", labels) or 0.0


def counts(service: Service, name: str, label: str, *values: str) -> dict[str, float]:
    return {value: counted(service, name, **{label: value}) for value in values}


Scenario = Callable[[Service, Gate], Awaitable[None]]


def play(tmp_path: Path, scenario: Scenario, **settings: Any) -> None:
    async def played() -> None:
        gate = Gate()
        async with application(tmp_path, gate.pipeline, **settings) as (service, _):
            try:
                await scenario(service, gate)
            finally:
                gate.open.set()

    run(played())


async def ended(service: Service, batch: Batch, owner: str = "") -> Batch:
    found = await service.batches.get(batch.id, owner, 20.0)
    assert found.state == "ended", found.counts
    return found


async def accept(service: Service, batch: list[NewItem], owner: str = "") -> Batch:
    return await service.batches.accept(owner, "request-1", "", batch)


def test_all_items_are_made_once_though_more_than_an_owner_may_have_unfinished(
    tmp_path: Path,
) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        gate.open.set()
        add_key(service, "ada")
        batch = await accept(service, items(100), "ada")
        assert batch.counts == {"waiting": 100}
        assert (await ended(service, batch, "ada")).counts == {"completed": 100}
        assert sorted(gate.heard) == sorted(f"Item number {n}." for n in range(100))

    play(tmp_path, scenario, keys={"max_unfinished_jobs": 4})


def test_an_owner_keeps_half_of_its_jobs_and_is_served_before_its_batch(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        add_key(service, "ada")
        gate.passing = {"Mine.", "Bob's."}
        batch = await accept(service, items(50), "ada")
        await until(lambda: len(gate.heard) >= 4)
        await asyncio.sleep(5 * FAST["poll_s"])
        assert len(gate.heard) == 4
        for owner, text in (("ada", "Mine."), ("bob", "Bob's.")):
            job = await service.intake.speak(Asked("tts", owner, "r"), words(text))
            waited = await service.jobs.wait(job.id, owner, 10.0)
            assert waited is not None
            assert waited.state == "completed"
        assert (await service.batches.get(batch.id, "ada")).counts["waiting"] == 46

    play(tmp_path, scenario, keys={"max_unfinished_jobs": 8})


def test_an_owner_keeps_half_of_its_characters(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        gate.open.set()
        add_key(service, "ada")
        batch = await accept(service, items(40), "ada")
        await until(lambda: len(gate.heard) >= 12)
        await asyncio.sleep(5 * FAST["poll_s"])
        assert (await service.batches.get(batch.id, "ada")).counts["waiting"] > 20
        await service.intake.speak(Asked("tts", "ada", "r"), words("Mine. " * 30))

    play(tmp_path, scenario, keys={"max_chars_per_minute": 400})


def test_no_more_is_under_way_than_would_be_done_soon(tmp_path: Path) -> None:
    """A long batch keeps no line full: its owner's next request is accepted."""

    async def scenario(service: Service, gate: Gate) -> None:
        long = "This sentence is one of very many that are alike. " * 100  # minutes of audio
        batch = await accept(service, [item(long) for _ in range(20)])
        await until(lambda: service.records.count_jobs().by_state["processing"] >= 1)
        await asyncio.sleep(5 * FAST["poll_s"])
        now = await service.batches.get(batch.id, "")
        assert 17 <= now.counts["waiting"] < 20
        service.intake.check_room("tts")

    play(tmp_path, scenario)


def test_a_batch_goes_no_further_ahead_than_it_may(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        batch = await accept(service, items(60))
        await until(lambda: len(gate.heard) >= MOST_AHEAD)
        await asyncio.sleep(5 * FAST["poll_s"])
        assert len(gate.heard) == MOST_AHEAD
        gate.open.set()
        assert (await ended(service, batch)).counts == {"completed": 60}

    play(tmp_path, scenario)


def test_owners_take_turns(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        for owner in ("ada", "bob"):
            add_key(service, owner)
        first = await accept(service, items(40), "ada")
        second = await accept(service, [item("Bob's.")], "bob")
        await until(lambda: "Bob's." in gate.heard)
        gate.open.set()
        await ended(service, first, "ada")
        await ended(service, second, "bob")

    play(tmp_path, scenario)


def test_an_item_that_cannot_be_made_says_why_and_the_others_are_made(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        gate.open.set()
        wrong = [item("…!?"), item("Hi.", "nobody"), item("y" * 30_000)]
        batch = await accept(service, [*wrong, item("Fine.")])
        assert batch.counts == {"refused": 2, "waiting": 2}
        assert (await ended(service, batch)).counts == {"refused": 3, "completed": 1}
        found = await service.batches.items(batch, 0, 10)
        problems = [one.problem.type if one.problem else None for one in found]
        assert problems == ["unspeakable-text", "voice-not-found", "text-too-long", None]

    play(tmp_path, scenario)


def test_a_deleted_batch_is_gone_with_all_that_it_made(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        gate.passing = {"Item number 0."}
        batch = await accept(service, items(40))
        await until(lambda: service.records.count_jobs(ended=True).by_state["completed"] == 1)
        await service.batches.delete(batch.id, "")
        with pytest.raises(BatchNotFound):
            await service.batches.get(batch.id, "")
        counts = service.records.count_jobs(ended=True).by_state
        assert counts["queued"] + counts["processing"] + counts["completed"] == 0
        assert list(service.blobs.list("audio/")) == []
        gate.open.set()
        await until(lambda: none_is_open(service))
        assert service.records.count_jobs(ended=True).by_state["completed"] == 0

    play(tmp_path, scenario)


def test_a_deletion_that_was_cut_off_is_done_to_its_end(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        gate.open.set()
        batch = await accept(service, items(3))
        await ended(service, batch)
        assert service.records.delete_batch(batch.id, "")  # and the replica dies
        await until(lambda: list(service.blobs.list("audio/")) == [])

    play(tmp_path, scenario)


def test_what_was_not_fed_is_fed_by_the_next_service(tmp_path: Path) -> None:
    async def killed(service: Service, gate: Gate) -> None:
        await accept(service, items(40))
        await until(lambda: len(gate.heard) >= MOST_AHEAD)
        # As kill -9 leaves it: nobody gives anything back.
        service.batches.feeder._closing = True
        service.batches.feeder._loop = None

    async def next_one(service: Service, gate: Gate) -> None:
        gate.open.set()
        await until(
            lambda: service.records.count_jobs(ended=True).by_state["completed"] == 40, 20.0
        )
        assert len(service.records.list_jobs("", 200)) == 40

    short = FAST | {"lease_s": 0.5, "drain_s": 0.1}
    play(tmp_path, killed, jobs=short)
    play(tmp_path, next_one, jobs=short)


def test_a_store_that_is_away_delays_a_batch_and_loses_nothing(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        gate.open.set()
        failing = Failing(service.records)
        feeder = service.batches.feeder
        failing.errors["next_item"] = StoreUnavailable("away")
        feeder._records = failing.as_records()
        batch = await accept(service, items(5))
        await until(lambda: "next_item" in failing.calls)
        feeder.check()
        failing.errors.clear()
        assert (await ended(service, batch)).counts == {"completed": 5}

    play(tmp_path, scenario)


def test_more_batches_than_an_owner_may_have_are_refused(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        await accept(service, items(1))
        for refused in (accept(service, items(1)), service.batches.check_room("")):
            with pytest.raises(BatchesExceeded) as told:
                await refused
            assert told.value.retry_after_s
        gate.open.set()
        await until(lambda: none_is_open(service))
        await accept(service, items(1))

    play(tmp_path, scenario, keys={"max_unfinished_batches": 1})


def test_batches_and_their_items_are_counted_by_how_they_end(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        gate.passing = {"Fine.", "Item number 0.", "Item number 1."}
        await ended(service, await accept(service, items(2)))
        await ended(service, await accept(service, [item("Fine."), item("…!?")]))
        failed = await accept(service, [item("…!?")])
        await until(lambda: none_is_open(service))
        stopped = await accept(service, items(3))
        for batch in (stopped, failed):  # the second one had ended
            await service.batches.delete(batch.id, "")
        await until(lambda: none_is_open(service))
        how = counts(
            service, "job_batches_ended_total", "how", "completed", "partly", "failed", "deleted"
        )
        assert how == {"completed": 1, "partly": 1, "failed": 1, "deleted": 1}
        state = counts(
            service, "job_batch_items_ended_total", "state", "completed", "refused", "cancelled"
        )
        assert state == {"completed": 3, "refused": 2, "cancelled": 0}

    play(tmp_path, scenario)


def test_a_batch_that_stands_still_is_told_until_something_comes_of_it(tmp_path: Path) -> None:
    async def scenario(service: Service, gate: Gate) -> None:
        await accept(service, items(3))
        await until(lambda: counted(service, "job_batch_still_seconds") > 10 * FAST["poll_s"])
        assert counted(service, "job_batches") == 1
        await accept(service, items(1))  # another's progress says nothing of the first
        await until(lambda: counted(service, "job_batches") == 2)
        assert counted(service, "job_batch_still_seconds") > 10 * FAST["poll_s"]
        gate.open.set()
        await until(lambda: none_is_open(service))
        await until(lambda: counted(service, "job_batches") == 0)
        assert counted(service, "job_batch_still_seconds") == 0

    play(tmp_path, scenario)
