"""The highest rate of arrivals at which an objective is met, found by doubling and bisection."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol, TypeVar

from loadtests.outcomes import Outcome, Record, percentiles, real_time_factors
from loadtests.stages import Loads

LEAST_RATE = 0.01  # arrivals a second, below which nothing is searched
LEAST_ARRIVALS = 30  # that a percentile is read from
LEAST_TO_COMPARE = 5  # outcomes in a third of the window
GROWN, GROWN_S = 2.0, 0.5  # times, and seconds more: beyond what chance does


@dataclass(frozen=True)
class Objective:
    """What users are promised."""

    p99_s: float = 10.0  # from asking to the last byte of finished audio
    real_time_factor: float = 2.0  # p95 of that time for each second of audio
    error_share: float = 0.0  # refused, failed or faulty, of what was asked for


@dataclass(frozen=True, slots=True)
class Step:
    """How the service did at one rate."""

    rate: float  # pieces of audio wanted a second
    completed_per_s: float
    audio_per_s: float
    p99_s: float
    real_time_factor: float
    error_share: float
    late_ms: float  # p99, of the generator
    missed: tuple[str, ...]  # of the objective
    loads: Loads | None = None

    @property
    def met(self) -> bool:
        return not self.missed


def judge(
    rate: float, record: Record, seconds: float, objective: Objective, loads: Loads | None = None
) -> Step:
    """One step, from the record of what was due within `seconds`.

    What has not ended counts as having taken for ever.
    """
    done = record.done()
    asked = len(record.arrivals)
    unended = asked - len(record.outcomes)
    latencies = [one.latency_s for one in done] + [math.inf] * unended
    factors = real_time_factors(done) + [math.inf] * unended
    p99 = _percentile(latencies, "p99")
    factor = _percentile(factors, "p95")
    errors = (len(record.outcomes) - len(done) + unended) / max(1, asked)
    missed = []
    if p99 > objective.p99_s:
        missed.append(f"p99 {p99:.2f} s")
    if factor > objective.real_time_factor:
        missed.append(f"real-time factor {factor:.2f}")
    if errors > objective.error_share:
        missed.append(f"{errors:.1%} errors")
    if growth := queue_growth(done):
        missed.append(growth)
    return Step(
        rate,
        len(done) / seconds,
        sum(one.audio_s for one in done) / seconds,
        p99,
        factor,
        errors,
        1000 * percentiles(record.lateness).get("p99", 0.0),
        tuple(missed),
        loads,
    )


def queue_growth(done: Sequence[Outcome]) -> str:
    """Whether those who came last waited much longer than those who came first: then less is done
    than is asked for, and the window ends before the objective does. "" where it is not so."""
    in_order = [one.latency_s for one in sorted(done, key=lambda one: one.due_at)]
    third = len(in_order) // 3
    if third < LEAST_TO_COMPARE:
        return ""
    first, last = median(in_order[:third]), median(in_order[-third:])
    if last <= GROWN * first + GROWN_S:
        return ""
    return f"the queue grew: {first:.2f} s at first, {last:.2f} s in the end"


def _percentile(values: list[float], name: str) -> float:
    if not values:
        return math.inf
    # Between two infinities there is no number.
    finite = [min(value, 1e9) for value in values]
    value = percentiles(finite)[name]
    return math.inf if value > 1e8 else value


class Judged(Protocol):
    """How the service did at one rate."""

    @property
    def met(self) -> bool: ...


S = TypeVar("S", bound=Judged)


def search(
    measure: Callable[[float], S],
    first_rate: float = 1.0,
    tolerance: float = 0.1,
    most_rate: float = 10_000.0,
) -> tuple[S | None, list[S]]:
    """The best step that met the objective, and all steps in the order they were taken.

    Args:
        measure: loads the service with a rate and judges it.
        tolerance: ends the search when the answer is known to this share.
    """
    steps: list[S] = []
    best: S | None = None
    low, high = 0.0, math.inf
    rate = first_rate
    while LEAST_RATE <= rate <= most_rate and not (low and high / low <= 1 + tolerance):
        step = measure(rate)
        steps.append(step)
        if step.met:
            best, low = step, rate
            rate = rate * 2 if math.isinf(high) else math.sqrt(low * high)
        else:
            high = rate
            rate = rate / 2 if not low else math.sqrt(low * high)
    return best, steps
