"""The dispatcher: batches form late, by cost and fairly; nothing is lost, nothing waits in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import pytest

from config.settings import BatchingSettings
from deployments.batching import Dispatcher, StageReport, StageResult
from engines.errors import EngineError, EngineUnavailable, UnspeakableText
from telemetry.meter import Meter

T = TypeVar("T")
Send = Callable[[Sequence[str]], Awaitable[StageResult[str]]]


def run(coroutine: Awaitable[T]) -> T:
    async def bounded() -> T:
        async with asyncio.timeout(30):
            return await coroutine

    return asyncio.run(bounded())


class Stage:
    """A stage under the test's control: it keeps every batch until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()

    async def __call__(self, batch: Sequence[str]) -> StageResult[str]:
        self.batches.append(list(batch))
        await self.gate.wait()
        return done([item.upper() for item in batch])


def done(items: Sequence[str | EngineError]) -> StageResult[str]:
    report = StageReport("stage", len(items), 0, 0.01, 1.0)
    return StageResult(list(items), (report,))


def dispatcher(send: Send, replicas: int = 1, **settings: Any) -> Dispatcher[str, str]:
    defaults = {"max_batch_items": 8, "batches_per_replica": 1}
    return Dispatcher(
        "test",
        send,
        lambda: replicas,
        BatchingSettings(**(defaults | settings)),
        Meter(export_to_ray=False),
    )


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def submit(
    to: Dispatcher[str, str], items: Sequence[str], cost: float = 1.0, flow: str = "job"
) -> list[asyncio.Task[str]]:
    return [asyncio.create_task(to.submit(item, cost, flow)) for item in items]


def test_what_comes_in_together_leaves_together() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.gate.set()
        results = await asyncio.gather(*submit(dispatcher(stage), "abc"))
        assert results == ["A", "B", "C"]
        assert stage.batches == [["a", "b", "c"]]

    run(scenario())


def test_a_batch_closes_only_when_a_slot_is_free() -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage)
        first = submit(feeder, "a")
        await settle()
        late = []
        for item in "bcd":  # one by one, while the only slot is busy
            late += submit(feeder, item)
            await settle()
        assert stage.batches == [["a"]]
        stage.gate.set()
        await asyncio.gather(*first, *late)
        assert stage.batches == [["a"], ["b", "c", "d"]]

    run(scenario())


def test_an_idle_stage_never_waits_for_more() -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage, batches_per_replica=2)
        submit(feeder, "a")
        await settle()
        submit(feeder, "b")
        await settle()
        assert stage.batches == [["a"], ["b"]]
        await feeder.close()

    run(scenario())


def test_a_batch_is_filled_by_padded_cost() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.gate.set()
        feeder = dispatcher(stage, max_batch_audio_s=10.0)
        tasks = submit(feeder, "ab", cost=2.0)
        tasks += submit(feeder, "L", cost=6.0)  # would pad a and b to 6 seconds each
        tasks += submit(feeder, "cd", cost=2.0)
        await asyncio.gather(*tasks)
        assert stage.batches[0] == ["a", "b"]
        assert all(len(batch) == 1 for batch in stage.batches if "L" in batch)

    run(scenario())


def test_an_item_larger_than_any_batch_goes_alone() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.gate.set()
        feeder = dispatcher(stage, max_batch_audio_s=10.0)
        assert await feeder.submit("huge", 500.0, "job") == "HUGE"

    run(scenario())


def test_idle_replicas_share_what_is_queued() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.gate.set()
        await asyncio.gather(*submit(dispatcher(stage, replicas=2), "abcd"))
        assert [len(batch) for batch in stage.batches] == [2, 2]

    run(scenario())


def test_a_sentence_does_not_wait_behind_a_book() -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage, max_batch_items=4)
        book = submit(feeder, [f"book{page}" for page in range(20)], flow="book")
        await settle()
        sentence = submit(feeder, ["sentence"], flow="sentence")
        stage.gate.set()
        await asyncio.gather(*book, *sentence)
        assert "sentence" in stage.batches[1]

    run(scenario())


def test_a_flow_keeps_its_order() -> None:
    async def scenario() -> None:
        stage = Stage()
        stage.gate.set()
        items = [f"{n:02}" for n in range(30)]
        await asyncio.gather(*submit(dispatcher(stage), items))
        assert [item for batch in stage.batches for item in batch] == items

    run(scenario())


def test_one_bad_item_fails_alone() -> None:
    async def scenario() -> None:
        async def send(batch: Sequence[str]) -> StageResult[str]:
            return done([UnspeakableText("no") if item == "bad" else item for item in batch])

        results = await asyncio.gather(
            *submit(dispatcher(send), ["a", "bad", "b"]), return_exceptions=True
        )
        assert results[0] == "a"
        assert isinstance(results[1], UnspeakableText)
        assert results[2] == "b"

    run(scenario())


