"""A pool of worker processes that outlives the crashes and hangs of native libraries.

What may crash, hang or keep a core busy runs in children of ours, one item at a time: eSpeak NG,
WORLD, FFmpeg on a stranger's recording. A child that dies is replaced and its item tried once more;
so is, unless told otherwise, one that takes too long, which is killed. An item that does so twice
comes back as an `EngineError` in its place, and the others are served.

The children are started with fork and exec in one step (`subprocess`): the parent has threads
of gRPC and Ray, so a bare fork may deadlock, and `multiprocessing`'s spawn would import the
parent's `__main__` again.
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, BinaryIO, cast

from engines.errors import EngineError, EngineUnavailable, WorkerLost
from engines.workers.frames import READY, Answer, read_frame, write_frame

logger = logging.getLogger(__name__)

START_TIMEOUT_S = 60.0  # importing NumPy on a machine that is busy or has a cold disk
ATTEMPTS = 2  # of one item, when its worker dies or hangs, for which it may not be to blame
# Computing yields to answering: with every core at work, a request must not wait for a time slice.
NICENESS = 10
ITEMS_PER_WORKER = 1000  # then it is replaced: eSpeak NG loses about 90 kB with every text
MAX_FAILURES = 3  # in a row, to start or for want of a library; then `check` reports it


class WorkerDiedError(Exception):
    """The child went away before it answered."""


class WorkerHungError(Exception):
    """The child took longer than an item may, and was killed."""


def cores() -> int:
    """CPU cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def child_environment() -> dict[str, str]:
    """Ours, with one numeric thread, and the import path of this very process.

    The path matters under Ray, which extends `sys.path` at run time.
    """
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109
    return {**os.environ, **single, "PYTHONPATH": path}


class Worker:
    """One child process. Raises `WorkerDiedError` when it does not come up."""

    def __init__(self, target: str, niceness: int) -> None:
        command = [sys.executable, "-P", "-m", "engines.workers.worker", target, str(niceness)]
        self.process = subprocess.Popen(  # noqa: S603  our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment()
        )
        self._input = cast(BinaryIO, self.process.stdin)
        self._output = cast(BinaryIO, self.process.stdout)
        self._items = 0

    def wait_ready(self) -> None:
        if self._receive(START_TIMEOUT_S) != READY:
            raise WorkerDiedError

    def call(self, item: object, timeout_s: float) -> Answer:
        self._items += 1
        try:
            write_frame(self._input, item)
        except OSError as error:
            raise WorkerDiedError from error
        return cast(Answer, self._receive(timeout_s))

    def _receive(self, timeout_s: float) -> object:
        # A timer that kills is the one way to bound a pipe read that works on every system.
        late = threading.Event()

        def kill() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(timeout_s, kill)
        timer.daemon = True
        timer.start()
        try:
            return read_frame(self._output)
        except (EOFError, OSError) as error:
            raise (WorkerHungError if late.is_set() else WorkerDiedError) from error
        finally:
            timer.cancel()

    @property
    def usable(self) -> bool:
        return self.process.poll() is None and self._items < ITEMS_PER_WORKER

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self._output.close()
        try:
            self._input.close()
        except OSError:
            logger.debug("a worker died with an item half written")


