from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.errors import EngineError, EngineUnavailable, UnspeakableText
from engines.workers.pool import WorkerPool

TARGET = "tests.engines.embedded.crashing:obey"


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(TARGET, workers=2, item_timeout_s=20.0)
    yield pool
    pool.close()


def wait_until(condition: object, seconds: float = 10.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def exists(process_id: int) -> bool:
    """Whether the process runs; a zombie that nobody has reaped yet does not."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_results_keep_their_order(pool: WorkerPool) -> None:
    assert pool.map([f"item {index}" for index in range(50)]) == [
        f"ITEM {index}" for index in range(50)
    ]


def test_an_item_that_kills_its_worker_fails_alone(pool: WorkerPool) -> None:
    results = pool.map(["a", "die", "b", "c", "die", "d"])
    assert [result for result in results if isinstance(result, str)] == ["A", "B", "C", "D"]
    assert [index for index, result in enumerate(results) if isinstance(result, EngineError)] == [
        1,
        4,
    ]
    pool.check()


def test_an_item_whose_worker_died_by_accident_is_served(pool: WorkerPool, tmp_path: Path) -> None:
    item = f"die-once {tmp_path / 'mark'}"
    assert pool.map([item]) == [item.upper()]


def test_workers_killed_in_mid_batch_lose_nothing(pool: WorkerPool) -> None:
    wait_until(lambda: len(pool.process_ids()) == 2)
    results: list[object] = []
    batch = threading.Thread(target=lambda: results.extend(pool.map(["sleep 0.02"] * 40)))
    batch.start()
    time.sleep(0.1)
    for process_id in pool.process_ids():
        os.kill(process_id, signal.SIGKILL)
    batch.join(timeout=30)
    assert results == ["SLEEP 0.02"] * 40


def test_a_worker_killed_while_idle_costs_the_next_item_no_attempt(tmp_path: Path) -> None:
    pool = WorkerPool(TARGET, workers=1, item_timeout_s=20.0)
    try:
        assert pool.map(["a"]) == ["A"]
        (idle,) = pool.process_ids()
        os.kill(idle, signal.SIGKILL)
        wait_until(lambda: not exists(idle))
        time.sleep(0.3)  # its first thread is gone; it can be reaped when the last is
        item = f"die-once {tmp_path / 'mark'}"
        assert pool.map([item, "b"]) == [item.upper(), "B"]
    finally:
        pool.close()


def test_a_hung_worker_is_killed_and_the_others_are_served() -> None:
    pool = WorkerPool(TARGET, workers=2, item_timeout_s=1.0)
    try:
        results = pool.map(["a", "hang", "b", "c"])
    finally:
        pool.close()
    assert [results[0], *results[2:]] == ["A", "B", "C"]
    assert isinstance(results[1], EngineError)
    assert "1 s" in results[1].message


def test_an_item_whose_worker_hung_by_accident_is_served() -> None:
    pool = WorkerPool(TARGET, workers=1, item_timeout_s=3.0)
    try:
        assert pool.map(["a"]) == ["A"]
        (stopped,) = pool.process_ids()
        os.kill(stopped, signal.SIGSTOP)
        assert pool.map(["b"]) == ["B"]
        assert not exists(stopped)
    finally:
        pool.close()


def test_errors_of_the_engine_arrive_as_they_are(pool: WorkerPool) -> None:
    refused, broken = pool.map(["refuse nothing to say", "break down"])
    assert isinstance(refused, UnspeakableText)
    assert refused.message == "nothing to say"
    assert type(broken) is EngineError


def test_what_a_library_prints_does_not_break_the_pipe(pool: WorkerPool) -> None:
    assert pool.map(["print x", "b"]) == ["PRINT X", "B"]


def test_close_frees_who_waits_and_leaves_no_process(pool: WorkerPool) -> None:
    wait_until(lambda: len(pool.process_ids()) == 2)
    children = pool.process_ids()
    results: list[object] = []
    batch = threading.Thread(target=lambda: results.extend(pool.map(["sleep 30"] * 5)))
    batch.start()
    time.sleep(0.2)
    pool.close()
    batch.join(timeout=10)
    assert len(results) == 5
    assert all(isinstance(result, EngineError) for result in results)
    assert not any(exists(child) for child in children)
    assert isinstance(pool.map(["a"])[0], EngineUnavailable)
    with pytest.raises(EngineUnavailable):
        pool.check()


def test_workers_that_do_not_start_make_the_engine_unavailable() -> None:
    pool = WorkerPool("no.such.module:function", workers=1, item_timeout_s=5.0)
    try:
        results = pool.map(["a", "b", "c"])
        assert all(isinstance(result, EngineUnavailable) for result in results)
        with pytest.raises(EngineUnavailable):
            pool.check()
    finally:
        pool.close()


def test_workers_that_lack_their_library_make_the_engine_unavailable_until_they_work(
    pool: WorkerPool,
) -> None:
    pool.map(["lack a library"] * 3)
    with pytest.raises(EngineUnavailable):
        pool.check()
    pool.map(["a"])
    pool.check()


PARENT = """
import sys, threading, time
from engines.workers.pool import WorkerPool
pool = WorkerPool(sys.argv[1], workers=2, item_timeout_s=600.0)
pool.map(["a", "b"])
threading.Thread(target=pool.map, args=(["hang"],), daemon=True).start()
time.sleep(0.3)
print(*pool.process_ids(), flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at /proc")
def test_no_worker_outlives_a_killed_parent() -> None:
    """Not the idle one, and not the one that hangs in a library call."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, TARGET], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    children = [int(word) for word in parent.stdout.readline().split()]
    assert len(children) == 2
    assert all(exists(child) for child in children)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not any(exists(child) for child in children))
