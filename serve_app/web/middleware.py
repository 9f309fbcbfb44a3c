"""Plain ASGI middleware: the request id, the record of answers, CORS, the last resort."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import HttpSettings
from serve_app.errors import BodyTimeout, BodyTooLarge
from telemetry import metrics, tracing
from telemetry.meter import Meter
from telemetry.tracing import Attributes, Tracer

logger = logging.getLogger("phonex.access")


REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # what is safe in a log, a header and a span


def sane_request_id(headers: Headers) -> str:
    """The client's id, or one of ours where there is none or it could harm a log."""
    asked = headers.get("x-request-id", "")
    return asked if REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex


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


CORS_REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Prefer",
    "Range",
    "X-API-Key",
    "X-Request-ID",
    "xi-api-key",
)


def with_cors(app: ASGIApp, http: HttpSettings) -> ASGIApp:
    """Lets browsers of the origins in the settings read what `app` answers."""
    return CORSMiddleware(
        app,
        allow_origins=list(http.cors_origins),
        allow_credentials=http.cors_credentials,
        allow_methods=["GET", "HEAD", "POST", "DELETE"],
        allow_headers=CORS_REQUEST_HEADERS,
        expose_headers=["Location", "Retry-After", "X-Request-ID", "Content-Range", "ETag"],
    )


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
