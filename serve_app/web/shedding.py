"""Refusals at the door: in Ray Serve's proxy, without the way to the ingress and back.

While the service is full for whoever asks, every answer of the ingress says in a header for how
long each line will refuse (`Informed`). The proxy (`serve_app.proxy`) believes that for a second
at most, refuses in the ingress's place what would be refused anyhow (`Door`), and sends the count
along with the client's next request that passes. So a refusal costs next to nothing, and its answer
waits behind no conversion, however many clients come.

Where keys are in use a line is full for one owner and not for another. The proxy knows no owners:
what an answer says holds for the credentials it was asked with, and for no others.
"""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Literal

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.errors import KeyBodiesExceeded
from serve_app.store.values import JobKind
from serve_app.web.prefix import route_path
from serve_app.work.admission import Admission
from serve_app.work.lines import LINE_OF, Standing, queue_full
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

STANDING_HEADER = "x-phonex-standing"  # from the ingress: {line: Standing}
HOLDS_FOR_HEADER = "x-phonex-holds-for"  # from the ingress: whom the standing holds for
REFUSED_HEADER = "x-phonex-refused"  # to the ingress: {path: how many}
BELIEVED_S = 1.0  # without another word from the ingress
CAREFUL_S = 2.0  # after the last word of a crowd
DECIDED_S = 0.25  # the ingress has accepted or refused by then
MOST_REFUSED = 100_000  # believed of one report
KEY_S = 10.0  # an idempotency key that was refused is taken for new work
MOST_KEYS = 100_000  # remembered
MOST_ASKERS = 10_000  # remembered
MOST_ARRIVING = 256  # bodies on their way with the same credentials
PROXY_VARIABLE = "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH"
PROXY = "serve_app.proxy.middlewares"

CREDENTIALS = ("authorization", "x-api-key")
IDENTIFYING = ("idempotency-key", *CREDENTIALS)
BODY_METHODS = ("POST", "PUT", "PATCH")
EVERYONE = 0  # who asks, where no keys are in use
HoldsFor = Literal["everyone", "asker", "nobody"]
KINDS: dict[str, JobKind] = {"/tts": "tts", "/clone": "clone", "/clone/quick": "clone_quick"}
PATHS: dict[JobKind, str] = {kind: path for path, kind in KINDS.items()}


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
    refused: Counter[str] = field(default_factory=Counter)  # by path, since the last report
    arriving: int = 0  # requests whose bodies are on their way

    def hear(self, said: Mapping[str, Standing], now: float) -> None:
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

    def hear(self, scope: Scope, header: str | None, holds_for: str | None = None) -> None:
        """Take up what an answer of the ingress says, or that it says nothing: there is room."""
        try:
            said = {name: Standing(**values) for name, values in json.loads(header or "{}").items()}
        except (ValueError, TypeError, AttributeError):
            return  # of another version: while one replaces the other, the ingress refuses itself
        if holds_for == "nobody":
            return
        if holds_for == "asker":
            self._askers.pop(EVERYONE, None)  # keys are in use by now
        asker = asker_of(scope) if holds_for == "asker" else EVERYONE
        if said or asker in self._askers:
            self._know(asker).hear(said, time.monotonic())

    def check(self, scope: Scope) -> None:
        """Refuse what the ingress would refuse.

        Raises:
            QueueFull
        """
        line = self._line(scope)
        now = time.monotonic()
        if line and line.is_shut(now) and not self._may_repeat(scope, now):
            if asker := self._asker(scope):
                asker.refused[route_path(scope)] += 1
            raise queue_full(line.standing)

    @contextmanager
    def passing(self, scope: Scope) -> Iterator[None]:
        """While the ingress decides. In a crowd it decides on few at once: those who all see the
        same room would else be refused the long way."""
        line = self._line(scope)
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
    def receiving(self, scope: Scope, receive: Receive) -> Iterator[Receive]:
        """While a body arrives, which keeps a place in the ingress: those who send slowly take no
        more than their share of its places.

        Raises:
            KeyBodiesExceeded
        """
        credentials = asker_of(scope)
        # Without credentials there is one owner, or the answer is 401 before the body is read.
        if credentials == EVERYONE or scope["method"] not in BODY_METHODS:
            yield receive
            return
        asker = self._know(credentials)
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

    def remember(self, scope: Scope, status: int) -> None:
        """How the ingress answered: a key that it refused stands for nothing accepted."""
        identity = _identity(scope) if self._line(scope) else None
        if identity is None:
            return
        self._refused_keys.pop(identity, None)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._refused_keys[identity] = time.monotonic() + KEY_S
        if len(self._refused_keys) > MOST_KEYS:
            self._refused_keys.popitem(last=False)

    def _may_repeat(self, scope: Scope, now: float) -> bool:
        """A repetition of something accepted is answered, however full it is."""
        identity = _identity(scope)
        return identity is not None and now > self._refused_keys.get(identity, -math.inf)

    def report(self, scope: Scope) -> str | None:
        """This client's refusals that the ingress has not heard of; it is told once."""
        asker = self._asker(scope)
        if asker is None or not asker.refused:
            return None
        said = json.dumps(asker.refused)
        asker.refused.clear()
        return said

    def _asker(self, scope: Scope) -> _Asker | None:
        return self._askers.get(EVERYONE) or self._askers.get(asker_of(scope))

    def _know(self, asker: int) -> _Asker:
        known = self._askers.setdefault(asker, _Asker())
        self._askers.move_to_end(asker)
        if len(self._askers) > MOST_ASKERS:
            self._askers.popitem(last=False)
        return known

    def _line(self, scope: Scope) -> _Line | None:
        kind = KINDS.get(route_path(scope)) if scope["method"] == "POST" else None
        asker = self._asker(scope) if kind else None
        return asker.lines.get(LINE_OF[kind]) if asker and kind else None


