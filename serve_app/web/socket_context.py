"""A context of the WebSocket: one voice, and the sentences that it speaks in order.

Each sentence is a job of its own, accepted as soon as it has ended; so the next is made while one
is heard, and everything that holds for jobs holds here.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace

from engines.errors import UnspeakableText
from engines.reading.clean import is_speakable
from engines.reading.typed import Typed, TypedText
from serve_app.errors import InvalidRequest, KeyConcurrencyExceeded, QueueFull, ServiceStarting
from serve_app.service import Service
from serve_app.store.values import Job, JobKind
from serve_app.web.caption_schemas import words_view
from serve_app.web.openai_intake import new_job
from serve_app.web.socket_outbox import ERRORS, GONE, Outbox
from serve_app.web.streaming import CutOffError, begin
from serve_app.work.intake import Asked
from serve_app.work.orders import Words

PAUSE_S = 0.3  # after which a sentence with a full stop at its end is taken for ended
MAX_WAITING = 64  # sentences of one context that are not heard yet
TRIES, LONGEST_WAIT_S = 6, 5.0  # while the service is full
FULL = (QueueFull, KeyConcurrencyExceeded, ServiceStarting)
ENDS = tuple(".!?…")

Meant = Callable[[str], Awaitable[tuple[Words, str | None]]]
"""What a sentence is to be said as, and the id of the voice of one's own that says it."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens to a session, and where."""

    service: Service
    owner: str
    session_id: str
    outbox: Outbox


@dataclass(eq=False)
class Utterance:
    """A sentence on its way to being heard."""

    text: str
    follows: bool = False  # another is still to be heard before it
    wanted: bool = True
    job: asyncio.Task[Job | None] | None = None  # None of it where there cannot be one


