"""Steps of a capacity search against a running service."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import gevent

from loadtests.arrivals import constant
from loadtests.capacity import LEAST_ARRIVALS, Objective, Step, judge
from loadtests.outcomes import Record
from loadtests.session import Session
from loadtests.stages import Snapshot
from loadtests.users import metrics_credentials

HOPELESS = 0.03  # this share of misses, with at least three, ends a step before its time
SETTLE_S = 1.0


@dataclass
class Meter:
    """Loads a service with one rate after another."""

    session: Session
    objective: Objective
    warm_up_s: float = 5.0
    seconds: float = 20.0
    on_step: Callable[[Step], None] = field(default=lambda step: None)

    def measure(self, rate: float) -> Step:
        """Warm up, measure what is due within `seconds`, wait until everyone has left."""
        session, warm_up_s = self.session, self.warm_up_s
        pieces = session.pieces_a_visit()
        # Few arrivals say little: stay longer, but not for ever.
        seconds = min(max(self.seconds, LEAST_ARRIVALS / rate), 3 * self.seconds)
        record = session.begin()
        began = time.monotonic()
        before: list[Snapshot] = []
        warm = gevent.spawn_later(warm_up_s, lambda: before.append(self.snapshot()))

        def hopeless() -> bool:
            since = began + warm_up_s
            return _misses(record, since, self.objective) > max(3, HOPELESS * rate * seconds)

        _, ended = session.load(constant(rate / pieces, warm_up_s + seconds), hopeless)
        after = self.snapshot()
        warm.join()
        session.join()
        part = record.between(began + warm_up_s, began + warm_up_s + seconds)
        loads = before[0].loads_until(after) if before else None
        step = judge(rate, part, max(1.0, ended - began - warm_up_s), self.objective, loads)
        self.on_step(step)
        gevent.sleep(SETTLE_S)
        return step

    def snapshot(self) -> Snapshot:
        """Empty where keys are in use and none is given for the metrics."""
        answer = self.session.get("/metrics", metrics_credentials())
        return Snapshot(answer.text if answer.status_code == HTTPStatus.OK and answer.text else "")


def _misses(record: Record, since: float, objective: Objective) -> int:
    """What cannot meet the objective any more, of what was due since a time."""
    limit = time.monotonic() - objective.p99_s
    ended = [one for one in record.outcomes if one.due_at >= since]
    bad = sum(one.end != "done" or one.latency_s > objective.p99_s for one in ended)
    overdue = sum(since <= due < limit for due in record.arrivals)
    return bad + max(0, overdue - sum(one.due_at < limit for one in ended))
