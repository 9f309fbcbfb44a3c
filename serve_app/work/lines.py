"""The two paths through the stages: what waits on each, how fast it goes, what is asked of it.

Waiting is bounded in seconds, not in seconds of audio: what a GPU does in a second keeps a CPU busy
for minutes. A burst may fill the queue up to `max_queue_wait_s`. When more is asked for than can be
done, and goes on being asked for, a long queue only makes every client wait longer for the same
throughput: then the queue is held at `overload_queue_wait_s` (CoDel's distinction between a good
and a standing queue: Nichols and Jacobson, "Controlling Queue Delay", 2012).

The stages are shared by owner, so the wait that counts is the asker's: of another's backlog no more
stands before it than it has queued itself. Who floods the line is refused, and nobody else.
"""

from __future__ import annotations

import math
import random
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from config.settings import JobSettings
from serve_app.errors import QueueFull
from serve_app.store.values import JobKind

WINDOW_S = 10.0  # over which throughput and demand are measured
# Seconds of audio a second, until measured. Too high a guess lets a long queue in once; too low a
# guess turns clients away for nothing.
FIRST_RATE = 20.0
# Jobs share the stages fairly, so that nobody waits for more of a book than for a page.
FAIR_COST_S = 60.0
WEIGHT = 0.2  # of a new measurement of the throughput
FIRST_LOOK_S = 3.0  # of a burst: then it is measured by itself, for want of a whole window
FIRST_WEIGHT = 0.3  # of such a measurement
BUSY_S = 2.0  # of queued work: below it, the throughput is what was asked for, not what can be done
STANDING_S = 15.0  # a queue that was never short for so long is no burst any more
OVERLOAD = 1.5  # times as much asked for as can be done
FIRST_COST_S = 5.0  # of a job, until some were seen
# Clients that are turned away come back spread over up to this, so that they neither meet at the
# same instant nor stay away long after the load has gone.
SPREAD_S = 3.0
# Whoever refuses in a line's place goes on for this long: then there is room for some, not for one.
MARGIN_S = 0.5
AT_ONCE_S = 0.1  # of work is decided on at once

LINE_OF: dict[JobKind, str] = {"tts": "speech", "clone": "cloning", "clone_quick": "cloning"}
"""Which path through the stages a kind of job takes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a crowded line stands, for who refuses in its place."""

    shut_s: float  # seconds for which it will refuse; 0 where there is a little room
    wait_s: float  # of what is queued already
    retry_s: float  # until a refused client should ask again
    spread_s: float  # besides, chosen at random for each
    at_once: int  # requests to decide on at the same time


def queue_full(standing: Standing) -> QueueFull:
    """The refusal; each client is told another time."""
    retry_after_s = standing.retry_s + random.uniform(0, standing.spread_s)  # noqa: S311  no secret
    return QueueFull(
        f"The work that is queued already takes about {standing.wait_s:.0f} s. "
        f"Try again in {math.ceil(retry_after_s)} s.",
        retry_after_s=retry_after_s,
    )


class _Account:
    """What one owner has on a line, and what it asks of it."""

    def __init__(self, now: float) -> None:
        self.outstanding_s = 0.0  # seconds of audio accepted and not finished
        self.short_at = now  # when its wait was last a short one
        self.overloaded = False
        self.refused: deque[float] = deque()  # when
        self.asked_s = 0.0
        self._asked: deque[tuple[float, float]] = deque()  # when, and what it costs

    @property
    def is_idle(self) -> bool:
        return not (self.outstanding_s or self._asked or self.refused)

    def ask(self, now: float, cost: float) -> None:
        self._asked.append((now, cost))
        self.asked_s += cost
        self.outstanding_s += cost

    def forget(self, until: float) -> None:
        while self._asked and self._asked[0][0] < until:
            self.asked_s -= self._asked.popleft()[1]
        while self.refused and self.refused[0] < until:
            self.refused.popleft()


