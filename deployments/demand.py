"""What is asked of the stages, and how fast they are, as the process sees it that asks them.

`scaling.py` scales them by it.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_S = 600  # for which it is known what came
READ_COST_S = 0.01  # of a text that is only read: the stage is in use, and hardly works
RATE_MEMORY_S = 30.0  # of computing, after which a measurement counts for a third


class Demand:
    """Seconds of audio on each path: under way, and come of late."""

    def __init__(self) -> None:
        self._waiting_s: defaultdict[str, float] = defaultdict(float)
        self._came: defaultdict[str, dict[int, float]] = defaultdict(dict)  # by second

    @contextmanager
    def waiting(self, path: str, cost: float) -> Iterator[None]:
        """Count a piece while somebody waits for it."""
        self.note(path, cost)
        self._waiting_s[path] += cost
        try:
            yield
        finally:
            self._waiting_s[path] = max(0.0, self._waiting_s[path] - cost)

    def note(self, path: str, cost: float) -> None:
        """Something came, and is done at once."""
        second = int(time.monotonic())
        came = self._came[path]
        came[second] = came.get(second, 0.0) + cost
        while (oldest := next(iter(came))) < second - LONGEST_S:
            del came[oldest]

    def waiting_s(self, path: str) -> float:
        """Seconds of audio that are waited for."""
        return self._waiting_s.get(path, 0.0)

    def arriving(self, path: str, window_s: float) -> float:
        """Seconds of audio a second that came within the last `window_s`, `LONGEST_S` at most."""
        since = int(time.monotonic()) - window_s
        came = self._came.get(path, {})
        return sum(cost for second, cost in came.items() if second > since) / window_s


class Rate:
    """Seconds of audio that one replica makes in a second of computing, where it has enough to do.

    Batches count by their audio: a short one says little of what a full one would reach.
    """

    def __init__(self) -> None:
        self._weight = 0.0
        self._sum = 0.0

    @property
    def value(self) -> float | None:
        """None until one batch was measured."""
        return self._sum / self._weight if self._weight > 0 else None

    def learn(self, cost: float, compute_s: float) -> None:
        """Take up a batch of so many seconds of audio."""
        if not (cost > 0 and compute_s > 0):
            return
        kept = math.exp(-compute_s / RATE_MEMORY_S)
        self._weight = self._weight * kept + cost
        self._sum = self._sum * kept + cost * cost / compute_s
