"""WebSocket /v1/audio/speech/stream: text that is still being written, heard by the sentence."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.websockets import WebSocket

from config.faults import faults_of
from engines.reading.typed import TypedSsml, TypedText
from serve_app.errors import InvalidRequest
from serve_app.service import Service
from serve_app.web.openai_intake import meant
from serve_app.web.socket_context import Context, Listener
from serve_app.web.socket_messages import (
    MAX_MESSAGE_CHARS,
    MESSAGE,
    AddText,
    AnyMessage,
    Cancel,
    CloseContext,
    CloseSession,
    Flush,
    OpenContext,
    Ping,
)
from serve_app.web.socket_outbox import ERRORS, GONE, Outbox
from serve_app.work.orders import Words

PATH = "/v1/audio/speech/stream"
IDLE_S = 60.0  # without a message and without audio; a ping is one
MAX_CONTEXTS = 16
GOING_AWAY, TOO_BIG = 1001, 1009

router = APIRouter()


@router.websocket(PATH)
async def stream_typed_text(socket: WebSocket) -> None:
    """Speak a text while it is being written."""
    await socket.accept()
    session = Session(socket, socket.app.state.service, socket.state.owner)
    await session.serve()


class Session:
    """One socket: reads its messages, and keeps the contexts that they are for."""

    def __init__(self, socket: WebSocket, service: Service, owner: str) -> None:
        self._socket = socket
        self._outbox = Outbox(socket)
        self._listener = Listener(service, owner, uuid.uuid4().hex, self._outbox)
        self._contexts: dict[str, Context] = {}

    async def serve(self) -> None:
        try:
            async with self._ended():
                while message := await self._receive():
                    if isinstance(message, CloseSession):
                        await self._finish()
                        return
                    await self._take(message)
        except GONE:
            return

    @asynccontextmanager
    async def _ended(self) -> AsyncIterator[None]:
        """Whatever ends the session, nothing goes on for it."""
        try:
            yield
        finally:
            for context in list(self._contexts.values()):
                await context.end()

    async def _receive(self) -> AnyMessage | None:
        """The next message that can be read; None when the session is over."""
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    text = await self._socket.receive_text()
            except TimeoutError:
                if any(context.is_heard for context in self._contexts.values()):
                    continue  # it listens
                await self._outbox.send(type="session.done", reason="idle")
                await self._socket.close(GOING_AWAY)
                return None
            except KeyError:  # bytes
                await self._outbox.tell(InvalidRequest("Messages are JSON text."))
                continue
            if len(text) > MAX_MESSAGE_CHARS:
                told = f"A message may have up to {MAX_MESSAGE_CHARS:,} characters."
                await self._outbox.tell(InvalidRequest(told))
                await self._socket.close(TOO_BIG)
                return None
            try:
                return MESSAGE.validate_json(text)
            except ValidationError as error:
                # The first name in a place is that of the kind of message.
                first, *_ = faults_of(error, "message", skip=1)
                await self._outbox.tell(InvalidRequest(first))

    async def _take(self, message: AnyMessage) -> None:
        if isinstance(message, Ping):
            await self._outbox.send(type="pong")
            return
        try:
            if isinstance(message, OpenContext):
                await self._open(message)
                return
            context = await self._context(message.context_id)
            if isinstance(message, AddText):
                context.write(message.text)
            elif isinstance(message, Flush):
                context.flush()
            elif isinstance(message, Cancel):
                await context.drop()
                await self._outbox.send(type="context.cancelled", context_id=context.id)
            elif isinstance(message, CloseContext):
                context.close()
        except ERRORS as error:
            await self._outbox.tell(error, message.context_id)

    async def _context(self, context_id: str) -> Context:
        """A context that is open; it opens with its first text."""
        if context_id not in self._contexts:
            await self._open(OpenContext(type="context.open", context_id=context_id))
        return self._contexts[context_id]

    async def _open(self, voice: OpenContext) -> None:
        if voice.context_id in self._contexts:
            raise InvalidRequest(f"The context {voice.context_id!r} is open already.")
        if len(self._contexts) >= MAX_CONTEXTS:
            raise InvalidRequest(f"A session has up to {MAX_CONTEXTS} contexts at once.")
        listener = self._listener

        async def meant_by(text: str) -> tuple[Words, str | None]:
            asks = voice.model_copy(update={"input": text})
            return await meant(asks, listener.service, listener.owner)

        words, _ = await meant_by("")  # raises for a voice that is not there
        typed = TypedSsml() if voice.input_type == "ssml" else TypedText(words.language)
        context = Context(voice.context_id, typed, meant_by, listener)
        self._contexts[context.id] = context
        context.begin(on_done=lambda: self._contexts.pop(context.id))
        warnings = voice.warnings()
        await self._outbox.send(type="context.opened", context_id=context.id, warnings=warnings)

    async def _finish(self) -> None:
        contexts = list(self._contexts.values())
        for context in contexts:
            context.close()
        await asyncio.gather(*(context.spoken() for context in contexts))
        await self._outbox.send(type="session.done", reason="closed")
        await self._socket.close()