class Line:
    """One path through the stages: what waits on it, how fast it goes, what is asked of it, each by
    owner ("" where no keys are in use).

    The work and the throughput are those of all replicas, out of the records; the demand is what
    this replica hears.
    """

    def __init__(self, settings: JobSettings) -> None:
        self._settings = settings
        self.rate = FIRST_RATE  # seconds of audio a second
        self._idle_at = time.monotonic()  # when there was last too little to do to be measured by
        self._done_before_s = 0.0  # within the window that ended then
        self._usual_cost = FIRST_COST_S
        self._accounts: dict[str, _Account] = {}

    @property
    def outstanding_s(self) -> float:
        """Seconds of audio accepted and not finished."""
        return sum(account.outstanding_s for account in self._accounts.values())

    @property
    def wait_s(self) -> float:
        """Seconds until all that is outstanding now will be done."""
        return self.outstanding_s / self.rate

    def wait_of(self, owner: str) -> float:
        """Seconds until what an owner has outstanding will be done: meanwhile each of the others
        gets as much as it, or all that it asks for."""
        own_s = self._account(owner).outstanding_s
        # Who has nothing outstanding asks for a job now.
        share_s = max(own_s, self._usual_cost)
        others_s = (
            min(account.outstanding_s, share_s)
            for name, account in self._accounts.items()
            if name != owner
        )
        return (own_s + sum(others_s)) / self.rate

    def update(
        self, outstanding_s: Mapping[str, float], done_s: float, halted: bool = False
    ) -> None:
        """Take up what the records say: what is outstanding, by owner, and that `done_s` were done
        within the last `WINDOW_S`.

        Args:
            halted: a stage is being started because something was asked of it: that nothing is done
                meanwhile says nothing of how fast it goes.
        """
        now = time.monotonic()
        for account in self._accounts.values():
            account.outstanding_s = 0.0
        for owner, owner_s in outstanding_s.items():
            self._account(owner).outstanding_s = owner_s
        if not halted:
            self._learn(done_s, now - self._idle_at)
        self.rate = max(self.rate, 0.01)
        if halted or self.wait_s < BUSY_S:
            self._idle_at, self._done_before_s = now, done_s
        for owner in list(self._accounts):
            self._look(owner, now)
            if self._accounts[owner].is_idle:
                del self._accounts[owner]

    def _learn(self, done_s: float, busy_s: float) -> None:
        """Take up the throughput that shows in what was done within the last `WINDOW_S`, of which
        there was enough to do for `busy_s`."""
        if busy_s > WINDOW_S:
            # The first results take their time: until then there is nothing to learn.
            if done_s or busy_s > 2 * WINDOW_S:
                self.rate += WEIGHT * (done_s / WINDOW_S - self.rate)
        elif done_s and busy_s >= FIRST_LOOK_S:
            before_s = self._done_before_s * (1 - busy_s / WINDOW_S)  # of it, still in the window
            measured = max(0.0, done_s - before_s) / busy_s
            if measured > self.rate:
                self.rate = measured
            elif measured and busy_s >= WINDOW_S / 2:
                # Before, too little may only mean that the first results are not there yet.
                self.rate += FIRST_WEIGHT * (measured - self.rate)
        else:  # there was not always work: the rate can be no lower than this, but higher
            self.rate = max(self.rate, done_s / WINDOW_S)

    def admit(self, cost: float, owner: str = "") -> None:
        """Take `cost` seconds of audio on.

        Raises:
            QueueFull: with the time until there will be room.
        """
        self.check(owner)
        fair_cost = min(cost, FAIR_COST_S)
        self._usual_cost += WEIGHT * (fair_cost - self._usual_cost)
        self._account(owner).ask(time.monotonic(), fair_cost)

    def settle(self, cost: float, owner: str = "") -> None:
        """Work that was admitted is done; its last pieces may be counted off already."""
        account = self._account(owner)
        account.outstanding_s = max(0.0, account.outstanding_s - min(cost, FAIR_COST_S))

    def check(self, owner: str = "") -> None:
        """Raise QueueFull where there is no room, whatever the size of the work."""
        excess_s = self._excess_s(owner)
        if excess_s > 0:
            self.count_refused(1, owner)
            raise queue_full(self._standing(owner, excess_s))

    def count_refused(self, count: int, owner: str = "") -> None:
        self._account(owner).refused.extend([time.monotonic()] * count)

    @property
    def refused_s(self) -> float:
        """Seconds of audio that were refused within the last `WINDOW_S`, about."""
        since = time.monotonic() - WINDOW_S
        refused = sum(
            sum(at >= since for at in account.refused) for account in self._accounts.values()
        )
        return refused * self._usual_cost

    def standing(self, owner: str = "") -> Standing | None:
        """None where there is room."""
        excess_s = self._excess_s(owner)
        crowded = self._account(owner).refused and excess_s > -MARGIN_S
        return self._standing(owner, excess_s) if crowded else None

    def limit_s(self, owner: str = "") -> float:
        """Seconds of waiting that are accepted now."""
        settings = self._settings
        if self._account(owner).overloaded:
            return min(settings.max_queue_wait_s, settings.overload_queue_wait_s)
        return settings.max_queue_wait_s

    def _account(self, owner: str) -> _Account:
        account = self._accounts.get(owner)
        if account is None:
            account = self._accounts[owner] = _Account(time.monotonic())
        return account

    def _excess_s(self, owner: str) -> float:
        """How much too long the wait is."""
        self._look(owner, time.monotonic())
        return self.wait_of(owner) - self.limit_s(owner)

    def _standing(self, owner: str, excess_s: float) -> Standing:
        # Who was told minutes by a machine that was slow for a moment would stay away for nothing.
        told_s = min(max(0.0, excess_s), self._settings.max_queue_wait_s)
        return Standing(
            shut_s=excess_s + MARGIN_S if excess_s > 0 else 0.0,
            wait_s=self.wait_of(owner),
            retry_s=1.0 + told_s,
            # As long as the refused would take, had they been accepted.
            spread_s=min(self._refused_s(owner) / self.rate, SPREAD_S),
            at_once=max(1, round(AT_ONCE_S * self.rate / self._usual_cost)),
        )

    def _refused_s(self, owner: str) -> float:
        """Seconds of audio refused of late: turned away unread, each counts as the usual."""
        return len(self._account(owner).refused) * self._usual_cost

    def _look(self, owner: str, now: float) -> None:
        """Forget what was long ago, and see whether the owner asks for more than can be done."""
        account = self._account(owner)
        account.forget(now - WINDOW_S)
        wait_s = self.wait_of(owner)
        if wait_s < self._settings.overload_queue_wait_s:
            account.short_at = now
        demand = (account.asked_s + self._refused_s(owner)) / WINDOW_S
        # What its backlog waits for at its share of the stages.
        share = account.outstanding_s / wait_s if account.outstanding_s else self.rate
        # It ends with the demand, not with the long queue, which would only grow long again.
        account.overloaded = demand > OVERLOAD * share and (
            account.overloaded or now - account.short_at > STANDING_S
        )
