"""How much of a batch's work is padding: counted where batches are padded, read by who asked.

The engines' answers are results alone, so the count travels beside them, in the context of the
thread that computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Padding:
    steps: int = 0  # symbols or frames that went through a network
    padded: int = 0  # of them, those that only fill up

    @property
    def share(self) -> float:
        return self.padded / self.steps if self.steps else 0.0


_measured: ContextVar[Padding | None] = ContextVar("padding", default=None)


@contextmanager
def measured() -> Iterator[Padding]:
    """Counts what is padded inside, in threads too that are given this context."""
    padding = Padding()
    token = _measured.set(padding)
    try:
        yield padding
    finally:
        _measured.reset(token)


def count(lengths: Sequence[int]) -> None:
    """Say that items of these lengths are computed as one padded batch."""
    padding = _measured.get()
    if padding is not None and lengths:
        steps = len(lengths) * max(lengths)
        padding.steps += steps
        padding.padded += steps - sum(lengths)
