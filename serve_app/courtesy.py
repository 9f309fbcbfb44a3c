"""Calls that compute give way, inside one process, to those of owners who compute less.

Threads that compute share the interpreter. One that runs beside two others does not take three
times as long: NumPy lets go of the interpreter at each operation and waits for it anew, so a call
of a few milliseconds took 130 beside a flood of another owner's.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

SHORT_S = 0.05  # a call is given way to for so long, in all
MOST_WAIT_S = 0.1  # at once, however many others there are
FORGOTTEN_S = 2.0  # after which a third is left of what an owner has used

ResultT = TypeVar("ResultT")


class Courtesy:
    """Who computes now, and how much each owner did of late. Safe to use from many threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._running: dict[int, tuple[str, float]] = {}  # owner, and since when
        self._used: dict[str, tuple[float, float]] = {}  # seconds, and when that was
        self._own = threading.local()

    def run(self, owner: str, call: Callable[[], ResultT]) -> ResultT:
        """Run a call of an owner's. It begins once no shorter one is in the way."""
        number = next(self._numbers)
        self._wait(owner)
        with self._changed:
            self._running[number] = owner, time.monotonic()
        self._own.call, self._own.charged = (number, owner), time.monotonic()
        try:
            return call()
        finally:
            self._own.call = None
            with self._changed:
                del self._running[number]
                self._charge(owner)
                self._changed.notify_all()

    def give_way(self) -> None:
        """Pause the call of this thread while a short one of another owner runs."""
        call = getattr(self._own, "call", None)
        if call is None or len(self._running) < 2:
            return
        number, owner = call
        with self._changed:
            _, since = self._running.pop(number)
            self._charge(owner)
        self._wait(owner)
        self._own.charged = time.monotonic()
        with self._changed:
            self._running[number] = owner, since

    def _wait(self, owner: str) -> None:
        until = time.monotonic() + MOST_WAIT_S
        with self._changed:
            while (wait_s := min(self._in_the_way_s(owner), until - time.monotonic())) > 0:
                self._changed.wait(wait_s)

    def _in_the_way_s(self, owner: str) -> float:
        """For how long others may go first."""
        now = time.monotonic()
        used = self._used_by(owner, now)
        left = [
            SHORT_S - (now - since)
            for other, since in self._running.values()
            if other != owner and self._used_by(other, now) < used
        ]
        return max(left, default=0.0)

    def _used_by(self, owner: str, now: float) -> float:
        used, at = self._used.get(owner, (0.0, now))
        return used * math.exp((at - now) / FORGOTTEN_S)

    def _charge(self, owner: str) -> None:
        """For what this thread did since it was charged last."""
        now = time.monotonic()
        self._used[owner] = self._used_by(owner, now) + now - self._own.charged, now
        for other in [one for one in self._used if self._used_by(one, now) < 1e-4]:
            del self._used[other]
