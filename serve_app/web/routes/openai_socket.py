"""WebSocket /v1/audio/speech/stream: text that is still being written, heard sentence by sentence.

Each sentence is a job of its own, accepted as soon as it has ended; so the next is made while one
is heard, and everything that holds for jobs holds here. A context speaks its sentences in order.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import uuid
from collections import deque
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from engines.errors import EngineError, UnspeakableText
from engines.reading.clean import is_speakable
from engines.reading.typed import TypedText
from serve_app.errors import (
    InvalidRequest,
    KeyConcurrencyExceeded,
    QueueFull,
    ServiceError,
    ServiceStarting,
)
from serve_app.problems import TYPE_PREFIX, detail_of, kind_of
from serve_app.service import Service
from serve_app.store.errors import StoreError
from serve_app.store.values import Job, JobKind
from serve_app.web.openai_errors import error_of
from serve_app.web.routes.openai_speech import meant, new_job
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
from serve_app.web.streaming import CutOffError, begin
from serve_app.web.word_times import word_times
from serve_app.work.intake import Asked

PATH = "/v1/audio/speech/stream"
IDLE_S = 60.0  # without a message and without audio; a ping is one
PAUSE_S = 0.3  # after which a sentence with a full stop at its end is taken for ended
MAX_CONTEXTS = 16
MAX_WAITING = 64  # sentences of one context that are not heard yet
TRIES, LONGEST_WAIT_S = 6, 5.0  # while the service is full
FULL = (QueueFull, KeyConcurrencyExceeded, ServiceStarting)
GONE = (WebSocketDisconnect, RuntimeError)  # the client is, or was while we sent
ERRORS = (ServiceError, EngineError, StoreError)
ENDS = tuple(".!?…")
GOING_AWAY, TOO_BIG = 1001, 1009

logger = logging.getLogger(__name__)
router = APIRouter()


@router.websocket(PATH)
async def stream_typed_text(socket: WebSocket) -> None:
    """Speak a text while it is being written."""
    await socket.accept()
    session = Session(socket, socket.app.state.service, socket.state.owner)
    await session.serve()


def _look_at(task: asyncio.Task[None]) -> None:
    """A socket that is gone is no error; anything else is."""
    error = None if task.cancelled() else task.exception()
    if error and not isinstance(error, GONE):
        logger.error("a context broke", exc_info=error)


@dataclass(eq=False)
class Utterance:
    """A sentence on its way to being heard."""

    text: str
    wanted: bool = True
    job: asyncio.Task[Job | None] | None = None  # None of it where there cannot be one


@dataclass
class Context:
    """A voice, what is written for it, and what it has still to say."""

    id: str
    voice: OpenContext
    typed: TypedText
    waiting: deque[Utterance] = field(default_factory=deque)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    closing: bool = False
    utterances: int = 0
    seconds: float = 0.0  # heard so far
    speaking: asyncio.Task[None] | None = None
    paused: asyncio.TimerHandle | None = None


class Session:
    """One socket."""

    def __init__(self, socket: WebSocket, service: Service, owner: str) -> None:
        self._socket = socket
        self._service = service
        self._owner = owner
        self._id = uuid.uuid4().hex
        self._contexts: dict[str, Context] = {}
        self._sending = asyncio.Lock()

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
                await self._drop(context)
                if context.speaking:
                    context.speaking.cancel()

    async def _receive(self) -> AnyMessage | None:
        """The next message that can be read; None when the session is over."""
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    text = await self._socket.receive_text()
            except TimeoutError:
                if any(context.waiting for context in self._contexts.values()):
                    continue  # it listens
                await self._send(type="session.done", reason="idle")
                await self._socket.close(GOING_AWAY)
                return None
            except KeyError:  # bytes
                await self._tell(InvalidRequest("Messages are JSON text."), "")
                continue
            if len(text) > MAX_MESSAGE_CHARS:
                told = f"A message may have up to {MAX_MESSAGE_CHARS:,} characters."
                await self._tell(InvalidRequest(told), "")
                await self._socket.close(TOO_BIG)
                return None
            try:
                return MESSAGE.validate_json(text)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                where = ".".join(str(part) for part in first["loc"][1:]) or "message"
                await self._tell(InvalidRequest(f"{where}: {first['msg']}"), "")

    async def _take(self, message: AnyMessage) -> None:
        if isinstance(message, Ping):
            await self._send(type="pong")
            return
        try:
            if isinstance(message, OpenContext):
                await self._open(message)
                return
            context = await self._context(message.context_id)
            self._resume(context)
            if isinstance(message, AddText):
                self._write(context, message.text)
            elif isinstance(message, Flush):
                self._say_all(context, context.typed.flush())
            elif isinstance(message, Cancel):
                await self._drop(context)
                await self._send(type="context.cancelled", context_id=context.id)
            elif isinstance(message, CloseContext):
                self._close(context)
        except ERRORS as error:
            await self._tell(error, message.context_id)

    # Contexts

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
        words, _ = await meant(voice, self._service, self._owner)  # a voice that is not there
        context = Context(voice.context_id, voice, TypedText(words.language))
        self._contexts[context.id] = context
        context.speaking = asyncio.create_task(self._speak(context), name=f"speak {context.id}")
        context.speaking.add_done_callback(_look_at)
        warnings = voice.warnings()
        await self._send(type="context.opened", context_id=context.id, warnings=warnings)

    def _write(self, context: Context, text: str) -> None:
        limit = self._service.settings.limits.max_text_chars
        if len(context.typed) + len(text) > limit:
            raise InvalidRequest(f"Up to {limit:,} characters may wait for the end of a sentence.")
        if len(context.waiting) >= MAX_WAITING:
            raise InvalidRequest(f"Up to {MAX_WAITING} sentences may wait to be heard.")
        self._say_all(context, context.typed.write(text))
        if len(context.typed) and text.rstrip().endswith(ENDS):
            context.paused = asyncio.get_running_loop().call_later(
                PAUSE_S, lambda: self._say_all(context, context.typed.flush())
            )

    @staticmethod
    def _resume(context: Context) -> None:
        if context.paused:
            context.paused.cancel()
            context.paused = None

    def _say_all(self, context: Context, sentences: list[str]) -> None:
        for sentence in sentences:
            if is_speakable(sentence):
                utterance = Utterance(sentence)
                utterance.job = asyncio.create_task(self._accept(context, utterance))
                context.waiting.append(utterance)
        context.more.set()

    def _close(self, context: Context) -> None:
        self._say_all(context, context.typed.flush())
        context.closing = True
        context.more.set()

    async def _finish(self) -> None:
        for context in list(self._contexts.values()):
            self._close(context)
        await asyncio.gather(*(one.speaking for one in self._contexts.values() if one.speaking))
        await self._send(type="session.done", reason="closed")
        await self._socket.close()

    async def _drop(self, context: Context) -> None:
        """Forget what a context has still to say."""
        self._resume(context)
        context.typed.clear()
        dropped, context.waiting = context.waiting, deque()
        for utterance in dropped:
            utterance.wanted = False
        accepted = [one.job.result() for one in dropped if one.job and one.job.done()]
        await asyncio.gather(*(self._service.jobs.cancel(job) for job in accepted if job))

    # Sentences

    async def _accept(self, context: Context, utterance: Utterance) -> Job | None:
        """A sentence as a job; None where it cannot be one, which is told, or need not be."""
        try:
            job = await self._new_job(context.voice, utterance)
        except UnspeakableText:
            return None
        except ERRORS as error:
            if utterance.wanted:
                with suppress(*GONE):
                    await self._tell(error, context.id, utterance.text)
            return None
        if job and not utterance.wanted:  # cancelled while it was accepted
            await self._service.jobs.cancel(job)
            return None
        return job

    async def _new_job(self, voice: OpenContext, utterance: Utterance) -> Job | None:
        """Waits a while where the service is full. Raises what the intake does."""
        asks = voice.model_copy(update={"input": utterance.text})
        for tries_left in reversed(range(TRIES)):
            words, voice_id = await meant(asks, self._service, self._owner)
            kind: JobKind = "tts" if voice_id is None else "clone"
            asked = Asked(kind, self._owner, self._id)
            try:
                return await new_job(self._service, asked, words, voice_id)
            except FULL as error:
                if not tries_left:
                    raise
                await asyncio.sleep(min(error.retry_after_s or 1.0, LONGEST_WAIT_S))
            if not utterance.wanted:
                break
        return None

    async def _speak(self, context: Context) -> None:
        """Send a context's sentences in order, until it is closed."""
        while True:
            await context.more.wait()
            context.more.clear()
            while context.waiting:
                utterance = context.waiting[0]
                job = await asyncio.shield(utterance.job) if utterance.job else None
                if job and utterance.wanted:
                    await self._send_audio(context, job, utterance)
                if utterance.wanted:
                    context.waiting.popleft()
            if context.closing:
                del self._contexts[context.id]
                await self._send(type="context.done", context_id=context.id)
                return

    async def _send_audio(self, context: Context, job: Job, utterance: Utterance) -> None:
        about = {"context_id": context.id, "utterance": context.utterances}
        context.utterances += 1
        text = utterance.text
        try:
            begun = await begin(self._service, job)
            async with aclosing(begun.chunks()) as chunks:
                await self._send(
                    type="audio.start",
                    **about,
                    text=text,
                    audio_id=job.id,
                    format=job.request["format"],
                    sample_rate=begun.listener.sample_rate,
                )
                async for chunk in chunks:
                    if not utterance.wanted:
                        return
                    audio = base64.b64encode(chunk).decode("ascii")
                    await self._send(type="audio", **about, audio=audio)
        except (CutOffError, *ERRORS) as error:
            if utterance.wanted:  # else it was cancelled
                await self._tell(error, context.id, text)
            return
        ended = await self._service.jobs.get(job.id, self._owner)
        seconds = ended.audio.seconds if ended and ended.audio else 0.0
        start, context.seconds = context.seconds, context.seconds + seconds
        await self._send(
            type="audio.done",
            **about,
            start=round(start, 3),
            end=round(context.seconds, 3),
            words=word_times(text, job.request["language"], start, context.seconds),
        )

    # Messages

    async def _tell(self, error: Exception, context_id: str, text: str = "") -> None:
        kind, detail = kind_of(error), detail_of(error)
        document = {"status": kind.status, "detail": detail}
        told: dict[str, object] = {"problem": TYPE_PREFIX + kind.name}
        if text:
            told["text"] = text
        retry_after_s = getattr(error, "retry_after_s", None)
        if retry_after_s:
            told["retry_after_s"] = retry_after_s
        error_ = error_of(document, kind.name)
        await self._send(type="error", context_id=context_id, error=error_, **told)

    async def _send(self, **message: object) -> None:
        async with self._sending:
            await self._socket.send_text(json.dumps(message, ensure_ascii=False))
