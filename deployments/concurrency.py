"""Running coroutines side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


async def gather_all(coroutines: Iterable[Coroutine[Any, Any, ResultT]]) -> list[ResultT]:
    """Results in order. The first failure cancels the rest and is raised as it is, where a
    `TaskGroup` would wrap it in a group."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


async def to_the_end(coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Await what must not be left half done: a cancellation is raised once it has ended."""
    task = asyncio.ensure_future(coroutine)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # it may come again
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # the caller is gone; asyncio would call it never retrieved
        raise
