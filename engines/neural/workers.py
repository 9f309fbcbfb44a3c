"""Who computes: on a CPU a thread for each core with one item at a time, on a GPU one thread with
whole batches.

Batching buys a CPU nothing: one core is as busy with one item as with many. Threads that share one
item wait for each other at every layer; threads with an item each never do. They share the weights
and oneDNN's kernels, which processes would each hold for themselves, and PyTorch lets go of
Python's lock while it computes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

from config.engine_settings import NeuralSettings
from engines.errors import EngineError
from engines.neural.memory import halving
from engines.workers.pool import cores

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class Workers:
    """A pool for all batches of a replica: while the last items of one are computed, the first ones
    of the next fill the other cores."""

    def __init__(self, settings: NeuralSettings, device: torch.device) -> None:
        self.alone = device.type == "cpu"
        self.count = count_workers(settings) if self.alone else 1
        self.threads = settings.threads
        # PyTorch counts threads for each thread that calls it.
        self.pool = ThreadPoolExecutor(self.count, "neural", torch.set_num_threads, (self.threads,))

    def run(
        self, call: Callable[[Sequence[ItemT]], list[ResultT | EngineError]], batch: Sequence[ItemT]
    ) -> list[ResultT | EngineError]:
        """`call` over the batch, in as many parts as can compute side by side. Order is kept."""
        parts = [batch[i : i + 1] for i in range(len(batch))] if self.alone else [batch]
        answers = self.pool.map(lambda part: halving(call, part), parts)
        return [answer for part in answers for answer in part]

    def call(self, check: Callable[[], None]) -> None:
        """Run something short besides. On a CPU it does not wait behind what is queued."""
        if self.alone:
            torch.set_num_threads(self.threads)
            check()
        else:
            self.pool.submit(check).result()

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)


def count_workers(settings: NeuralSettings) -> int:
    """As set, or so many that their threads are as many as the cores this process may use."""
    return settings.workers or max(1, cores() // settings.threads)
