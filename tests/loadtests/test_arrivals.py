"""Arrivals come when they were drawn to come, whatever those before them are doing."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import gevent
import pytest
import scipy.stats

from loadtests.arrivals import PROFILES, Profile, constant, offer, ramp, spike


def draw(profile: Profile, seed: int = 1) -> list[float]:
    return list(profile.arrivals(random.Random(seed)))


@pytest.mark.parametrize("shape", PROFILES.values())
def test_as_many_arrive_as_the_rate_says(shape: Callable[[float, float], Profile]) -> None:
    profile = shape(20.0, 100.0)
    counts = [len(draw(profile, seed)) for seed in range(20)]
    expected = profile.expected()
    # The mean of twenty Poisson counts lies within four of its standard deviations.
    assert statistics.mean(counts) == pytest.approx(expected, abs=4 * (expected / 20) ** 0.5)
    assert statistics.variance(counts) == pytest.approx(expected, rel=1.5)  # Poisson, not a clock


@pytest.mark.parametrize("shape", PROFILES.values())
def test_arrivals_are_in_order_and_within_the_time(
    shape: Callable[[float, float], Profile],
) -> None:
    times = draw(shape(20.0, 50.0))
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= 50.0


def test_gaps_at_a_constant_rate_are_exponential() -> None:
    times = draw(constant(10.0, 500.0))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert scipy.stats.kstest(gaps, "expon", args=(0, 0.1)).pvalue > 0.001


def test_a_ramp_brings_three_quarters_in_its_second_half() -> None:
    times = draw(ramp(40.0, 200.0))
    assert sum(at > 100.0 for at in times) / len(times) == pytest.approx(0.75, abs=0.03)


def test_a_spike_is_four_times_what_surrounds_it() -> None:
    profile = spike(20.0, 100.0)
    assert profile.rate(50.0) == 4 * profile.rate(10.0) == 4 * profile.rate(90.0)


def test_nobody_waits_for_those_who_came_before() -> None:
    begun: list[float] = []
    ended: list[float] = []

    def visit(due: float) -> None:
        begun.append(due)
        gevent.sleep(30)
        ended.append(due)

    lateness = offer(iter([0.0, 0.01, 0.02, 0.03]), visit)
    assert len(begun) == len(lateness) == 4
    assert not ended


def test_a_generator_that_is_kept_busy_says_so() -> None:
    lateness = offer(iter([0.0, 0.001, 0.002]), lambda due: time.sleep(0.05))
    assert lateness[0] < lateness[1] < lateness[2]
    assert lateness[2] > 0.04
