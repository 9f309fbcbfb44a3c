"""Open-loop arrivals: users come at a given rate, whatever the service does.

A closed loop (each user waits for an answer before the next request) slows down together with the
service, and so hides how long those would have waited who come anyway. Here each arrival gets a
greenlet of its own, and its time was drawn before the service had a word in it. What the generator
itself is late by is measured: beyond a few milliseconds it is the generator that is overloaded.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import gevent

Knot = tuple[float, float]  # seconds from the start, arrivals a second


@dataclass(frozen=True, slots=True)
class Profile:
    """A rate of arrivals over time: straight lines between knots."""

    name: str
    knots: Sequence[Knot]

    @property
    def seconds(self) -> float:
        return self.knots[-1][0]

    def rate(self, at: float) -> float:
        """Arrivals a second, `at` seconds from the start; nothing before and after."""
        for (start, first), (end, last) in zip(self.knots, self.knots[1:], strict=False):
            if start <= at < end:
                return first + (last - first) * (at - start) / (end - start)
        return 0.0

    def expected(self) -> float:
        """How many arrivals there are on average."""
        return sum(_area(*pair) for pair in zip(self.knots, self.knots[1:], strict=False))

    def arrivals(self, rng: random.Random) -> Iterator[float]:
        """Times of a Poisson process of this rate, in seconds from the start."""
        due = rng.expovariate(1.0)  # in units of expected arrivals
        for (start, first), (end, last) in zip(self.knots, self.knots[1:], strict=False):
            area = _area((start, first), (end, last))
            while due < area:
                yield start + _inverse_area(due, first, (last - first) / (end - start))
                due += rng.expovariate(1.0)
            due -= area


def _area(begin: Knot, end: Knot) -> float:
    return (end[0] - begin[0]) * (begin[1] + end[1]) / 2


def _inverse_area(area: float, rate: float, slope: float) -> float:
    """Seconds after which a rate that changes by `slope` a second has made up `area`."""
    if abs(slope) < 1e-12:
        return area / rate
    # The root of slope/2 x² + rate x - area, in the form that does not cancel.
    return 2 * area / (rate + math.sqrt(max(0.0, rate * rate + 2 * slope * area)))


def constant(rate: float, seconds: float) -> Profile:
    return Profile("constant", ((0, rate), (seconds, rate)))


def ramp(rate: float, seconds: float) -> Profile:
    """From nothing to `rate`."""
    return Profile("ramp", ((0, 0), (seconds, rate)))


def spike(rate: float, seconds: float) -> Profile:
    """A quarter of `rate`; all of it in the middle fifth."""
    low, begin, end = rate / 4, seconds * 0.4, seconds * 0.6
    knots = ((0, low), (begin, low), (begin, rate), (end, rate), (end, low), (seconds, low))
    return Profile("spike", [knot for knot in knots if knot[0] >= 0])


def soak(rate: float, seconds: float) -> Profile:
    """Up and down by a third around `rate`, as days do, in twelve waves."""
    points = 12 * 8
    return Profile(
        "soak",
        [
            (seconds * i / points, rate * (1 + math.sin(2 * math.pi * i / 8) / 3))
            for i in range(points + 1)
        ],
    )


PROFILES: dict[str, Callable[[float, float], Profile]] = {
    "constant": constant,
    "ramp": ramp,
    "spike": spike,
    "soak": soak,
}


def offer(
    times: Iterator[float],
    arrive: Callable[[float], object],
    stopped: Callable[[], bool] = lambda: False,
) -> list[float]:
    """Let someone arrive at each time, each in a greenlet of its own.

    Args:
        times: seconds from now, in order.
        arrive: runs in the greenlet, with the `time.monotonic()` at which it was due.
        stopped: ends the offer before its time.
    Returns:
        How late each greenlet began to run, in seconds.
    """
    lateness: list[float] = []
    started = time.monotonic()

    def run(due: float) -> None:
        lateness.append(time.monotonic() - due)
        arrive(due)

    for at in times:
        due = started + at
        while (left := due - time.monotonic()) > 0:
            gevent.sleep(min(left, 0.5))
            if stopped():
                return lateness
        gevent.spawn(run, due)
    gevent.sleep(0)  # the last one begins too
    return lateness
