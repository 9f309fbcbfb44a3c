"""Shoots at the processes of a service under load, one after another, and looks when it is back."""

from __future__ import annotations

import itertools
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

import gevent

from loadtests.arrivals import constant, offer
from loadtests.chaos_clients import Clients, Errand
from loadtests.exchange import Exchange
from loadtests.targets import Target
from loadtests.texts import Text
from loadtests.victims import HANG, Victim

STEADY_S = 3.0  # without a failed probe, and all is well
BACK_LIMIT_S = 240.0
WHOLE_LIMIT_S = BACK_LIMIT_S  # after what hung was let go
GONE_LIMIT_S = 20.0  # for a process of a kind to be there that can be shot
LOOK_PERIOD_S = 0.5
PROBE_PERIOD_S = 0.1
SPEAK_PERIOD_S = 1.0
SLOW_S, SLOW_SPEECH_S = 1.0, 4.0  # an answer that takes longer was waited for
PROBE_LIMIT_S = 5.0
SPEAK_LIMIT_S = 8.0

TOLD = ("kind", "node", "pid", "answered_s", "spoke_s", "replaced_s", "back")


@dataclass
class Kill:
    """One shot, and what came of it. Seconds count from the shot."""

    kind: str
    node: str
    pid: int
    at: float  # monotonic
    count: int = 1  # of its kind, on whichever node
    answered_s: float = 0.0  # until the ingress answered, and went on to
    spoke_s: float = 0.0  # until speech was made again
    replaced_s: float | None = None  # until there was another process of its kind
    back: bool = True  # within BACK_LIMIT_S, and each node within WHOLE_LIMIT_S
    saw: Counter[str] = field(default_factory=Counter)  # clients, until the next one

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in TOLD} | {"saw": dict(self.saw)}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Kill:
        """Of another run; when it was, nobody knows."""
        return cls(**{name: told[name] for name in TOLD}, at=math.nan, saw=Counter(told["saw"]))


class Probe:
    """Asks one thing over and over, and remembers which times it had the right answer."""

    def __init__(self, ask: Callable[[], bool], period_s: float, slow_s: float) -> None:
        self._ask, self._period_s, self._slow_s = ask, period_s, slow_s
        self.results: list[tuple[float, float, bool]] = []  # asked, answered, rightly
        self._done = False
        self._greenlet = gevent.spawn(self._repeat)

    def stop(self) -> None:
        """After the answer that it waits for: what was asked for is not left to nobody."""
        self._done = True
        self._greenlet.join()

    def _repeat(self) -> None:
        while not self._done:
            asked = time.monotonic()
            rightly = self._ask()
            self.results.append((asked, time.monotonic(), rightly))
            gevent.sleep(max(0.0, asked + self._period_s - time.monotonic()))

    def away_s(self, since: float) -> float:
        """From then until it was right, and without a wait, for good, as far as is known."""
        later = [one for one in self.results if one[0] >= since]
        missed = [
            at for at, one in enumerate(later) if not one[2] or one[1] - one[0] > self._slow_s
        ]
        # A wait that ends with the right answer ends the time without one.
        ends = later[missed[-1] :] if missed else later
        return next((one[1] for one in ends if one[2]), time.monotonic()) - since

    def steady(self, since: float) -> bool:
        """Right and quick for the last STEADY_S."""
        begin = time.monotonic() - STEADY_S
        recent = [one for one in self.results if one[1] >= begin]
        quick = all(
            rightly and answered - asked < self._slow_s for asked, answered, rightly in recent
        )
        return begin >= since and bool(recent) and quick


