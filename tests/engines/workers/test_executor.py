"""Calls in other processes come back as they would have here, whatever they do there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from engines.base import Waveform
from engines.errors import EngineError, UnreadableAudio, WorkerLost
from engines.workers.executor import WorkerExecutor


@pytest.fixture
def executor() -> Iterator[WorkerExecutor]:
    executor = WorkerExecutor(2)
    yield executor
    executor.shutdown()


def where() -> int:
    return os.getpid()


def louder(wave: Waveform, *, factor: float) -> Waveform:
    return Waveform(wave.samples * np.float32(factor), wave.sample_rate)


def refuse() -> None:
    raise UnreadableAudio("It is no recording.")


def stumble() -> None:
    raise ZeroDivisionError("of ours")


def crash() -> None:
    os.abort()


def take_all_memory() -> int:
    return len(bytearray(64 * 2**30))


def test_a_call_runs_elsewhere_and_its_values_come_through(executor: WorkerExecutor) -> None:
    assert executor.submit(where).result() != os.getpid()
    wave = Waveform(np.array([0.1, -0.2], np.float32), 24_000, ("Loud.",))
    back = executor.submit(louder, wave, factor=2.0).result()
    assert back.samples.tolist() == (wave.samples * np.float32(2.0)).tolist()


def test_processes_are_started_as_they_are_needed(executor: WorkerExecutor) -> None:
    assert len({executor.submit(where).result() for _ in range(5)}) == 1
    asleep, awake = executor.submit(time.sleep, 1.0), executor.submit(where)
    one = executor.submit(where).result()
    assert awake.result() == one  # beside the one that sleeps
    asleep.result()


def test_errors_for_the_client_come_as_they_were_raised(executor: WorkerExecutor) -> None:
    with pytest.raises(UnreadableAudio, match=r"It is no recording\."):
        executor.submit(refuse).result()


def test_an_error_of_ours_says_nothing_to_the_client(
    executor: WorkerExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(EngineError) as raised:
        executor.submit(stumble).result()
    assert "ZeroDivisionError" not in str(raised.value)
    assert "ZeroDivisionError" in caplog.text


def test_whatever_kills_its_process_is_told_and_the_next_call_runs(
    executor: WorkerExecutor,
) -> None:
    with pytest.raises(WorkerLost):
        executor.submit(crash).result()
    assert executor.submit(where).result() != os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux limits the memory")
def test_a_call_does_not_get_all_of_the_memory(executor: WorkerExecutor) -> None:
    with pytest.raises(EngineError):
        executor.submit(take_all_memory).result()
