"""What is asked of the stages, and how fast they are."""

from __future__ import annotations

import pytest

from deployments.demand import Demand, Rate


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("deployments.demand.time.monotonic", lambda: now[0])
    return now


def test_a_piece_counts_while_it_is_waited_for_however_that_ends(clock: list[float]) -> None:
    demand = Demand()
    seen = []

    def wait() -> None:
        with demand.waiting("speech", 3.0):
            seen.extend([demand.waiting_s("speech"), demand.waiting_s("cloning")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        wait()
    assert seen == [3.0, 0.0]
    assert demand.waiting_s("speech") == 0.0


def test_what_came_is_forgotten_after_its_time(clock: list[float]) -> None:
    demand = Demand()
    for _ in range(60):
        demand.note("speech", 2.0)
        clock[0] += 1
    assert demand.arriving("speech", 60) == pytest.approx(2.0, rel=0.05)
    clock[0] += 30
    assert demand.arriving("speech", 60) == pytest.approx(1.0, rel=0.05)
    clock[0] += 31
    assert demand.arriving("speech", 60) == 0.0


def test_the_rate_is_that_of_full_batches_where_there_were_some() -> None:
    rate = Rate()
    assert rate.value is None
    for _ in range(10):
        rate.learn(0.5, 1.0)
    assert rate.value == pytest.approx(0.5)
    for _ in range(10):
        rate.learn(16.0, 2.0)
    assert rate.value == pytest.approx(8.0, rel=0.1)


def test_a_stage_that_became_slower_is_known_to_be() -> None:
    rate = Rate()
    for _ in range(20):
        rate.learn(16.0, 2.0)
    for _ in range(20):
        rate.learn(16.0, 8.0)
    assert rate.value == pytest.approx(2.0, rel=0.2)


def test_a_batch_of_nothing_says_nothing() -> None:
    rate = Rate()
    rate.learn(0.0, 1.0)
    rate.learn(1.0, 0.0)
    assert rate.value is None
