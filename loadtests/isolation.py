"""Whether one key's flood makes another key wait: B's short texts alone, then beside A's floods."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gevent

from loadtests.arrivals import constant, offer
from loadtests.errors import ServiceError
from loadtests.floods import FLOODS, Asker, Flood, record_voice
from loadtests.outcomes import percentiles

TIMES = 1.5  # of B's own p99, and one batch more
FULL_S = 3.0  # for a flood to fill what it can before B is measured
ANSWER_LIMIT_S = 120.0


@dataclass
class Phase:
    """What B met with beside one flood, or alone."""

    name: str
    latencies_s: list[float] = field(default_factory=list)
    refused: int = 0  # or without an answer in time
    flood: dict[int, int] = field(default_factory=dict)  # how A was answered, by status

    @property
    def p99_s(self) -> float:
        return percentiles(self.latencies_s).get("p99", 0.0)

    def to_json(self) -> dict[str, Any]:
        return {
            "flood": self.name,
            "asked": len(self.latencies_s) + self.refused,
            "refused": self.refused,
            "latency_s": percentiles(self.latencies_s),
            "answers_to_the_flood": {str(status): count for status, count in self.flood.items()},
        }


class Isolation:
    """Two keys at one service."""

    def __init__(
        self, url: str, keys: Sequence[str], rate: float, seconds: float, seed: int = 0
    ) -> None:
        self._url = url
        self._a, self._b = keys
        self._profile = constant(rate, seconds)
        self._rng = random.Random(seed)  # noqa: S311  no secret
        self._numbers = itertools.count(1)
        self._recording = record_voice(Asker(url, self._a))
        for number in range(5):  # the first of a process are slow
            if Asker(url, self._b).speak(f"Warming up, {number}.")[0] != 200:
                raise ServiceError(f"{url} does not speak with the key of B")
        if not self._recording:
            raise ServiceError(f"{url} does not speak with the key of A")

    def alone(self) -> Phase:
        phase = Phase("none")
        self._measure(phase)
        return phase

    def beside(self, kind: str) -> Phase:
        """B while A floods the service with one kind of thing."""
        phase = Phase(kind)
        asker = Asker(self._url, self._a)
        flood = Flood(asker, self._recording)
        flood.begin(kind)
        gevent.sleep(FULL_S)
        self._measure(phase)
        phase.flood = dict(asker.statuses)
        flood.end()
        return phase

    def _measure(self, phase: Phase) -> None:
        asker = Asker(self._url, self._b)
        visits: list[Any] = []

        def ask(due: float) -> None:
            visits.append(gevent.getcurrent())
            status, _ = asker.speak(f"Train number {next(self._numbers)} is late.")
            if status == 200:
                phase.latencies_s.append(time.monotonic() - due)
            else:
                phase.refused += 1

        offer(self._profile.arrivals(self._rng), ask)
        gevent.joinall(visits, timeout=ANSWER_LIMIT_S)


def verdicts(alone: Phase, phases: Sequence[Phase], batch_s: float) -> list[tuple[str, bool]]:
    """What was promised, and whether it was kept."""
    limit_s = TIMES * alone.p99_s + batch_s
    kept = []
    for phase in phases:
        name = f"beside a flood of {phase.name}"
        within = bool(phase.latencies_s) and phase.p99_s <= limit_s
        kept.append((f"{name}: p99 {phase.p99_s:.3f} s, at most {limit_s:.3f} s", within))
        kept.append((f"{name}: B is never refused ({phase.refused})", phase.refused == 0))
    return kept


KINDS = tuple(FLOODS)
