"""Where blocking work goes, so that event loops only wait."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")

BRIEF_THREADS = 2
IO_THREADS = 16  # the stores wait for disks and networks more than they compute


class Threads:
    """Three pools, so that a burst of encoding keeps neither a status query nor a new request
    waiting."""

    def __init__(self) -> None:
        self._brief = ThreadPoolExecutor(BRIEF_THREADS, thread_name_prefix="brief")
        self._io = ThreadPoolExecutor(IO_THREADS, thread_name_prefix="io")
        self._compute = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="compute")

    async def io(
        self,
        function: Callable[ParamsT, ResultT],
        *args: ParamsT.args,
        **kwargs: ParamsT.kwargs,
    ) -> ResultT:
        """Run a call that waits for a disk, a database or a network."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._io, lambda: function(*args, **kwargs))

    async def brief(
        self,
        function: Callable[ParamsT, ResultT],
        *args: ParamsT.args,
        **kwargs: ParamsT.kwargs,
    ) -> ResultT:
        """Run a call that computes for milliseconds, and that somebody's answer waits for."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._brief, lambda: function(*args, **kwargs))

    async def compute(
        self,
        function: Callable[ParamsT, ResultT],
        *args: ParamsT.args,
        **kwargs: ParamsT.kwargs,
    ) -> ResultT:
        """Run a call that keeps a core busy."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._compute, lambda: function(*args, **kwargs))

    def close(self) -> None:
        self._io.shutdown(wait=True, cancel_futures=True)
        self._brief.shutdown(wait=False, cancel_futures=True)
        self._compute.shutdown(wait=False, cancel_futures=True)
