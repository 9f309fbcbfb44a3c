"""WebSockets /v1/text-to-speech/{voice_id}/stream-input and /multi-stream-input: text that is still
being written, as ElevenLabs' clients send it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.websockets import WebSocket

from config.faults import faults_of
from engines.reading.typed import TypedText
from serve_app.errors import InvalidRequest
from serve_app.service import Service
from serve_app.web.elevenlabs.messages import SocketMessage, SocketQuery
from serve_app.web.elevenlabs.outbox import POLICY_VIOLATION, TheirOutbox
from serve_app.web.elevenlabs.requests import (
    Meant,
    Output,
    TextToSpeechRequest,
    VoiceSettings,
    meant,
)
from serve_app.web.elevenlabs.typed import TypedTags
from serve_app.web.shedding import ELEVENLABS_SPEECH
from serve_app.web.socket_context import Context, Listener
from serve_app.web.socket_messages import MAX_MESSAGE_CHARS
from serve_app.web.socket_outbox import ERRORS, GONE
from serve_app.web.urls import check_url
from serve_app.work.orders import Words

MAX_CONTEXTS = 16
DEFAULT_CONTEXT = "default"  # of a socket with several, where a message names none
NORMAL, GOING_AWAY, TOO_BIG = 1000, 1001, 1009
MAX_REASON_BYTES = 123  # of a close frame (RFC 6455)

router = APIRouter()


@router.websocket(ELEVENLABS_SPEECH + "/stream-input")
async def stream_input(socket: WebSocket, voice_id: str) -> None:
    """Speak one text while it is being written."""
    await Session(socket, voice_id, several=False).serve()


@router.websocket(ELEVENLABS_SPEECH + "/multi-stream-input")
async def multi_stream_input(socket: WebSocket, voice_id: str) -> None:
    """Speak several texts side by side while they are being written."""
    await Session(socket, voice_id, several=True).serve()


class Session:
    """One socket: reads its messages, and keeps the contexts that they are for."""

    def __init__(self, socket: WebSocket, voice_id: str, *, several: bool) -> None:
        service: Service = socket.app.state.service
        self._socket = socket
        self._voice_id = voice_id
        self._several = several
        self._outbox = TheirOutbox(socket, several=several)
        owner: str = socket.state.owner
        self._listener = Listener(service, owner, uuid.uuid4().hex, self._outbox)
        self._query = SocketQuery()
        self._contexts: dict[str, Context] = {}
        self._closing: set[str] = set()

    async def serve(self) -> None:
        await self._socket.accept()
        try:
            async with self._ended():
                if await self._begin():
                    await self._converse()
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

    async def _begin(self) -> bool:
        """Whether the handshake asks for what there is."""
        try:
            check_url(self._socket.scope, SocketQuery.model_fields)
            self._query = SocketQuery.model_validate(dict(self._socket.query_params))
            begun = await self._meant("", None)
        except ValidationError as error:
            await self._refuse(InvalidRequest(faults_of(error, "message")[0]))
            return False
        except ERRORS as error:
            await self._refuse(error)
            return False
        self._outbox.language = begun.words.language
        self._outbox.tags = self._query.enable_ssml_parsing
        return True

    async def _converse(self) -> None:
        while message := await self._receive():
            try:
                is_last = await (self._take if self._several else self._take_only)(message)
            except ERRORS as error:
                context_id = message.context_id or DEFAULT_CONTEXT
                await self._outbox.tell(error, context_id if self._several else "")
                is_last = not self._several
            if is_last or (self._outbox.fault and not self._several):
                await self._finish()
                return

    async def _receive(self) -> SocketMessage | None:
        """The next message; None when the session is over."""
        while True:
            try:
                async with asyncio.timeout(self._query.inactivity_timeout):
                    text = await self._socket.receive_text()
            except TimeoutError:
                if any(context.is_heard for context in self._contexts.values()):
                    continue  # it listens
                await self._socket.close(GOING_AWAY, "Nothing was sent for too long.")
                return None
            except KeyError:  # bytes
                await self._refuse(InvalidRequest("Messages are JSON text."))
                return None
            if len(text) > MAX_MESSAGE_CHARS:
                told = f"A message may have up to {MAX_MESSAGE_CHARS:,} characters."
                await self._refuse(InvalidRequest(told), TOO_BIG)
                return None
            try:
                return SocketMessage.model_validate_json(text)
            except ValidationError as error:
                await self._refuse(InvalidRequest(faults_of(error, "message")[0]))
                return None

    async def _take_only(self, message: SocketMessage) -> bool:
        """A message to a socket of one text; whether it was the last."""
        context = self._contexts.get("") or self._open("", message.voice_settings)
        if message.text:
            context.write(message.text)
        if message.flush:
            context.flush()
        return message.text == ""

    async def _take(self, message: SocketMessage) -> bool:
        """A message to a socket of several texts; whether it was the last."""
        if message.close_socket:
            return True
        context_id = message.context_id or DEFAULT_CONTEXT
        if context_id in self._closing:
            if message.text and message.text.strip():
                raise InvalidRequest(f"The context {context_id!r} is closing.")
            return False
        context = self._contexts.get(context_id)
        if message.text:  # an empty one keeps the socket open, and no more
            context = context or self._open(context_id, message.voice_settings)
            context.write(message.text)
        if context and message.flush:
            context.flush()
        if context and message.close_context:
            self._closing.add(context_id)
            context.close()
        return False

    def _open(self, context_id: str, settings: VoiceSettings | None) -> Context:
        if len(self._contexts) >= MAX_CONTEXTS:
            raise InvalidRequest(f"A socket has up to {MAX_CONTEXTS} contexts at once.")

        async def meant_by(text: str) -> tuple[Words, str | None]:
            said = await self._meant(text, settings)
            return said.words, said.voice_id

        def forget() -> None:
            self._contexts.pop(context_id)
            self._closing.discard(context_id)

        typed = TypedTags if self._query.enable_ssml_parsing else TypedText
        context = Context(context_id, typed(self._outbox.language), meant_by, self._listener)
        self._contexts[context_id] = context
        context.begin(on_done=forget)
        return context

    async def _meant(self, text: str, settings: VoiceSettings | None) -> Meant:
        query, listener = self._query, self._listener
        body = TextToSpeechRequest(
            text=text,
            language_code=query.language_code,
            voice_settings=settings,
            seed=query.seed,
        )
        output = Output.of(query.output_format)
        return await meant(
            body,
            self._voice_id,
            output,
            listener.service,
            listener.owner,
            stream=True,
            tags=query.enable_ssml_parsing,
        )

    async def _finish(self) -> None:
        """Speak what there is; then all is done."""
        contexts = list(self._contexts.values())
        for context in contexts:
            context.close()
        await asyncio.gather(*(context.spoken() for context in contexts))
        if self._outbox.fault and not self._several:
            await self._close(POLICY_VIOLATION, self._outbox.fault)
        else:
            await self._socket.close(NORMAL)

    async def _refuse(self, error: Exception, code: int = POLICY_VIOLATION) -> None:
        await self._outbox.tell(error)
        await self._close(code, self._outbox.fault)

    async def _close(self, code: int, reason: str) -> None:
        short = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
        await self._socket.close(code, short)
