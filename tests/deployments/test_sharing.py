"""Owners share the stages: by cost, whatever number of jobs each has, and nobody starves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.batching import StageReport, StageResult
from deployments.fair_queue import FairQueue
from tests.deployments.test_batching import Stage, dispatcher, done, run, settle

Queued = tuple[str, str, int, float]  # owner, flow, number, cost
ITEMS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(1, 20).map(lambda n: n / 2)
    ),
    min_size=1,
    max_size=60,
)


def queue_of(items: Sequence[tuple[str, str, float]]) -> FairQueue[Queued]:
    queue: FairQueue[Queued] = FairQueue(lambda _: False)
    for number, (owner, flow, cost) in enumerate(items):
        queue.push(owner, flow, (owner, flow, number, cost), cost)
    return queue


def drain(queue: FairQueue[Queued]) -> list[Queued]:
    taken = []
    while (item := queue.pop()) is not None:
        taken.append(item)
    return taken


@given(ITEMS)
def test_whatever_is_queued_comes_out_once_and_in_the_order_of_its_flow(
    items: list[tuple[str, str, float]],
) -> None:
    queue = queue_of(items)
    assert queue.cost == pytest.approx(sum(cost for _, _, cost in items))
    taken = drain(queue)
    assert sorted(item[2] for item in taken) == list(range(len(items)))
    for flow in {item[:2] for item in taken}:
        numbers = [number for *of, number, _ in taken if tuple(of) == flow]
        assert numbers == sorted(numbers)
    assert len(queue) == 0
    assert queue.cost == 0


@given(ITEMS)
def test_while_two_have_work_neither_is_ahead_by_more_than_an_item(
    items: list[tuple[str, str, float]],
) -> None:
    left = dict.fromkeys("abc", 0.0)
    for owner, _, cost in items:
        left[owner] += cost
    waiting = {owner for owner, cost in left.items() if cost}
    longest = max(cost for _, _, cost in items)
    had = dict.fromkeys("abc", 0.0)
    for owner, _, _, cost in drain(queue_of(items)):
        had[owner] += cost
        left[owner] -= cost
        for other in waiting:
            if left[other] > 0:
                assert had[owner] - had[other] <= 2 * longest
        if left[owner] <= 0:
            waiting.discard(owner)


def test_one_with_a_hundred_jobs_has_half_beside_one_with_one() -> None:
    many = [("a", f"job {n}", 1.0) for n in range(100)]
    one = [("b", "job", 5.0) for _ in range(20)]
    half = drain(queue_of(many + one))[:60]
    had = {owner: sum(item[3] for item in half if item[0] == owner) for owner in "ab"}
    assert had["a"] == pytest.approx(had["b"], abs=5.0)


def test_within_an_owner_jobs_share_as_before() -> None:
    book = [("a", "book", 1.0)] * 50
    taken = drain(queue_of([*book, ("a", "sentence", 1.0)]))
    assert "sentence" in [flow for _, flow, _, _ in taken[:2]]


def test_an_item_that_nobody_waits_for_is_not_charged() -> None:
    gone = {"dead"}
    queue: FairQueue[str] = FairQueue(lambda item: item in gone)
    queue.push("a", "job", "dead", 100.0)
    for item in ("a1", "a2"):
        queue.push("a", "other job", item, 1.0)
        queue.push("b", "job", item.replace("a", "b"), 1.0)
    assert [queue.pop() for _ in range(4)] == ["a1", "b1", "a2", "b2"]


def test_a_short_text_of_a_new_owner_is_in_the_next_batch() -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage, max_batch_items=4)
        tasks = [
            asyncio.create_task(feeder.submit(f"a{job}.{piece}", 8.0, f"job {job}", "a"))
            for job in range(32)
            for piece in range(8)
        ]
        await settle()
        tasks.append(asyncio.create_task(feeder.submit("b", 1.0, "its job", "b")))
        await settle()
        stage.gate.set()
        await asyncio.gather(*tasks)
        assert "b" in stage.batches[1]

    run(scenario())


def test_while_others_are_about_one_owner_leaves_a_slot_free() -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage, max_batch_items=2, batches_per_replica=2)
        tasks = [asyncio.create_task(feeder.submit("b0", 1.0, "job", "b"))]
        await settle()
        stage.gate.set()
        await tasks[0]
        stage.gate.clear()
        tasks += [
            asyncio.create_task(feeder.submit(f"a{n}", 10.0, f"job {n}", "a")) for n in range(9)
        ]
        await settle()
        assert feeder.in_flight == 1
        tasks.append(asyncio.create_task(feeder.submit("b1", 1.0, "job", "b")))
        await settle()
        assert stage.batches[-1] == ["b1"]  # at once, and not behind a second batch of a's
        stage.gate.set()
        await asyncio.gather(*tasks)

    run(scenario())


def test_who_has_little_under_way_comes_before_anothers_next_batch() -> None:
    async def scenario() -> None:
        gates: dict[str, asyncio.Event] = {}

        async def send(batch: Sequence[str]) -> StageResult[str]:
            gate = gates[batch[0]] = asyncio.Event()
            await gate.wait()
            return done(batch)

        feeder = dispatcher(send, max_batch_items=1, batches_per_replica=2)
        tasks = [asyncio.create_task(feeder.submit("b0", 1.0, "job", "b"))]
        await settle()
        gates["b0"].set()
        await tasks[0]
        tasks += [asyncio.create_task(feeder.submit(f"a{n}", 10.0, "job", "a")) for n in range(3)]
        await settle()
        tasks += [asyncio.create_task(feeder.submit(f"b{n}", 1.0, "job", "b")) for n in (1, 2)]
        await settle()
        assert list(gates) == ["b0", "a0", "b1"]
        gates["a0"].set()
        await settle()
        assert list(gates)[3:] == ["b2"]
        gates["b1"].set()
        await settle()
        assert list(gates)[4:] == ["a1"]
        for name in ("b2", "a1"):
            gates[name].set()
        await settle()
        gates["a2"].set()
        await asyncio.gather(*tasks)

    run(scenario())


@pytest.mark.parametrize("owner", ["", "a"])
def test_an_owner_alone_has_every_slot_and_full_batches(owner: str) -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage, max_batch_items=3, batches_per_replica=2)
        tasks = [
            asyncio.create_task(feeder.submit(f"{n}", 1.0, f"job {n}", owner)) for n in range(9)
        ]
        await settle()
        assert [len(batch) for batch in stage.batches] == [3, 3]
        stage.gate.set()
        await asyncio.gather(*tasks)

    run(scenario())


def test_batches_are_short_while_owners_share_and_long_when_one_is_alone() -> None:
    async def scenario(owners: str) -> int:
        batches: list[int] = []

        async def send(batch: Sequence[str]) -> StageResult[str]:
            batches.append(len(batch))
            await asyncio.sleep(0)
            # A tenth of a second for each second of audio.
            report = StageReport("stage", len(batch), 0, 0.1 * len(batch), 1.0 * len(batch))
            return StageResult(list(batch), (report,))

        feeder = dispatcher(send, max_batch_items=16, shared_batch_s=0.35)
        tasks = [
            asyncio.create_task(feeder.submit(f"{n}", 1.0, "job", owners[n % len(owners)]))
            for n in range(64)
        ]
        await asyncio.gather(*tasks)
        return max(batches[1:])  # nothing is known of the pace before the first

    assert run(scenario("ab")) == 3
    assert run(scenario("a")) == 16
