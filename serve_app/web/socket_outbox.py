"""What a WebSocket is told: one message at a time, errors in their own form."""

from __future__ import annotations

import asyncio
import json

from starlette.websockets import WebSocket, WebSocketDisconnect

from engines.errors import EngineError
from serve_app.errors import ServiceError
from serve_app.problems import TYPE_PREFIX, detail_of, kind_of
from serve_app.store.errors import StoreError
from serve_app.web.openai_errors import error_of

GONE = (WebSocketDisconnect, RuntimeError)  # the client is, or was while we sent
ERRORS = (ServiceError, EngineError, StoreError)  # that a client is told of, and goes on


class Outbox:
    """Sends to one socket, for all who have something to say there."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._sending = asyncio.Lock()

    async def send(self, **message: object) -> None:
        """Raises one of GONE where nobody is there to take it."""
        async with self._sending:
            await self._socket.send_text(json.dumps(message, ensure_ascii=False))

    async def tell(self, error: Exception, context_id: str = "", text: str = "") -> None:
        """An error as a message; `text` is the sentence that met it."""
        kind, detail = kind_of(error), detail_of(error)
        document = {"status": kind.status, "detail": detail}
        told: dict[str, object] = {"problem": TYPE_PREFIX + kind.name}
        if text:
            told["text"] = text
        retry_after_s = getattr(error, "retry_after_s", None)
        if retry_after_s:
            told["retry_after_s"] = retry_after_s
        error_ = error_of(document, kind.name)
        await self.send(type="error", context_id=context_id, error=error_, **told)
