"""Connections as they come over the wire: heads of requests have an end, in bytes and in time, and
are answered in problem+json where they are no HTTP; who is refused while they send hears why.

uvicorn, which Ray Serve's proxy runs under, would read a head of any length into memory and wait
for it for ever, before there is a request that anything of ours could refuse. And it closes what it
has answered at once: where the client still sends, its system is told that the connection is
broken, and throws the answer away. uvicorn takes the class of its connections by name.
"""

from __future__ import annotations

import asyncio
import uuid
from http import HTTPStatus
from typing import Any, cast

from uvicorn import config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from serve_app.problems import BY_STATUS, CLIENT_ERROR
from serve_app.web.problem_answers import problem_response

MAX_HEAD_BYTES = 64 * 1024  # of a request line with its headers, and what is read at once beyond
HEAD_LIMIT_S = 30.0  # for one to come, from its first byte or from the connection's beginning
LINGER_S = 5.0  # for what a client still sends when it was answered; nobody reads it
NO_HTTP = "This cannot be read as HTTP/1.1. It may be TLS, where plain HTTP is spoken."


def limit_heads() -> None:
    """Let every connection of this process's servers be a `LimitedHttp`."""
    config.HTTP_PROTOCOLS["auto"] = f"{__name__}:{LimitedHttp.__name__}"


class LimitedHttp(HttpToolsProtocol):
    """A connection whose requests have heads of a limited size, which come in a limited time."""

    _in_head = True
    _has_begun = False  # something of a request was sent
    _head_bytes = 0  # of reads that held nothing but a part of this head
    _lingers = False  # all is said, and the client may still send
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._lingers:
            return
        goes_on, so_far = self._in_head, self._head_bytes
        super().data_received(data)
        if not (goes_on and self._in_head) or self.transport.is_closing():
            return
        self._head_bytes = so_far + len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            told = f"The URL and the headers of a request may have {MAX_HEAD_BYTES:,} bytes."
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, told)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._has_begun = True
        if not self._in_head:
            self._begin_head()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._forget_timer()
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.transport = cast("asyncio.Transport", _Answering(self, self.cycle))

    def send_400_response(self, msg: str) -> None:
        """Where the bytes are no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST, NO_HTTP)

    def _begin_head(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._forget_timer()
        self._timer = self.loop.call_later(HEAD_LIMIT_S, self._end_wait)

    def _end_wait(self) -> None:
        if self._is_answering():  # the request before this one; its client may wait for it
            self._timer = self.loop.call_later(HEAD_LIMIT_S, self._end_wait)
            return
        if not self._has_begun:  # a connection in store
            self.transport.close()
            return
        told = f"The head of a request did not come within {HEAD_LIMIT_S:.0f} s."
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, told)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, status: HTTPStatus, told: str) -> None:
        """Say it and hang up; where it would be taken for another request's answer, hang up."""
        self._forget_timer()
        if self.transport.is_closing():
            return
        if self._is_answering():
            asked = self.cycle
            if self.pipeline or asked.response_started or not asked.more_body:
                self.transport.close()
                return
            asked.disconnected = True  # its body is what cannot be read: this is its answer
            asked.message_event.set()
        kind = BY_STATUS.get(status, CLIENT_ERROR)
        request_id = uuid.uuid4().hex
        response = problem_response(kind, told, request_id, status=status)
        response.headers["X-Request-ID"] = request_id
        response.headers["Connection"] = "close"
        headers = b"".join(b"%s: %s\r\n" % pair for pair in response.raw_headers)
        self.transport.write(STATUS_LINE[status] + headers + b"\r\n" + bytes(response.body))
        self.hang_up(is_sending=True)

    def hang_up(self, *, is_sending: bool) -> None:
        """Close once what was written is sent.

        Args:
            is_sending: whether the client is still at it; then it is let go on for a moment.
        """
        if not is_sending or self.transport.is_closing() or not self.transport.can_write_eof():
            self.transport.close()
            return
        self._lingers = True
        self.transport.write_eof()
        self.flow.resume_reading()
        self._forget_timer()
        self._timer = self.loop.call_later(LINGER_S, self.transport.close)


class _Answering:
    """The transport of a connection for one answer, which ends the connection in our way."""

    def __init__(self, connection: LimitedHttp, cycle: RequestResponseCycle) -> None:
        self._connection = connection
        self._cycle = cycle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection.transport, name)

    def close(self) -> None:
        self._connection.hang_up(is_sending=self._cycle.more_body)
