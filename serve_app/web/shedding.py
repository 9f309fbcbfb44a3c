"""Refusals at the door: in Ray Serve's proxy, without the way to the ingress and back.

While the service is full, every answer of the ingress says in a header for how long each line will
refuse (`Informed`). The proxy (`serve_app.proxy`) believes that for a second at most, refuses in
the ingress's place what would be refused anyhow (`Door`), and sends the count along with the next
request that passes. So a refusal costs next to nothing, and its answer waits behind no conversion,
however many clients come.
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

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.store.values import JobKind
from serve_app.work.admission import LINE_OF, Admission, Standing, queue_full
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

STANDING_HEADER = "x-phonex-standing"  # from the ingress: {line: Standing}
REFUSED_HEADER = "x-phonex-refused"  # to the ingress: {path: how many}
BELIEVED_S = 1.0  # without another word from the ingress
CAREFUL_S = 2.0  # after the last word of a crowd
DECIDED_S = 0.25  # the ingress has accepted or refused by then
MOST_REFUSED = 100_000  # believed of one report
KEY_S = 10.0  # an idempotency key that was refused is taken for new work
MOST_KEYS = 100_000  # remembered
PROXY_VARIABLE = "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH"
PROXY = "serve_app.proxy.middlewares"

IDENTIFYING = ("idempotency-key", "authorization", "x-api-key")
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


class Door:
    """What one proxy knows of the lines."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._refused: Counter[str] = Counter()
        self._refused_keys: OrderedDict[int, float] = OrderedDict()  # until when

    def hear(self, header: str | None) -> None:
        """Take up what an answer of the ingress says, or that it says nothing: there is room."""
        try:
            said = {name: Standing(**values) for name, values in json.loads(header or "{}").items()}
        except (ValueError, TypeError, AttributeError):
            return  # of another version: while one replaces the other, the ingress refuses itself
        now = time.monotonic()
        for name in set(self._lines) - set(said):
            self._lines[name].shut_until = self._lines[name].careful_until = now
        for name, standing in said.items():
            line = self._lines.setdefault(name, _Line(standing, now, now))
            line.standing = standing
            line.careful_until = now + CAREFUL_S
            if standing.shut_s > 0:  # else it is as shut as it was
                line.shut_until = now + min(standing.shut_s, BELIEVED_S)

    def check(self, scope: Scope) -> None:
        """Refuse what the ingress would refuse.

        Raises:
            QueueFull
        """
        line = self._line(scope)
        now = time.monotonic()
        if line and line.is_shut(now) and not self._may_repeat(scope, now):
            self._refused[scope["path"]] += 1
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

    def report(self) -> str | None:
        """The refusals that the ingress has not heard of; it is told once."""
        if not self._refused:
            return None
        said = json.dumps(self._refused)
        self._refused.clear()
        return said

    def _line(self, scope: Scope) -> _Line | None:
        if scope["method"] != "POST" or scope["path"] not in KINDS:
            return None
        return self._lines.get(LINE_OF[KINDS[scope["path"]]])


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
        if refused := Headers(scope=scope).get(REFUSED_HEADER):
            self._count(json.loads(refused))

        async def informing(message: Message) -> None:
            if message["type"] == "http.response.start":
                standing = self.admission.standing()
                if standing:
                    said = {name: asdict(one) for name, one in standing.items()}
                    MutableHeaders(scope=message)[STANDING_HEADER] = json.dumps(said)
            await send(message)

        await self.app(scope, receive, informing)

    def _count(self, refused: Mapping[str, int]) -> None:
        for path, count in refused.items():
            number = min(count, MOST_REFUSED)
            self.admission.count_refused(KINDS[path], number)
            labels = {"method": "POST", "route": path}
            self.meter.count(metrics.REQUESTS, number, **labels, status="429")
            self.meter.count(metrics.PROBLEMS, number, route=path, type="queue-full")
            logger.info("requests refused at the door", extra={"route": path, "refused": number})


def is_there() -> bool:
    """Whether the proxies run our code: else those headers would come from anybody."""
    return os.environ.get(PROXY_VARIABLE) == PROXY
