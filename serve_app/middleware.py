"""Plain ASGI middleware: the request id, the limits on bodies, the count of what was answered."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import LimitSettings
from deployments import metrics
from serve_app.errors import BodyTimeout, BodyTooLarge, ServiceError
from serve_app.problems import error_response

logger = logging.getLogger("phonex.access")


class RequestContext:
    """Takes up the request's id, counts and logs it. `serve_app.proxy` answers with the id."""

    def __init__(self, app: ASGIApp, meter: metrics.Meter) -> None:
        self.app = app
        self.meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.monotonic()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self._record(scope, request_id, status, time.monotonic() - started)

    def _record(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        # The route's template, never the path: ids would make a series for each request.
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.meter.count(metrics.REQUESTS, method=method, route=route, status=str(status))
        self.meter.observe(metrics.REQUEST_SECONDS, seconds, method=method, route=route)
        level = logging.DEBUG if route in PROBES else logging.INFO
        logger.log(level, "%s %s %d %.3f s request %s", method, route, status, seconds, request_id)


MAX_LENGTH_DIGITS = 18
PROBES = {"/healthz", "/readyz", "/metrics"}  # asked every few seconds, by machines
METHODS = {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"}


class BodyLimits:
    """Refuses bodies that are too large or too slow, while they arrive."""

    def __init__(self, app: ASGIApp, limits: LimitSettings) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._limit(headers.get("content-type", ""))
        try:
            _check_length(headers.get("content-length"), limit)
        except BodyTooLarge as error:
            await self._refuse(error, scope, receive, send)
            return
        answered = False

        async def watched_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, self._limited(receive, limit), watched_send)
        except (BodyTooLarge, BodyTimeout) as error:
            if answered:
                raise
            await self._refuse(error, scope, receive, send)

    def _limit(self, content_type: str) -> int:
        """Bytes. Uploads go to a file as they arrive; everything else is parsed in memory."""
        upload = content_type.strip().lower().startswith("multipart/")
        return self.limits.max_upload_bytes if upload else self.limits.max_json_bytes

    def _limited(self, receive: Receive, limit: int) -> Receive:
        received = 0
        complete = False
        deadline = time.monotonic() + self.limits.upload_timeout_s

        async def limited() -> Message:
            nonlocal received, complete
            if complete:  # what comes now is only the client going away
                return await receive()
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    message = await receive()
            except TimeoutError:
                raise BodyTimeout(
                    f"The request body did not arrive within {self.limits.upload_timeout_s:.0f} s."
                ) from None
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if received > limit:
                raise _too_large(limit)
            return message

        return limited

    async def _refuse(
        self, error: ServiceError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = error_response(error, scope["state"]["request_id"])
        response.headers["Connection"] = "close"  # what is left of the body is not read
        await response(scope, receive, send)


def _check_length(declared: str | None, limit: int) -> None:
    if not declared or not declared.isdecimal():
        return
    # Python refuses to parse thousands of digits.
    if len(declared) > MAX_LENGTH_DIGITS or int(declared) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"This request body may have up to {limit / 2**20:.3g} MiB.", limit_bytes=limit
    )
