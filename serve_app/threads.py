"""Where work goes that blocks or computes, so that event loops only wait."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from deployments.fair_queue import FairQueue
from engines.workers.executor import WorkerExecutor
from engines.workers.pool import cores
from serve_app.courtesy import Courtesy

ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")

BRIEF_THREADS = 1  # what runs there is Python: side by side they would only wait for each other
IO_THREADS = 16  # the stores wait for disks and networks more than they compute
MOST_AT_ONCE = 16  # calls that compute, in threads and in processes, however many cores there are


class _Turn:
    """A call that waits."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class SharedPool:
    """Threads or processes that owners take in turns. There is one more than given, for owners that
    have none at work: the calls of one never keep those of another waiting.

    Used from one event loop.

    Args:
        at_once: calls.
        executor: of that many and one more.
    """

    def __init__(self, at_once: int, executor: Executor) -> None:
        self._at_once = at_once
        self._executor = executor
        self._queue: FairQueue[_Turn] = FairQueue(lambda turn: turn.granted.done())
        self._busy: Counter[str] = Counter()  # calls, by owner

    async def run(self, owner: str, call: Callable[[], ResultT]) -> ResultT:
        """Run a call once it is its owner's turn."""
        turn = _Turn(owner)
        self._queue.push(owner, "", turn, 1.0)
        self._grant()
        try:
            await turn.granted
        except asyncio.CancelledError:
            if not turn.granted.cancelled():  # it was granted at the same moment
                self._release(owner)
            raise
        loop = asyncio.get_running_loop()
        done = self._executor.submit(call)
        done.add_done_callback(lambda _: self._released_in(loop, owner))
        return await asyncio.wrap_future(done)

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _grant(self) -> None:
        while (at_work := self._busy.total()) <= self._at_once:
            holders = self._busy.keys() if at_work == self._at_once else ()
            turn = self._queue.pop(holders)
            if turn is None:
                return
            self._busy[turn.owner] += 1
            turn.granted.set_result(None)

    def _released_in(self, loop: asyncio.AbstractEventLoop, owner: str) -> None:
        # By the executor: a call ends when it ends, not when whoever waited for it goes away.
        with suppress(RuntimeError):  # the loop is closed, and nobody waits
            loop.call_soon_threadsafe(self._release, owner)

    def _release(self, owner: str) -> None:
        self._busy[owner] -= 1
        self._busy += Counter()  # forgets those at zero
        self._grant()


class Threads:
    """Pools, so that a burst of encoding keeps neither a status query nor a new request waiting.
    Those that compute are shared by owner."""

    def __init__(self) -> None:
        self._courtesy = Courtesy()
        self._brief = _threads(BRIEF_THREADS, "brief")
        self._io = ThreadPoolExecutor(IO_THREADS, thread_name_prefix="io")
        at_once = min(cores(), MOST_AT_ONCE)
        self._compute = _threads(at_once, "compute")
        self._processes = WorkerExecutor(at_once + 1)
        self._apart = SharedPool(at_once, self._processes)

    def start_processes(self) -> None:
        """Have one ready for the first call of `apart`, which would wait for it."""
        self._processes.start()

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
        owner: str,
        function: Callable[ParamsT, ResultT],
        *args: ParamsT.args,
        **kwargs: ParamsT.kwargs,
    ) -> ResultT:
        """Run a call that computes for milliseconds, and that somebody's answer waits for."""
        courtesy = self._courtesy
        return await self._brief.run(
            owner, lambda: courtesy.run(owner, lambda: function(*args, **kwargs))
        )

    async def compute(
        self,
        owner: str,
        function: Callable[ParamsT, ResultT],
        *args: ParamsT.args,
        **kwargs: ParamsT.kwargs,
    ) -> ResultT:
        """Run a call that keeps a core busy."""
        courtesy = self._courtesy
        return await self._compute.run(
            owner, lambda: courtesy.run(owner, lambda: function(*args, **kwargs))
        )

    async def apart(
        self,
        owner: str,
        function: Callable[ParamsT, ResultT],
        *args: ParamsT.args,
        **kwargs: ParamsT.kwargs,
    ) -> ResultT:
        """Run a call in a process of its own: one that keeps a core busy by many small steps, for
        each of which a thread here would wait for the interpreter, or that reads what a stranger
        sent. The function is one of a module, or a method of what can be pickled; so are the rest.

        Raises:
            EngineError: as the call raises it, and in place of any other error.
            WorkerLost: it took its process along, twice, or too long.
        """
        return await self._apart.run(owner, partial(function, *args, **kwargs))

    def give_way(self) -> None:
        """In a long call of `compute`: pause while a short one of another owner runs."""
        self._courtesy.give_way()

    def close(self) -> None:
        self._io.shutdown(wait=True, cancel_futures=True)
        self._brief.close()
        self._compute.close()
        self._apart.close()


def _threads(at_once: int, name: str) -> SharedPool:
    return SharedPool(at_once, ThreadPoolExecutor(at_once + 1, thread_name_prefix=name))
