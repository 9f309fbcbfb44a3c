"""Request bodies: refused where they are too large or too slow, read where they are small."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import LimitSettings
from serve_app.errors import BodyTimeout, BodyTooLarge, ServiceError
from serve_app.web.prefix import route_path
from serve_app.web.problem_answers import error_response

MAX_LENGTH_DIGITS = 18
BATCH_PATH = "/batch"


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
        limit = self._limit(route_path(scope), headers.get("content-type", ""))
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

    def _limit(self, path: str, content_type: str) -> int:
        """Bytes. Uploads go to a file as they arrive; everything else is parsed in memory."""
        if path == BATCH_PATH:
            return self.limits.max_batch_bytes
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


async def refuse_unread(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer before anything of a body is read."""
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1008})
        return
    response = error_response(error, scope["state"]["request_id"])
    if scope["method"] not in ("GET", "HEAD"):
        response.headers["Connection"] = "close"
    await response(scope, receive, send)


LARGE_BODY = 65_536  # bytes


async def read_small_body(scope: Scope, receive: Receive) -> bool:
    """Read a body nobody wants, unless it is large or of unknown length; whether it was read.

    One that is left unread costs the client its connection.
    """
    length = Headers(scope=scope).get("content-length", "")
    if not length.isdecimal() or len(length) > MAX_LENGTH_DIGITS or int(length) >= LARGE_BODY:
        return False
    while (await receive()).get("more_body", False):
        pass
    return True


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
