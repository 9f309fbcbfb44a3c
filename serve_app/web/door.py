"""The door: what one of Ray Serve's proxies knows of the lines, and whom it refuses by that.

`shedding.py` says how it comes to know. Where keys are in use a line is full for one owner and not
for another. The proxy knows no owners: what an answer says holds for the credentials it was asked
with, and for no others.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from serve_app.errors import KeyBodiesExceeded
from serve_app.web.prefix import route_path
from serve_app.web.shedding import (
    GATED,
    HOLDS_FOR_HEADER,
    LIMIT_HEADER,
    QUEUE_FULL,
    STANDING_HEADER,
    gated_route,
)
from serve_app.work.limits import Told
from serve_app.work.lines import LINE_OF, Standing, queue_full

BELIEVED_S = 1.0  # without another word from the ingress
CAREFUL_S = 2.0  # after the last word of a crowd
DECIDED_S = 0.25  # the ingress has accepted or refused by then
KEY_S = 10.0  # an idempotency key that was refused is taken for new work
MOST_KEYS = 100_000  # remembered
MOST_ASKERS = 10_000  # remembered
MOST_ARRIVING = 256  # bodies on their way with the same credentials

CREDENTIALS = ("authorization", "x-api-key", "xi-api-key")
BODY_METHODS = ("POST", "PUT", "PATCH")
EVERYONE = 0  # who asks, where no keys are in use


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the door looks at of a request; read once, because several looks follow."""

    path: str
    route: str  # that asks for a job, as the metrics name it; "" where it asks for none
    line: str | None  # that the job it asks for would wait on, where it asks for one
    credentials: int  # known by no more than a number
    repeat: int | None  # whose idempotency key it carries, where it asks for a job
    has_body: bool

    @classmethod
    def of(cls, scope: Scope) -> Visitor:
        headers = Headers(raw=list(scope["headers"]))
        path, method = route_path(scope), scope["method"]
        shown = tuple(tuple(headers.getlist(name)) for name in CREDENTIALS)
        route = (gated_route(path) if method == "POST" else None) or ""
        line = LINE_OF[GATED[route]] if route else None
        key = headers.get("idempotency-key") if line else None
        return cls(
            path=path,
            route=route,
            line=line,
            credentials=hash(shown) if any(shown) else EVERYONE,
            repeat=None if key is None else hash((path, key, shown)),
            has_body=method in BODY_METHODS,
        )


@dataclass(slots=True)
class _Line:
    standing: Standing
    shut_until: float
    careful_until: float
    asked: list[float] = field(default_factory=list)  # when, of what is not answered yet

    def is_shut(self, now: float) -> bool:
        if now < self.shut_until:
            return True
        # An answer that takes longer waits for its audio: it was accepted.
        undecided = sum(now - at < DECIDED_S for at in self.asked)
        return now < self.careful_until and undecided >= self.standing.at_once


@dataclass(slots=True)
class _Asker:
    """What one proxy knows of the lines as they stand for one client's credentials."""

    lines: dict[str, _Line] = field(default_factory=dict)
    told: Told | None = None  # of a limit of its own
    told_until: float = 0.0
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)  # route, problem; unreported
    arriving: int = 0  # requests whose bodies are on their way

    def hear(self, said: Mapping[str, Standing], told: Told | None, now: float) -> None:
        self.told = told
        self.told_until = now + min(told.held_s, BELIEVED_S) if told else now
        for name in set(self.lines) - set(said):
            self.lines[name].shut_until = self.lines[name].careful_until = now
        for name, standing in said.items():
            line = self.lines.setdefault(name, _Line(standing, now, now))
            line.standing = standing
            line.careful_until = now + CAREFUL_S
            if standing.shut_s > 0:  # else it is as shut as it was
                line.shut_until = now + min(standing.shut_s, BELIEVED_S)