class WorkerPool:
    """`workers` processes side by side, fed from one queue. Safe to call from many threads.

    `target` is `package.module:function`, a function of one argument; the argument and the
    result must survive pickling. 0 workers takes one for each core.

    Args:
        eager: of the workers, started at once; the others are once they are needed. All where None.
        niceness: of the workers, next to ours.
        hang_attempts: of one item, when its worker hangs; 1 where what a stranger sent is to blame.
    """

    def __init__(
        self,
        target: str,
        workers: int,
        item_timeout_s: float,
        *,
        eager: int | None = None,
        niceness: int = NICENESS,
        hang_attempts: int = ATTEMPTS,
    ) -> None:
        self._target = target
        self._hang_attempts = hang_attempts
        self._timeout_s = item_timeout_s
        self._niceness = niceness
        self._most = workers or cores()
        self._tasks: queue.SimpleQueue[tuple[Any, Future[Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # of the fields below
        self._workers: set[Worker] = set()
        self._threads: list[threading.Thread] = []  # one for each worker
        self._unfinished = 0  # items
        self._closed = False
        self._failures = 0
        with self._lock:
            for _ in range(self._most if eager is None else eager):
                self._add_thread()

    def map(self, items: Sequence[Any]) -> list[Any]:
        """The result of each item, in order; an `EngineError` where an item failed."""
        futures = [self.submit(item) for item in items]
        return [future.result() for future in futures]

    def map_accepted(
        self, items: Sequence[Any], refusal: Callable[[Any], EngineError | None]
    ) -> list[Any]:
        """The same, without troubling a worker with what `refusal` gives an error for."""
        refused = [refusal(item) for item in items]
        accepted = [item for item, error in zip(items, refused, strict=True) if error is None]
        results = iter(self.map(accepted))
        return [next(results) if error is None else error for error in refused]

    def check(self) -> None:
        """Raises `EngineUnavailable` when closed, or when no worker can work any more."""
        with self._lock:
            if self._closed:
                raise EngineUnavailable("the engine has been closed")
            if self._failures >= MAX_FAILURES:
                raise EngineUnavailable("the engine's worker processes do not start or cannot work")

    def process_ids(self) -> list[int]:
        with self._lock:
            return [worker.process.pid for worker in self._workers]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.process.kill()  # whoever waits for its answer is freed by this
        for _ in self._threads:  # no more of them begin
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def submit(self, item: object) -> Future[Any]:
        """The result of an item, or the `EngineError` that stands in its place."""
        future: Future[Any] = Future()
        with self._lock:  # so that nothing is queued behind the end of the queue
            if self._closed:
                future.set_result(EngineUnavailable("the engine has been closed"))
                return future
            self._unfinished += 1
            if len(self._threads) < min(self._unfinished, self._most):
                self._add_thread()
            self._tasks.put((item, future))
        return future

    def _add_thread(self) -> None:
        name = self._target.partition(":")[0].rpartition(".")[2]
        thread = threading.Thread(
            target=self._serve, name=f"{name}-{len(self._threads)}", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        """One thread of the pool: one worker, replaced when it dies."""
        worker = self._start()
        while (task := self._tasks.get()) is not None:
            item, future = task
            value: object = None
            error: Exception | None = None
            try:
                worker, value = self._run(worker, item)
            except Exception as unexpected:  # noqa: BLE001  the caller's to see; this thread goes on
                error = unexpected
            with self._lock:
                self._unfinished -= 1
            if error:
                future.set_exception(error)
            else:
                future.set_result(value)
        self._discard(worker)

    def _run(self, worker: Worker | None, item: object) -> tuple[Worker | None, object]:
        """The worker to go on with, and what became of the item."""
        fault, hangs = "", 0
        for _ in range(ATTEMPTS):
            if worker is None or not worker.usable:
                self._discard(worker)
                worker = self._start()
            if worker is None:
                return None, EngineUnavailable("the engine's worker processes do not start")
            try:
                return worker, self._value(worker.call(item, self._timeout_s))
            except WorkerHungError:
                logger.error("a worker of %s was killed: no answer in time", self._target)
                fault = f"this item took longer than {self._timeout_s:g} s"
                hangs += 1
            except WorkerDiedError:
                if not self._closed:  # `close` kills
                    logger.error("a worker of %s died", self._target)
                fault = "a worker process died on this item, twice"
            self._discard(worker)
            worker = None
            if hangs >= self._hang_attempts:
                break
        return None, WorkerLost(fault)

    def _value(self, answer: Answer) -> object:
        if answer.traceback:
            logger.error("%s failed on an item\n%s", self._target, answer.traceback)
        self._count(failed=isinstance(answer.value, EngineUnavailable))
        return answer.value

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            self._failures = self._failures + 1 if failed else 0

    def _start(self) -> Worker | None:
        """A worker that is ready, or None: then the next item tries again."""
        worker = None
        try:
            with self._lock:
                if self._closed:
                    return None
                worker = Worker(self._target, self._niceness)
                self._workers.add(worker)
            worker.wait_ready()
        except (WorkerDiedError, WorkerHungError, OSError):
            logger.exception("a worker of %s did not start", self._target)
            self._discard(worker)
            self._count(failed=True)
            return None
        return worker

    def _discard(self, worker: Worker | None) -> None:
        if worker is None:
            return
        worker.stop()
        with self._lock:
            self._workers.discard(worker)
