"""A batch that runs out of memory is halved and tried once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch

from engines.errors import EngineError, EngineUnavailable, OutOfMemory
from engines.neural.memory import halving

CPU = RuntimeError(
    "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: "
    "you tried to allocate 99999999999999 bytes. Error code 12 (Cannot allocate memory)"
)
GPU = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def failing_over(
    most: int, error: Exception
) -> tuple[Callable[[Sequence[int]], list[int | EngineError]], list[int]]:
    """A call that takes up to `most` items, and the sizes it was called with."""
    sizes: list[int] = []

    def call(batch: Sequence[int]) -> list[int | EngineError]:
        sizes.append(len(batch))
        if len(batch) > most:
            raise error
        return [10 * item for item in batch]

    return call, sizes


@pytest.mark.parametrize("error", [CPU, GPU, MemoryError()])
def test_halves_once_and_keeps_the_order(error: Exception) -> None:
    call, sizes = failing_over(3, error)
    assert halving(call, [1, 2, 3, 4, 5]) == [10, 20, 30, 40, 50]
    assert sizes == [5, 3, 2]


def test_a_half_that_fails_again_gets_errors_and_the_other_is_served() -> None:
    call, sizes = failing_over(2, GPU)
    answers = halving(call, [1, 2, 3, 4, 5])
    assert [type(answer) for answer in answers] == [OutOfMemory] * 3 + [int] * 2
    assert isinstance(answers[0], EngineUnavailable)  # so the job is tried again
    assert sizes == [5, 3, 2]


def test_one_item_is_tried_twice() -> None:
    call, sizes = failing_over(0, GPU)
    assert isinstance(halving(call, [1])[0], OutOfMemory)
    assert sizes == [1, 1]


def test_real_allocators_are_understood() -> None:
    def call(batch: Sequence[int]) -> list[int | EngineError]:
        if len(batch) > 1:
            torch.empty(2**60)
        return [0]

    assert halving(call, [1, 2]) == [0, 0]


def test_another_error_is_raised_as_it_is() -> None:
    call, sizes = failing_over(0, RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes"):
        halving(call, [1, 2])
    assert sizes == [2]
