"""Whether a text that is longer takes longer only in proportion."""

from __future__ import annotations

import time
from collections.abc import Callable

SHORT, TIMES = 1_000, 8  # characters, and how many times as many the long text has
# What grows in proportion takes 8 times as long, what grows with the square 64 times: the limit
# lies between, as far from the one as from the other. Less than the floor harms nobody.
LIMIT, FLOOR_S = 22.0, 0.05
TRIES = 3  # another program may have had the caches


def grows_in_proportion(read: Callable[[str], object], unit: str) -> bool:
    """By the processor's time of this thread alone: what else the machine does is not counted."""
    short = min(_seconds(read, unit, SHORT) for _ in range(2))
    allowed = max(LIMIT * short, FLOOR_S)
    return any(_seconds(read, unit, SHORT * TIMES) < allowed for _ in range(TRIES))


def _seconds(read: Callable[[str], object], unit: str, length: int) -> float:
    text = (unit * length)[:length]
    started = time.thread_time()
    read(text)
    return time.thread_time() - started
