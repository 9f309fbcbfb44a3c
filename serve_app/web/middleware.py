"""Plain ASGI middleware: the record of answers, the last resort."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.errors import BodyTimeout, BodyTooLarge
from serve_app.web.request_ids import sane_request_id
from telemetry import metrics, tracing
from telemetry.meter import Meter
from telemetry.tracing import Attributes, Tracer

logger = logging.getLogger("phonex.access")


class RequestContext:
    """Takes up the request's id; counts, traces and logs it. `serve_app.proxy` answers with the
    id."""

    def __init__(self, app: ASGIApp, meter: Meter, tracer: Tracer = tracing.OFF) -> None:
        self.app = app
        self.meter = meter
        self.tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = sane_request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
            elif answer.first_byte_s is None:
                answer.first_byte_s = answer.seconds
            await send(message)

        about: Attributes = {"request_id": request_id}
        try:
            with self.tracer.span("request", headers.get("traceparent"), "server", about):
                try:
                    await self.app(scope, receive, watched)
                finally:
                    # The route's template, never the path: ids would make a series of each.
                    route = getattr(scope.get("route"), "path", "unknown")
                    method = scope["method"] if scope["method"] in METHODS else "other"
                    about |= {"name": f"{method} {route}", "status": answer.status}
        finally:
            self._record(scope, method, route, request_id, answer)

    def _record(
        self, scope: Scope, method: str, route: str, request_id: str, answer: _Answer
    ) -> None:
        problem = scope["state"].get("problem")
        labels = {"method": method, "route": route}
        self.meter.count(metrics.REQUESTS, 1, **labels, status=str(answer.status))
        self.meter.observe(metrics.REQUEST_SECONDS, answer.seconds, **labels)
        if answer.first_byte_s is not None:
            self.meter.observe(metrics.FIRST_BYTE_SECONDS, answer.first_byte_s, **labels)
        if problem:
            self.meter.count(metrics.PROBLEMS, route=route, type=problem)
        fields = {
            "request_id": request_id,
            **labels,
            "status": answer.status,
            "seconds": answer.seconds,
            "first_byte_s": answer.first_byte_s,
            "problem": problem,
        }
        level = logging.DEBUG if route in PROBES else logging.INFO
        logger.log(level, "request", extra=fields)


class _Answer:
    """What is known of an answer while it is sent."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.status = 500  # unless it begins
        self.first_byte_s: float | None = None  # of its body

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began


PROBES = {"/healthz", "/readyz", "/metrics"}  # asked every few seconds, by machines
METHODS = {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"}


class LastResort:
    """Answers what no handler knew, inside of everything that adds headers to answers: Starlette's
    own place for such a handler is outside, where a browser would not be let read the answer."""

    def __init__(
        self, app: ASGIApp, answer: Callable[[Request, Exception], Awaitable[Response]]
    ) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except (BodyTooLarge, BodyTimeout):
            raise  # of `BodyLimits`, which answers them
        except Exception as error:
            if answered:
                raise
            response = await self.answer(Request(scope, receive), error)
            await response(scope, receive, send)
