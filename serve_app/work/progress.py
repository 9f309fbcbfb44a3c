"""How far a job has come, as it is kept: at most twice a second, since every write is a commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from serve_app.store.errors import StoreError

logger = logging.getLogger(__name__)

APART_S = 0.5  # between two writes

Write = Callable[[int, int], Awaitable[object]]
"""Of pieces done, and of all."""


class ProgressWriter:
    """What is reported sooner after a write is kept with the next, which is then due."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._latest = (0, 0)
        self._last = asyncio.get_running_loop().time()
        self._due: asyncio.Task[None] | None = None

    async def report(self, done: int, total: int) -> None:
        """Raises what writing at once does."""
        self._latest = (done, total)
        wait = self._last + APART_S - asyncio.get_running_loop().time()
        if wait <= 0:
            await self._write_latest()
        elif self._due is None or self._due.done():
            self._due = asyncio.create_task(self._write_later(wait))

    def close(self) -> None:
        """What is not written yet never will be."""
        if self._due is not None:
            self._due.cancel()

    async def _write_latest(self) -> None:
        self._last = asyncio.get_running_loop().time()
        await self._write(*self._latest)

    async def _write_later(self, wait: float) -> None:
        await asyncio.sleep(wait)
        try:
            await self._write_latest()
        except StoreError as error:  # the next report, or the end of the job, tries again
            logger.warning("could not write how far a job is: %s", error)