class Door:
    """What one proxy knows of the lines."""

    def __init__(self) -> None:
        self._askers: OrderedDict[int, _Asker] = OrderedDict()  # the latest last
        self._refused_keys: OrderedDict[int, float] = OrderedDict()  # until when

    def hear(self, visitor: Visitor, answer: Headers) -> None:
        """Take up what an answer of the ingress says, or that it says nothing: there is room."""
        holds_for = answer.get(HOLDS_FOR_HEADER)
        try:
            standing = json.loads(answer.get(STANDING_HEADER, "{}"))
            said = {name: Standing(**values) for name, values in standing.items()}
            limit = answer.get(LIMIT_HEADER)
            told = Told(**json.loads(limit)) if limit else None
        except (ValueError, TypeError, AttributeError):
            return  # of another version: while one replaces the other, the ingress refuses itself
        if holds_for == "nobody":
            return
        if holds_for == "asker":
            self._askers.pop(EVERYONE, None)  # keys are in use by now
        asker = visitor.credentials if holds_for == "asker" else EVERYONE
        if said or told or asker in self._askers:
            self._know(asker).hear(said, told, time.monotonic())

    def check(self, visitor: Visitor) -> None:
        """Refuse what the ingress would refuse.

        Raises:
            QueueFull
            KeyConcurrencyExceeded, KeyRateExceeded: as this client was told a moment ago.
        """
        asker = self._asker(visitor)
        now = time.monotonic()
        if asker is None or visitor.line is None or self._may_repeat(visitor, now):
            return
        if asker.told and now < asker.told_until:
            asker.refused[visitor.route, asker.told.limit] += 1
            raise asker.told.refusal()
        line = self._line(visitor)
        if line and line.is_shut(now):
            asker.refused[visitor.route, QUEUE_FULL] += 1
            raise queue_full(line.standing)

    @contextmanager
    def passing(self, visitor: Visitor) -> Iterator[None]:
        """While the ingress decides. In a crowd it decides on few at once: those who all see the
        same room would else be refused the long way."""
        line = self._line(visitor)
        if line is None:
            yield
            return
        now = time.monotonic()
        line.asked.append(now)
        try:
            yield
        finally:
            line.asked.remove(now)

    @contextmanager
    def receiving(self, visitor: Visitor, receive: Receive) -> Iterator[Receive]:
        """While a body arrives, which keeps a place in the ingress: those who send slowly take no
        more than their share of its places.

        Raises:
            KeyBodiesExceeded
        """
        # Without credentials there is one owner, or the answer is 401 before the body is read.
        if visitor.credentials == EVERYONE or not visitor.has_body:
            yield receive
            return
        asker = self._know(visitor.credentials)
        if asker.arriving >= MOST_ARRIVING:
            raise KeyBodiesExceeded(
                f"{MOST_ARRIVING} requests with your key are still sending their bodies. "
                "Let some of them end.",
                retry_after_s=1.0,
            )
        body = _Arriving(asker)

        async def watched() -> Message:
            message = await receive()
            if not message.get("more_body", False):
                body.end()
            return message

        try:
            yield watched
        finally:
            body.end()

    def remember(self, visitor: Visitor, status: int) -> None:
        """How the ingress answered: a key that it refused stands for nothing accepted."""
        repeat = visitor.repeat if self._asker(visitor) else None
        if repeat is None:
            return
        self._refused_keys.pop(repeat, None)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._refused_keys[repeat] = time.monotonic() + KEY_S
        if len(self._refused_keys) > MOST_KEYS:
            self._refused_keys.popitem(last=False)

    def _may_repeat(self, visitor: Visitor, now: float) -> bool:
        """A repetition of something accepted is answered, however full it is."""
        repeat = visitor.repeat
        return repeat is not None and now > self._refused_keys.get(repeat, -math.inf)

    def report(self, visitor: Visitor) -> str | None:
        """This client's refusals that the ingress has not heard of; it is told once."""
        asker = self._asker(visitor)
        if asker is None or not asker.refused:
            return None
        said = json.dumps([[*what, count] for what, count in asker.refused.items()])
        asker.refused.clear()
        return said

    def _asker(self, visitor: Visitor) -> _Asker | None:
        return self._askers.get(EVERYONE) or self._askers.get(visitor.credentials)

    def _know(self, asker: int) -> _Asker:
        known = self._askers.setdefault(asker, _Asker())
        self._askers.move_to_end(asker)
        if len(self._askers) > MOST_ASKERS:
            self._askers.popitem(last=False)
        return known

    def _line(self, visitor: Visitor) -> _Line | None:
        asker = self._asker(visitor) if visitor.line else None
        return asker.lines.get(visitor.line) if asker and visitor.line else None


class _Arriving:
    """One body on its way, counted until it is there or the request ends."""

    def __init__(self, asker: _Asker) -> None:
        self._asker: _Asker | None = asker
        asker.arriving += 1

    def end(self) -> None:
        if self._asker:
            self._asker.arriving -= 1
            self._asker = None
