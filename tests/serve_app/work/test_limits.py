"""What an owner was told of its limit is told again for a moment, and no longer."""

from __future__ import annotations

import time

import pytest

from serve_app.errors import KeyConcurrencyExceeded, KeyRateExceeded
from serve_app.work import limits
from serve_app.work.limits import HELD_S, OwnerLimitError, ToldLimits

CONCURRENCY = KeyConcurrencyExceeded("3 of 3 jobs.", retry_after_s=9.0, limit=3, used=3)
RATE = KeyRateExceeded("Too many characters.", retry_after_s=0.4, limit=100, used=120)


class Later:
    def __init__(self, ahead_s: float) -> None:
        self._ahead_s = ahead_s

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead_s


@pytest.mark.parametrize("error", [CONCURRENCY, RATE])
def test_an_owner_is_told_the_same_again_and_others_are_not(error: OwnerLimitError) -> None:
    told = ToldLimits()
    told.tell("a", error)
    for _ in range(2):
        with pytest.raises(type(error)) as caught:
            told.check("a")
        assert caught.value.detail == error.detail
        assert caught.value.retry_after_s == error.retry_after_s
        assert caught.value.extensions == error.extensions
    told.check("b")


@pytest.mark.parametrize(("error", "held_s"), [(CONCURRENCY, HELD_S), (RATE, 0.4)])
def test_nobody_is_told_for_longer_than_the_answer_was_right(
    error: OwnerLimitError, held_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ToldLimits()
    told.tell("a", error)
    monkeypatch.setattr(limits, "time", Later(held_s))
    told.check("a")


def test_a_shorter_text_is_looked_up() -> None:
    told = ToldLimits()
    told.tell("a", RATE, from_chars=50)
    told.check("a", 49)
    told.check("a")  # whatever it has, before it is read
    with pytest.raises(KeyRateExceeded):
        told.check("a", 50)


def test_the_end_of_a_job_makes_room_at_once() -> None:
    told = ToldLimits()
    told.tell("a", CONCURRENCY)
    told.forget("a")
    told.check("a")
