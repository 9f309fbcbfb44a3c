"""Calls in processes of their own, as `concurrent.futures` has executors."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, TypeVar

from engines.errors import EngineError
from engines.workers.pool import WorkerPool

ResultT = TypeVar("ResultT")

TARGET = "engines.workers.calls:perform"
LONGEST_S = 120.0  # of one call
NICENESS = 5  # answering comes first, and what makes speech (10) last


class WorkerExecutor(Executor):
    """Runs calls in up to `workers` processes; none of them before `start` or the first call.

    A call is a function of a module with values that can be pickled. One that kills its process is
    tried once more, and is a `WorkerLost` then. `EngineError`s come back as they were raised; any
    other error is logged here, and comes back as an `EngineError`.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: WorkerPool | None = None

    def start(self) -> WorkerPool:
        """Have a process ready for the first call."""
        if self._pool is None:
            self._pool = WorkerPool(
                TARGET, self._workers, LONGEST_S, eager=1, niceness=NICENESS, hang_attempts=1
            )
        return self._pool

    def submit(
        self, function: Callable[..., ResultT], /, *args: Any, **kwargs: Any
    ) -> Future[ResultT]:
        result: Future[ResultT] = Future()
        result.set_running_or_notify_cancel()  # a worker cannot be called off
        answered = self.start().submit(partial(function, *args, **kwargs))
        answered.add_done_callback(lambda answer: _hand_on(answer, result))
        return result

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Kills the workers: what they were at fails."""
        if self._pool is not None:
            self._pool.close()


def _hand_on(answer: Future[Any], result: Future[Any]) -> None:
    error = answer.exception()
    value = error or answer.result()
    if error or isinstance(value, EngineError):
        result.set_exception(value)
    else:
        result.set_result(value)