def test_a_lost_batch_is_sent_again_item_by_item() -> None:
    async def scenario() -> None:
        batches: list[list[str]] = []

        async def send(batch: Sequence[str]) -> StageResult[str]:
            batches.append(list(batch))
            if len(batches) == 1:
                raise ConnectionError("the replica died")
            return done(batch)

        assert await asyncio.gather(*submit(dispatcher(send), "abc")) == ["a", "b", "c"]
        assert batches == [["a", "b", "c"], ["a"], ["b"], ["c"]]

    run(scenario())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.batching.ISOLATE_DELAY_S", 0.01)


@pytest.mark.usefixtures("quick")
def test_an_item_that_kills_every_replica_takes_no_other_with_it() -> None:
    async def scenario() -> None:
        async def send(batch: Sequence[str]) -> StageResult[str]:
            if "poison" in batch:
                raise ConnectionError("the replica died")
            return done(batch)

        feeder = dispatcher(send, max_attempts=3)
        results = await asyncio.gather(
            *submit(feeder, ["a", "poison", "b"]), return_exceptions=True
        )
        assert results[0] == "a"
        assert type(results[1]) is EngineError  # final: a job with it fails
        assert results[2] == "b"

    run(scenario())


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("error", "replicas"), [(EngineUnavailable("it stops"), 1), (ConnectionError("it died"), 0)]
)
def test_stages_that_are_away_are_no_fault_of_an_item(error: Exception, replicas: int) -> None:
    async def scenario() -> None:
        async def send(batch: Sequence[str]) -> StageResult[str]:
            raise error

        with pytest.raises(EngineUnavailable):  # a job with it is tried again
            await dispatcher(send, replicas).submit("a", 1.0, "job")

    run(scenario())


@pytest.mark.usefixtures("quick")
def test_an_item_is_not_blamed_for_what_another_did_beside_it() -> None:
    async def scenario() -> None:
        beside: list[set[str]] = []
        under_way: set[str] = set()
        broken = asyncio.Event()

        async def send(batch: Sequence[str]) -> StageResult[str]:
            """One replica, which dies with all that it has when the poison is in it."""
            nonlocal broken
            under_way.update(batch)
            beside.append(set(under_way))
            fate = broken
            await settle()
            if "poison" in batch:
                broken, died = asyncio.Event(), broken
                died.set()
            under_way.difference_update(batch)
            if fate.is_set():
                raise ConnectionError("the replica died")
            return done(batch)

        feeder = dispatcher(send, max_batch_items=1, batches_per_replica=2)
        results = await asyncio.gather(
            *submit(feeder, ["a", "poison", "b", "c"]), return_exceptions=True
        )
        assert type(results[1]) is EngineError
        assert [results[0], *results[2:]] == ["a", "b", "c"]
        assert beside[-1] == {"poison"}

    run(scenario())


def test_a_batch_that_never_returns_counts_as_lost() -> None:
    async def scenario() -> None:
        calls = 0

        async def send(batch: Sequence[str]) -> StageResult[str]:
            nonlocal calls
            calls += 1
            if calls == 1:
                await asyncio.Event().wait()
            return done(batch)

        assert await dispatcher(send, batch_timeout_s=0.05).submit("a", 1.0, "job") == "a"

    run(scenario())


@pytest.mark.usefixtures("quick")
def test_a_short_answer_is_not_taken_for_results() -> None:
    async def scenario() -> None:
        async def send(batch: Sequence[str]) -> StageResult[str]:
            return done(batch[:-1])

        with pytest.raises(EngineError, match="on this piece alone"):
            await dispatcher(send).submit("a", 1.0, "job")

    run(scenario())


def test_cancelled_items_drop_out_before_the_batch_is_closed() -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage)
        first = submit(feeder, "a")
        await settle()
        waiting = submit(feeder, "bc")
        await settle()
        waiting[0].cancel()
        await settle()
        stage.gate.set()
        await asyncio.gather(*first, waiting[1])
        assert stage.batches == [["a"], ["c"]]
        assert feeder.queued_cost == 0

    run(scenario())


def test_queued_cost_counts_what_waits() -> None:
    async def scenario() -> None:
        stage = Stage()
        feeder = dispatcher(stage)
        tasks = submit(feeder, "a")
        await settle()
        tasks += submit(feeder, "bcd", cost=2.5)
        await settle()
        assert feeder.queued_cost == pytest.approx(7.5)
        assert feeder.in_flight == 1
        stage.gate.set()
        await asyncio.gather(*tasks)
        assert feeder.queued_cost == 0

    run(scenario())