class Chaos:
    """One run.

    Args:
        rate: arrivals of clients a second.
        on_kill: told of each, once the service is back.
    """

    def __init__(
        self,
        clients: Clients,
        target: Target,
        rate: float,
        on_kill: Callable[[Kill], None] = lambda kill: None,
    ) -> None:
        self.clients = clients
        self.kills: list[Kill] = []
        self.arrivals = 0
        self.lateness: list[float] = []
        self._target, self._rate, self._on_kill = target, rate, on_kill
        self._shot: Counter[tuple[str, str]] = Counter()  # kinds on nodes
        self._done = False
        self._visits: list[Any] = []
        self._numbers = itertools.count(1)

    def run(
        self, kinds: Sequence[str], kills: int, rng: random.Random, limit_s: float = math.inf
    ) -> None:
        """Shoot `kills` times, each kind in turn, while clients come; then wait for the last.

        Args:
            limit_s: nothing more is shot after this.
        """
        until = time.monotonic() + limit_s
        self._answers = Probe(self._ask, PROBE_PERIOD_S, SLOW_S)
        self._speaks = Probe(self._speak, SPEAK_PERIOD_S, SLOW_SPEECH_S)
        street = gevent.spawn(self._let_arrive, random.Random(rng.random()))  # noqa: S311
        gevent.sleep(STEADY_S)
        for kind in itertools.islice(_turns(kinds, rng), kills):
            if time.monotonic() > until:
                break
            kill = self._shoot(kind, rng)
            if kill is None:
                self.clients.faults.append(f"there was no {kind} to shoot")
                continue
            self._wait_until_back(kill)
            self._on_kill(kill)
        self._done = True
        street.join()
        self._answers.stop()
        self._speaks.stop()
        gevent.joinall(self._visits + self.clients.followers, timeout=BACK_LIMIT_S)

    def _shoot(self, kind: str, rng: random.Random) -> Kill | None:
        deadline = time.monotonic() + GONE_LIMIT_S
        while not (there := self._target.find(kind)):
            if time.monotonic() > deadline:
                return None
            gevent.sleep(LOOK_PERIOD_S)
        victim = self._choose(kind, there, rng)
        kill = Kill(kind, victim.node, victim.pid, time.monotonic(), len(there))
        self.kills.append(kill)
        self._target.strike(kind, victim)
        return kill

    def _choose(self, kind: str, there: Sequence[Victim], rng: random.Random) -> Victim:
        """One on the node where the fewest of this kind were shot."""
        fewest = min(self._shot[kind, one.node] for one in there)
        victim = rng.choice([one for one in there if self._shot[kind, one.node] == fewest])
        self._shot[kind, victim.node] += 1
        return victim

    def _wait_until_back(self, kill: Kill) -> None:
        patience_s = self._target.patience_s(kill.kind)
        while time.monotonic() < kill.at + BACK_LIMIT_S:
            gevent.sleep(LOOK_PERIOD_S)
            self._target.tend()
            passed = time.monotonic() - kill.at
            if kill.replaced_s is None and self._is_replaced(kill):
                kill.replaced_s = passed
            # What comes in its place, or an outage's end, may upset as much as its death did.
            since = kill.at + (kill.replaced_s or 0.0)
            steady = self._answers.steady(since) and self._speaks.steady(since)
            settled = kill.replaced_s is not None or passed > patience_s
            # What hangs and is not replaced keeps its node from being whole until it is let go.
            if steady and settled and (kill.kind.startswith(HANG) or self._target.is_whole()):
                break
        else:
            kill.back = False
        kill.answered_s = self._answers.away_s(kill.at)
        kill.spoke_s = self._speaks.away_s(kill.at)
        if kill.kind.startswith(HANG):
            self._target.let_go(kill.kind, _victim_of(kill))
            gevent.sleep(STEADY_S)  # it hears only now that it was given up
        deadline = time.monotonic() + WHOLE_LIMIT_S
        while not (whole := self._target.is_whole()) and time.monotonic() < deadline:
            gevent.sleep(LOOK_PERIOD_S)
        kill.back = kill.back and whole
        kill.saw = Counter(one.what for one in self.clients.sights if one.at >= kill.at)

    def _is_replaced(self, kill: Kill) -> bool:
        now = [one.pid for one in self._target.find(kill.kind)]
        return kill.pid not in now and len(now) >= kill.count

    def _let_arrive(self, rng: random.Random) -> None:
        self.clients.rng = rng

        def arrive(due: float) -> None:
            self.arrivals += 1
            self._visits.append(gevent.getcurrent())
            self.clients.arrive(due)

        endless = constant(self._rate, 10.0**6).arrivals(rng)
        self.lateness = offer(endless, arrive, lambda: self._done)

    def _ask(self) -> bool:
        """Whether the ingress answers."""
        try:
            with Exchange(self.clients.url, "GET", "/healthz", timeout_s=PROBE_LIMIT_S) as answer:
                answer.read()
                return answer.status == 200
        except (OSError, HTTPException):
            return False

    def _speak(self) -> bool:
        """Whether it clones, by which all stages work, within a short time. Its job counts as any
        other does."""
        number = next(self._numbers)
        errand = Errand("clone", Text(f"Probe {number}.", "EN"), key=f"probe {number}")
        return self.clients.try_once(errand, SPEAK_LIMIT_S)


def _victim_of(kill: Kill) -> Victim:
    return Victim(kill.node, kill.kind.removeprefix(HANG), kill.pid)


def _turns(kinds: Sequence[str], rng: random.Random) -> Iterator[str]:
    """Every kind once, in a drawn order, and again."""
    while True:
        yield from rng.sample(kinds, len(kinds))
