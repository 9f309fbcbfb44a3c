"""Side by side: results in order, one failure stops all, and some work is never cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import pytest

from deployments.concurrency import gather_all, to_the_end

T = TypeVar("T")


def run(coroutine: Awaitable[T]) -> T:
    async def bounded() -> T:
        async with asyncio.timeout(10):
            return await coroutine

    return asyncio.run(bounded())


class Watched:
    """Coroutines that wait, and say what became of them."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = 0

    async def wait(self) -> str:
        self.begun += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return ""


async def after(delay_s: float, value: str) -> str:
    await asyncio.sleep(delay_s)
    return value


async def fail(delay_s: float = 0.02) -> str:
    await asyncio.sleep(delay_s)
    raise KeyError("the first")


def test_results_keep_their_order() -> None:
    assert run(gather_all(after(0.03 - number / 100, str(number)) for number in range(3))) == [
        "0",
        "1",
        "2",
    ]
    assert run(gather_all(after(0, "") for _ in range(0))) == []


def test_a_failure_is_raised_as_it_is_and_cancels_the_rest() -> None:
    async def scenario() -> None:
        watched = Watched()
        with pytest.raises(KeyError, match="the first"):
            await gather_all([watched.wait(), fail(), fail(1.0), watched.wait()])
        await asyncio.sleep(0)
        assert (watched.begun, watched.cancelled) == (2, 2)

    run(scenario())


def test_a_cancellation_reaches_all() -> None:
    async def scenario() -> None:
        watched = Watched()
        task = asyncio.create_task(gather_all([watched.wait(), watched.wait()]))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        assert watched.cancelled == 2

    run(scenario())


def test_what_must_end_ends_however_often_it_is_cancelled() -> None:
    async def scenario() -> None:
        ended: list[str] = []

        async def work() -> str:
            await asyncio.sleep(0.1)
            ended.append("ended")
            return "result"

        assert await to_the_end(work()) == "result"
        task = asyncio.create_task(to_the_end(work()))
        for _ in range(3):
            await asyncio.sleep(0.02)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(ended) == 2

    run(scenario())


def test_what_must_end_still_fails() -> None:
    async def scenario() -> None:
        with pytest.raises(KeyError):
            await to_the_end(fail())
        task = asyncio.create_task(to_the_end(fail(0.05)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(scenario())