class Context:
    """A voice, what is written for it, and what it has still to say.

    Args:
        typed: gathers what is written for it.
        meant: asked for each sentence; raises what the intake does.
    """

    def __init__(self, context_id: str, typed: Typed, meant: Meant, listener: Listener) -> None:
        self.id = context_id
        self._meant = meant
        self._listener = listener
        self._typed = typed
        self._waiting: deque[Utterance] = deque()
        self._more = asyncio.Event()
        self._closing = False
        self._utterances = 0
        self._seconds = 0.0  # heard so far
        self._paused: asyncio.TimerHandle | None = None
        self._speaking: asyncio.Task[None] | None = None

    @property
    def is_heard(self) -> bool:
        """Whether there is something left to listen to."""
        return bool(self._waiting)

    def begin(self, on_done: Callable[[], object]) -> None:
        """Speak, until it is closed and all is said.

        Args:
            on_done: called before the client is told, who may then open another of this id.
        """
        speaking = self._speak(on_done)
        self._speaking = asyncio.create_task(speaking, name=f"speak {self.id}")
        self._speaking.add_done_callback(_look_at)

    def write(self, text: str) -> None:
        """Raises InvalidRequest where more waits than may."""
        self._resume()
        limit = self._listener.service.settings.limits.max_text_chars
        if len(self._typed) + len(text) > limit:
            raise InvalidRequest(f"Up to {limit:,} characters may wait for the end of a sentence.")
        if len(self._waiting) >= MAX_WAITING:
            raise InvalidRequest(f"Up to {MAX_WAITING} sentences may wait to be heard.")
        self._say(self._typed.write(text))
        by_pause = isinstance(self._typed, TypedText)  # SSML says itself where it ends
        if by_pause and len(self._typed) and text.rstrip().endswith(ENDS):
            self._paused = asyncio.get_running_loop().call_later(PAUSE_S, self.flush)

    def flush(self) -> None:
        """Speak what there is, whether its sentence has ended or not."""
        self._resume()
        self._say(self._typed.flush())

    def close(self) -> None:
        """Speak what there is; then it is done."""
        self.flush()
        self._closing = True
        self._more.set()

    async def drop(self) -> None:
        """Forget what there is still to say."""
        self._resume()
        self._typed.clear()
        dropped, self._waiting = self._waiting, deque()
        for utterance in dropped:
            utterance.wanted = False
        accepted = [one.job.result() for one in dropped if one.job and one.job.done()]
        jobs = self._listener.service.jobs
        await asyncio.gather(*(jobs.cancel(job) for job in accepted if job))

    async def end(self) -> None:
        """Nothing goes on for it."""
        await self.drop()
        if self._speaking:
            self._speaking.cancel()

    async def spoken(self) -> None:
        """When all is said, of a context that was closed."""
        if self._speaking:
            await self._speaking

    def _resume(self) -> None:
        if self._paused:
            self._paused.cancel()
            self._paused = None

    def _say(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            if is_speakable(sentence):
                utterance = Utterance(sentence, follows=self.is_heard)
                utterance.job = asyncio.create_task(self._accept(utterance))
                self._waiting.append(utterance)
        self._more.set()

    async def _accept(self, utterance: Utterance) -> Job | None:
        """A sentence as a job; None where it cannot be one, which is told, or need not be."""
        try:
            job = await self._new_job(utterance)
        except UnspeakableText:
            return None
        except ERRORS as error:
            if utterance.wanted:
                with suppress(*GONE):
                    await self._listener.outbox.tell(error, self.id, utterance.text)
            return None
        if job and not utterance.wanted:  # cancelled while it was accepted
            await self._listener.service.jobs.cancel(job)
            return None
        return job

    async def _new_job(self, utterance: Utterance) -> Job | None:
        """Waits a while where the service is full. Raises what the intake does."""
        service, owner = self._listener.service, self._listener.owner
        for tries_left in reversed(range(TRIES)):
            words, voice_id = await self._meant(utterance.text)
            words = replace(words, follows=utterance.follows)
            kind: JobKind = "tts" if voice_id is None else "clone"
            asked = Asked(kind, owner, self._listener.session_id)
            try:
                return await new_job(service, asked, words, voice_id)
            except FULL as error:
                if not tries_left:
                    raise
                await asyncio.sleep(min(error.retry_after_s or 1.0, LONGEST_WAIT_S))
            if not utterance.wanted:
                break
        return None

    async def _speak(self, on_done: Callable[[], object]) -> None:
        """Send the sentences in order, until the context is closed."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                utterance = self._waiting[0]
                job = await asyncio.shield(utterance.job) if utterance.job else None
                if job and utterance.wanted:
                    await self._send_audio(job, utterance)
                if utterance.wanted:
                    self._waiting.popleft()
            if self._closing:
                on_done()
                await self._listener.outbox.send(type="context.done", context_id=self.id)
                return

    async def _send_audio(self, job: Job, utterance: Utterance) -> None:
        service, outbox = self._listener.service, self._listener.outbox
        about = {"context_id": self.id, "utterance": self._utterances}
        self._utterances += 1
        text = utterance.text
        try:
            begun = await begin(service, job)
            async with aclosing(begun.chunks()) as chunks:
                await outbox.send(
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
                    await outbox.send(type="audio", **about, audio=audio)
        except (CutOffError, *ERRORS) as error:
            if utterance.wanted:  # else it was cancelled
                await outbox.tell(error, self.id, text)
            return
        ended = await service.jobs.get(job.id, self._listener.owner)
        seconds = ended.audio.seconds if ended and ended.audio else 0.0
        start, self._seconds = self._seconds, self._seconds + seconds
        heard = await service.jobs.heard(job)
        words = words_view(heard.text, heard.words, start) if heard else []
        await outbox.send(
            type="audio.done",
            **about,
            start=round(start, 3),
            end=round(self._seconds, 3),
            words=[word.model_dump() for word in words],
        )


def _look_at(task: asyncio.Task[None]) -> None:
    """A socket that is gone is no error; anything else is."""
    error = None if task.cancelled() else task.exception()
    if error and not isinstance(error, GONE):
        logger.error("a context broke", exc_info=error)