class _Arriving:
    """One body on its way, counted until it is there or the request ends."""

    def __init__(self, asker: _Asker) -> None:
        self._asker: _Asker | None = asker
        asker.arriving += 1

    def end(self) -> None:
        if self._asker:
            self._asker.arriving -= 1
            self._asker = None


def asker_of(scope: Scope) -> int:
    """The credentials a request carries, known by no more than a number."""
    headers = Headers(raw=list(scope["headers"]))
    credentials = [headers.getlist(name) for name in CREDENTIALS]
    return hash(tuple(map(tuple, credentials))) if any(credentials) else EVERYONE


def _identity(scope: Scope) -> int | None:
    """Whose idempotency key a request carries, if one."""
    headers = Headers(scope=scope)
    if "idempotency-key" not in headers:
        return None
    return hash((scope["path"], *(headers.get(name) for name in IDENTIFYING)))


class Informed:
    """In the ingress: says in every answer how the lines stand, and takes up what was refused."""

    def __init__(self, app: ASGIApp, admission: Admission, meter: Meter) -> None:
        self.app = app
        self.admission = admission
        self.meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = Headers(scope=scope).get(REFUSED_HEADER)
        scope.setdefault("state", {})  # where `Authentication` puts the owner

        async def informing(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                owner: str | None = scope["state"].get("owner")
                if refused:
                    self._count(json.loads(refused), owner or "")
                    refused = None
                self._inform(MutableHeaders(scope=message), owner)
            await send(message)

        await self.app(scope, receive, informing)

    def _inform(self, headers: MutableHeaders, owner: str | None) -> None:
        holds_for: HoldsFor = "asker" if owner else "everyone" if owner == "" else "nobody"
        headers[HOLDS_FOR_HEADER] = holds_for
        if owner is not None and (standing := self.admission.standing(owner)):
            said = {name: asdict(one) for name, one in standing.items()}
            headers[STANDING_HEADER] = json.dumps(said)

    def _count(self, refused: Mapping[str, int], owner: str) -> None:
        for path, count in refused.items():
            number = min(count, MOST_REFUSED)
            self.admission.count_refused(KINDS[path], number, owner)
            labels = {"method": "POST", "route": path}
            self.meter.count(metrics.REQUESTS, number, **labels, status="429")
            self.meter.count(metrics.PROBLEMS, number, route=path, type="queue-full")
            logger.info("requests refused at the door", extra={"route": path, "refused": number})


def is_there() -> bool:
    """Whether the proxies run our code: else those headers would come from anybody."""
    return os.environ.get(PROXY_VARIABLE) == PROXY
