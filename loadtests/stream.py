"""Listeners that come at a given rate and hear audio while it is made, or wait for the whole."""

from __future__ import annotations

import itertools
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

import gevent

from loadtests.arrivals import constant, offer
from loadtests.capacity import LEAST_ARRIVALS
from loadtests.errors import ServiceError
from loadtests.exchange import Exchange
from loadtests.heard import End, Heard, StreamObjective, StreamStep, WavStream
from loadtests.texts import SHARES, Text, draw_text
from loadtests.users import BUSY

JOIN_LIMIT_S = 300.0  # for the last to end
WARM_UP = 4  # the first of a process are slow
READ_BYTES = 2**16


@dataclass
class Streaming:
    """Loads one service with listeners.

    Args:
        voice_id: of clones; a base speaker where it is empty.
        languages: of the texts; all where it is empty.
        on_step: told of each step.
    """

    url: str
    voice_id: str = ""
    languages: Sequence[str] = ()
    seconds: float = 30.0
    seed: int = 0
    objective: StreamObjective = field(default_factory=StreamObjective)
    on_step: Callable[[StreamStep], None] = field(default=lambda step: None)

    def warm_up(self) -> None:
        """Raises ServiceError where the service lets nothing be heard."""
        texts = self._texts()
        for _ in range(WARM_UP):
            heard = self.listen(time.monotonic(), next(texts))
            if heard.end != "complete":
                raise ServiceError(f"{self.url} streams no audio ({heard.end})")

    def measure(self, rate: float, *, whole: bool = False) -> StreamStep:
        """One rate, with the same arrivals and texts each time."""
        # Few arrivals say little: stay longer, but not for ever.
        seconds = min(max(self.seconds, LEAST_ARRIVALS / rate), 3 * self.seconds)
        step = StreamStep(rate, seconds, whole, objective=self.objective)
        texts = self._texts()
        visits: list[Any] = []

        def arrive(due: float) -> None:
            step.asked += 1
            visits.append(gevent.getcurrent())
            step.heard.append((self.wait if whole else self.listen)(due, next(texts)))

        arrivals = constant(rate, seconds).arrivals(random.Random(self.seed))  # noqa: S311
        step.lateness = offer(arrivals, arrive)
        gevent.joinall(visits, timeout=JOIN_LIMIT_S)
        self.on_step(step)
        return step

    def listen(self, due: float, text: Text) -> Heard:
        """Hear a text while it is made."""
        return self._hear(due, "POST", self._path, self._body(text, stream=True))

    def wait(self, due: float, text: Text) -> Heard:
        """Have a text made, wait until it is, and hear it then."""
        try:
            with self._exchange("POST", self._path, self._body(text, stream=False)) as answer:
                state = json.loads(answer.read())
                if answer.status not in (200, 202):
                    return Heard(_end_of(answer.status), time.monotonic() - due)
        except (OSError, HTTPException, ValueError):
            return Heard("failed", time.monotonic() - due)
        return self._hear(due, "GET", f"/audio/{state['audio_id']}?wait=120")

    @property
    def _path(self) -> str:
        return "/clone" if self.voice_id else "/tts"

    def _body(self, text: Text, *, stream: bool) -> dict[str, object]:
        body = {"text": text.text, "language": text.language, "format": "wav", "stream": stream}
        return body | ({"voice_id": self.voice_id} if self.voice_id else {})

    def _hear(
        self, due: float, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Heard:
        stream = WavStream()
        end: End = "failed"
        try:
            with self._exchange(method, path, body) as answer:
                if answer.status != 200:
                    return Heard(_end_of(answer.status), time.monotonic() - due)
                end = "cut"
                while data := answer.read1(READ_BYTES):
                    stream.receive(time.monotonic(), data)
                end = "complete"
                audio_id = answer.headers["X-Audio-Id"] or path[len("/audio/") :].split("?")[0]
        except (OSError, HTTPException, ValueError):
            return Heard.of(due, end, time.monotonic(), stream)
        heard = Heard.of(due, end, time.monotonic(), stream)
        self._delete(audio_id)
        return heard

    def _exchange(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> Exchange:
        return Exchange(self.url, method, path, body, {"Prefer": "wait=120"})

    def _delete(self, audio_id: str) -> None:
        """What was heard is not kept. One that stays is no matter of the measurement."""
        try:
            with self._exchange("DELETE", f"/audio/{audio_id}") as answer:
                answer.read()
        except (OSError, HTTPException):
            return

    def _texts(self) -> itertools.chain[Text]:
        rng = random.Random(self.seed)  # noqa: S311  no secret
        wanted = set(self.languages or SHARES)
        drawn = (draw_text(rng) for _ in itertools.count())
        return itertools.chain(text for text in drawn if text.language in wanted)


def _end_of(status: int) -> End:
    return "refused" if status in BUSY else "failed"
