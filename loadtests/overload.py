"""What happens beyond the capacity: once, twice and ten times the rate, with clients that retry."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import gevent

from loadtests.arrivals import constant
from loadtests.outcomes import Record
from loadtests.session import Session
from loadtests.users import GaveUp, PhonexUser, Retrier

WARM_SHARE = 0.25  # of a phase, before goodput is measured
REJECTION_LIMIT_MS, GOODPUT_SHARE, RECOVERY_LIMIT_S = 50.0, 0.9, 10.0


@dataclass(frozen=True, slots=True)
class Phase:
    """How the service did at a multiple of its capacity."""

    times: float
    rate: float  # asked for, pieces of audio a second
    goodput: float  # pieces finished a second
    audio: float  # seconds of audio finished a second
    recovery_s: float  # from the load's end until all retrying clients had their audio
    record: Record
    seconds: float

    def to_json(self) -> dict[str, Any]:
        names = ("times", "rate", "goodput", "audio", "recovery_s")
        figures = {name: getattr(self, name) for name in names}
        return figures | self.record.to_json(self.seconds)


class Overload:
    """Runs the phases one after another against one service."""

    def __init__(self, session: Session, capacity: float, seconds: float) -> None:
        self._session = session
        self._capacity = capacity
        self._seconds = seconds

    def run(self, times: float) -> Phase:
        """One phase: a flood that does not come back, and a few clients that do."""
        session, rate = self._session, self._capacity * times
        record = session.begin()
        ends: list[float] = []
        stop_at = time.monotonic() + self._seconds
        retriers = [
            session.spawn(lambda: self._insist(stop_at, ends))
            for _ in range(max(2, math.ceil(self._capacity)))
        ]
        profile = constant(rate / session.pieces_a_visit(), self._seconds)
        began, ended = session.load(profile)
        gevent.joinall(retriers)
        recovery_s = max([0.0, *(at - ended for at in ends)])
        session.join()
        since = began + WARM_SHARE * self._seconds
        goodput, audio = record.completed_per_s(since, ended)
        return Phase(times, rate, goodput, audio, recovery_s, record, self._seconds)

    def _insist(self, stop_at: float, ends: list[float]) -> None:
        """One client after another, each of which retries until it has its audio."""
        user: PhonexUser = self._session.new_user(Retrier)
        gevent.sleep(self._session.world.rng.uniform(0, 2))
        while time.monotonic() < stop_at:
            try:
                user.visit(time.monotonic())
            except GaveUp:
                return  # recorded as a fault where it happened
            ends.append(time.monotonic())
            gevent.sleep(0.5)


def verdicts(phases: list[Phase]) -> list[tuple[str, bool]]:
    """What was promised, and whether it was kept."""
    peak = max(phase.audio for phase in phases)
    kept = []
    for phase in phases:
        name = f"{phase.times:g} times the capacity"
        summary = phase.record.summary(phase.seconds)
        kept.append((f"{name}: nothing lost", summary["ledger"]["lost"] == 0))
        kept.append((f"{name}: all audio is right", summary["faults"] == 0))
        if phase.times <= 1:
            continue
        share = phase.audio / peak
        kept.append((f"{name}: goodput {share:.0%} of the peak", share >= GOODPUT_SHARE))
        if phase.record.refusals:
            slow = summary["rejection_ms"]["p99"]
            kept.append((f"{name}: rejections in {slow:.0f} ms (p99)", slow < REJECTION_LIMIT_MS))
            told = summary["retry_after_missing"] == 0
            kept.append((f"{name}: all rejections say when to come back", told))
        kept.append(
            (
                f"{name}: retrying clients served {phase.recovery_s:.1f} s after the load's end",
                phase.recovery_s <= RECOVERY_LIMIT_S,
            )
        )
    return kept
