"""Speech on its way to a client of the Wyoming protocol, also of a text still being written.

Sentences are told apart here, and each is asked for as soon as it has ended, so that the next is
made while one is heard.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.tts import SynthesizeStart, SynthesizeStopped, SynthesizeTextFormat

from engines.reading.clean import is_speakable
from engines.reading.typed import TypedText
from serve_app.cli.client import ClientError
from serve_app.cli.speech_client import Pcm, SpeechClient
from serve_app.cli.wyoming_notes import Notes
from serve_app.cli.wyoming_voices import CODES, language_of, request_for

CHUNK_BYTES = 8_192
WIDTH, CHANNELS = 2, 1  # bytes of a sample; mono
AHEAD = 2  # sentences that are asked for before they are heard
MAX_TYPED = 20_000  # characters that may wait for the end of their sentence
MAX_SSML = 2**20  # characters of a document, which the service holds against a limit of its own
DEFAULT_CODE = "EN"


class Sender:
    """Audio to one client: one start, however many sentences follow."""

    def __init__(self, write_event: Callable[[Event], Awaitable[None]]) -> None:
        self.write_event = write_event
        self._sample_rate = 0  # Hz, once it began
        self._sent = 0  # bytes

    async def send(self, pcm: Pcm) -> None:
        if not self._sample_rate:
            self._sample_rate = pcm.sample_rate
            start = AudioStart(rate=pcm.sample_rate, width=WIDTH, channels=CHANNELS, timestamp=0)
            await self.write_event(start.event())
        async for audio in pcm.chunks:
            for at in range(0, len(audio), CHUNK_BYTES):
                part = audio[at : at + CHUNK_BYTES]
                chunk = AudioChunk(
                    rate=self._sample_rate,
                    width=WIDTH,
                    channels=CHANNELS,
                    audio=part,
                    timestamp=self._milliseconds,
                )
                self._sent += len(part)
                await self.write_event(chunk.event())

    async def stop(self) -> None:
        if self._sample_rate:
            await self.write_event(AudioStop(timestamp=self._milliseconds).event())

    @property
    def _milliseconds(self) -> int:
        return round(1000 * self._sent / WIDTH / max(self._sample_rate, 1))


class Stream:
    """A text that is still being written, heard sentence by sentence."""

    def __init__(
        self, client: SpeechClient, sender: Sender, asked: SynthesizeStart, notes: Notes
    ) -> None:
        self._client = client
        self._sender = sender
        self._notes = notes
        self._asked = asked
        self._is_ssml = asked.text_format == SynthesizeTextFormat.SSML
        self._typed = TypedText(CODES.get(language_of(asked.voice) or "", DEFAULT_CODE))
        self._written: list[str] = []  # SSML has no sentences to tell apart before its end
        self._chars = 0  # of it
        self._open: asyncio.Queue[asyncio.Task[Asked] | None] = asyncio.Queue(AHEAD)
        self._asking: set[asyncio.Task[Asked]] = set()
        self._speaking = asyncio.create_task(self._speak(), name="wyoming stream")

    async def write(self, text: str) -> None:
        """Raises ClientError where a sentence does not end."""
        if self._is_ssml:
            self._written.append(text)
            self._chars += len(text)
            if self._chars > MAX_SSML:
                raise ClientError(f"no document ended within {MAX_SSML:,} characters.")
            return
        for at in range(0, len(text), MAX_TYPED):  # to look at more would keep the others waiting
            await self._ask(self._typed.write(text[at : at + MAX_TYPED]))
            if len(self._typed) > MAX_TYPED:
                raise ClientError(f"no sentence ended within {MAX_TYPED:,} characters.")

    async def finish(self) -> None:
        """Wait until all is sent. What went wrong is told; the client hears the end either way."""
        await self._ask(["".join(self._written)] if self._is_ssml else self._typed.flush())
        await self._put(None)
        try:
            await self._speaking
        except ClientError as error:
            self._notes.tell("a streamed text", error, logging.ERROR)
            await self._sender.write_event(Error(text=str(error), code="service").event())
        finally:
            await self.cancel()
        await self._sender.stop()
        await self._sender.write_event(SynthesizeStopped().event())

    async def cancel(self) -> None:
        """Nothing goes on for it."""
        tasks = [self._speaking, *self._asking]
        for task in tasks:
            task.cancel()
        for asked in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(asked, Asked):
                await asked.close()

    async def _ask(self, sentences: list[str]) -> None:
        for sentence in sentences:
            if self._speaking.done():  # it broke: what is asked now, nobody would take or end
                return
            if is_speakable(sentence):
                path, body = request_for(sentence, self._asked.voice, self._asked.text_format)
                task = asyncio.create_task(Asked.open(self._client, path, body))
                self._asking.add(task)
                await self._put(task)

    async def _put(self, task: asyncio.Task[Asked] | None) -> None:
        """In its turn; at once where nobody will hear any more."""
        putting = asyncio.ensure_future(self._open.put(task))
        await asyncio.wait((putting, self._speaking), return_when=asyncio.FIRST_COMPLETED)
        if not putting.done():
            putting.cancel()

    async def _speak(self) -> None:
        """Send the sentences in order."""
        while task := await self._open.get():
            asked = await task
            self._asking.discard(task)
            try:
                await self._sender.send(asked.pcm)
            finally:
                await asked.close()


class Asked:
    """A sentence that was asked for, and whose audio begins to come."""

    def __init__(self, pcm: Pcm, stack: AsyncExitStack) -> None:
        self.pcm = pcm
        self._stack = stack

    @classmethod
    async def open(cls, client: SpeechClient, path: str, body: dict[str, Any]) -> Asked:
        async with AsyncExitStack() as stack:
            pcm = await stack.enter_async_context(client.speak(path, body))
            return cls(pcm, stack.pop_all())
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._stack.aclose()
