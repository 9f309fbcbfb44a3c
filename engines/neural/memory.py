"""A batch that needs more memory than there is: tried once more in two halves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from engines.errors import EngineError, OutOfMemory

logger = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

# What PyTorch says when the CPU's allocator fails, which has no exception of its own.
CPU_SIGNS = ("DefaultCPUAllocator", "can't allocate memory", "not enough memory")


def is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in CPU_SIGNS)


def halving(
    call: Callable[[Sequence[ItemT]], list[ResultT | EngineError]], batch: Sequence[ItemT]
) -> list[ResultT | EngineError]:
    """`call(batch)`; where memory runs out, `call` of each half, and errors for a half that fails
    again. Any other exception is raised as it is."""
    answer = attempt(call, batch)
    if answer is not None:
        return answer
    logger.warning("out of memory with a batch of %d: once more in halves", len(batch))
    middle = (len(batch) + 1) // 2
    answers: list[ResultT | EngineError] = []
    for half in (batch[:middle], batch[middle:]):
        answer = attempt(call, half) if half else []
        if answer is None:
            answer = [OutOfMemory(f"there is no memory for {len(half)} pieces") for _ in half]
        answers += answer
    return answers


def attempt(
    call: Callable[[Sequence[ItemT]], list[ResultT | EngineError]], batch: Sequence[ItemT]
) -> list[ResultT | EngineError] | None:
    """None where memory ran out. By then the failed call's own tensors are free again."""
    try:
        return call(batch)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None
