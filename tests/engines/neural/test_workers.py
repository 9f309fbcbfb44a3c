"""All cores are busy, answers keep their places, and no item harms another."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest
import torch

from config.engine_settings import NeuralSettings
from engines.errors import EngineError, OutOfMemory
from engines.neural.workers import Workers, count_workers
from engines.workers.pool import cores

LIMIT_S = 20.0


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(NeuralSettings(workers=3), torch.device("cpu"))
    yield made
    made.close()


def test_as_many_threads_as_cores() -> None:
    assert count_workers(NeuralSettings()) == cores()
    assert count_workers(NeuralSettings(threads=cores())) == 1
    assert count_workers(NeuralSettings(threads=10 * cores())) == 1
    assert count_workers(NeuralSettings(workers=5, threads=2)) == 5


def test_items_compute_side_by_side_each_with_one_thread(workers: Workers) -> None:
    together = threading.Barrier(3)  # breaks unless three items are under way at once
    seen: set[int] = set()

    def call(part: Sequence[int]) -> list[int | EngineError]:
        together.wait(LIMIT_S)
        seen.add(torch.get_num_threads())
        return [10 * item for item in part]

    assert workers.run(call, [3, 1, 2]) == [30, 10, 20]
    assert seen == {1}


def test_an_item_without_memory_fails_alone(workers: Workers) -> None:
    def call(part: Sequence[int]) -> list[int | EngineError]:
        if 2 in part:
            raise torch.OutOfMemoryError
        return list(part)

    first, second, third = workers.run(call, [1, 2, 3])
    assert (first, third) == (1, 3)
    assert isinstance(second, OutOfMemory)


def test_a_lost_batch_is_an_error(workers: Workers) -> None:
    def call(part: Sequence[int]) -> list[int | EngineError]:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        workers.run(call, [1, 2])


def test_a_check_does_not_wait_behind_a_batch(workers: Workers) -> None:
    over = threading.Event()

    def call(part: Sequence[int]) -> list[int | EngineError]:
        over.wait(LIMIT_S)
        return list(part)

    batch = threading.Thread(target=workers.run, args=(call, range(9)))
    batch.start()
    try:
        workers.call(lambda: None)
        assert not over.is_set()
    finally:
        over.set()
        batch.join()
