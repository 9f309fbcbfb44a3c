"""Streams under which a process is killed: whether each ends with the bytes of one that was not.

The texts and seeds are the same for every kill, so that what an undisturbed run gave is known.
"""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import gevent

from loadtests.chaos_clients import Clients, Errand
from loadtests.errors import ServiceError
from loadtests.targets import ServiceTarget
from loadtests.texts import Text, draw_text

ROUND_LIMIT_S = 400.0  # longer than a client comes back for
BEGUN_LIMIT_S = 60.0
FOUND_LIMIT_S = 60.0  # for what the last kill took to be there again
HEARD_S = 0.5  # after all were accepted: some bytes of some have come
LOOK_PERIOD_S = 0.1


@dataclass
class Round:
    """What came of all streams of one kill.

    Args:
        kind: of the process; empty for the undisturbed run.
        open: streams that had begun and not ended at the kill.
        same: streams that ended with the bytes of the undisturbed run.
    """

    kind: str
    streams: int
    open: int = 0
    same: int = 0
    seconds: float = 0.0
    saw: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not self.faults and self.same == self.streams

    def to_json(self) -> dict[str, Any]:
        names = ("kind", "streams", "open", "same", "seconds", "faults")
        return {name: getattr(self, name) for name in names} | {"saw": dict(self.saw)}


class Survival:
    """Rounds of the same streams, half of them clones.

    Args:
        voice_id: of the clones.
        seconds: of speech in each text, roughly.
    """

    def __init__(
        self,
        url: str,
        voice_id: str,
        target: ServiceTarget,
        streams: int,
        seconds: float,
        seed: int,
    ) -> None:
        self._url, self._voice_id, self._target = url, voice_id, target
        self._rng = random.Random(seed)  # noqa: S311  no secret
        self._texts: Sequence[Text] = [draw_text(self._rng, seconds) for _ in range(streams)]
        self._expected: list[str] = []  # SHA-256 of each text's file

    def undisturbed(self) -> Round:
        """Raises ServiceError where not even this ends well."""
        errands, done = self._play("")
        if done.faults:
            raise ServiceError(f"undisturbed: {done.faults[0]}")
        self._expected = [one.sha256 for one in errands]
        done.same = len(errands)
        return done

    def shoot(self, kind: str) -> Round:
        """All streams, and one process of a kind killed while they play."""
        errands, done = self._play(kind)
        for number, (errand, expected) in enumerate(zip(errands, self._expected, strict=True)):
            if errand.sha256 == expected:
                done.same += 1
            elif errand.sha256:
                done.faults.append(f"stream {number} ({errand.audio_id}) has other bytes")
        return done

    def _play(self, kind: str) -> tuple[list[Errand], Round]:
        """All streams to their ends, under a kill where a kind is named."""
        clients = Clients(self._url, self._voice_id, self._rng)
        errands = [self._errand(number) for number in range(len(self._texts))]
        done = Round(kind, len(errands))
        began = time.monotonic()
        playing = [gevent.spawn(clients.run, errand) for errand in errands]
        if kind:
            _wait(BEGUN_LIMIT_S, lambda: all(one.audio_id for one in errands))
            gevent.sleep(HEARD_S)
            done.open = sum(not one.ready() for one in playing)
            self._strike(kind)
        deadline = began + ROUND_LIMIT_S
        while not all(one.ready() for one in playing) and time.monotonic() < deadline:
            self._target.tend()
            gevent.sleep(LOOK_PERIOD_S)
        done.seconds = time.monotonic() - began
        hanging = [number for number, one in enumerate(playing) if not one.ready()]
        gevent.killall(playing)
        done.faults = [*clients.faults, *(f"stream {number} hangs" for number in hanging)]
        done.saw = Counter(sight.what for sight in clients.sights)
        return errands, done

    def _errand(self, number: int) -> Errand:
        """With a key: a client that does not know whether it was heard may ask again."""
        kind = "clone" if number % 2 else "tts"
        return Errand(kind, self._texts[number], uuid.uuid4().hex, stream=True, seed=number)

    def _strike(self, kind: str) -> None:
        _wait(FOUND_LIMIT_S, lambda: bool(self._target.find(kind)))
        victims = self._target.find(kind)
        if not victims:
            raise ServiceError(f"there is no {kind} to be shot")
        self._target.strike(kind, self._rng.choice(victims))


def _wait(limit_s: float, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + limit_s
    while not done() and time.monotonic() < deadline:
        gevent.sleep(LOOK_PERIOD_S)
