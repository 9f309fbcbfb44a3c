"""Threads are shared by owner: one's calls never keep another's waiting."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from serve_app.threads import SharedPool
from tests.serve_app.fakes import run


def test_one_owner_fills_its_threads_and_another_has_one_at_once() -> None:
    async def scenario() -> None:
        pool, gate = SharedPool(2, ThreadPoolExecutor(3)), threading.Event()
        blocked = [asyncio.create_task(pool.run("a", gate.wait)) for _ in range(20)]
        await asyncio.sleep(0)
        assert await pool.run("b", lambda: "b") == "b"
        gate.set()
        assert all(await asyncio.gather(*blocked))
        pool.close()

    run(scenario())


def test_owners_take_turns() -> None:
    async def scenario() -> None:
        pool, gate, order = SharedPool(1, ThreadPoolExecutor(2)), threading.Event(), list[str]()
        first = [asyncio.create_task(pool.run(owner, gate.wait)) for owner in "xy"]
        await asyncio.sleep(0)  # both threads are taken
        rest = [
            asyncio.create_task(pool.run(owner, partial(order.append, owner))) for owner in "aaaaab"
        ]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(*first, *rest)
        assert order.index("b") <= 1 + 1  # beside a's first two
        pool.close()

    run(scenario())


def test_a_call_whose_waiter_went_away_takes_no_thread_for_good() -> None:
    async def scenario() -> None:
        pool, gate = SharedPool(1, ThreadPoolExecutor(2)), threading.Event()
        running = asyncio.create_task(pool.run("a", gate.wait))
        waiting = asyncio.create_task(pool.run("a", gate.wait))
        await asyncio.sleep(0)
        running.cancel()
        waiting.cancel()
        await asyncio.sleep(0)
        gate.set()
        assert await pool.run("a", lambda: 1) == 1
        pool.close()

    run(scenario())
