"""The Wyoming protocol over a running service: what is asked by events is asked over HTTP.

Sentences of a text that is still being written are told apart here, and each is asked for as soon
as it has ended, so that the next is made while one is heard.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import AsyncExitStack, suppress
from typing import Any

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeTextFormat,
)

from engines.reading.clean import is_speakable
from engines.reading.typed import TypedText
from serve_app.cli.client import ClientError
from serve_app.cli.speech_client import Pcm, SpeechClient
from serve_app.cli.wyoming_events import MAX_LINE, BadEventError, parsed, read_event
from serve_app.cli.wyoming_notes import Notes
from serve_app.cli.wyoming_voices import CODES, describe, language_of, request_for

CHUNK_BYTES = 8_192
WIDTH, CHANNELS = 2, 1  # bytes of a sample; mono
AHEAD = 2  # sentences that are asked for before they are heard
MAX_TYPED = 20_000  # characters that may wait for the end of their sentence
MAX_SSML = 2**20  # characters of a document, which the service holds against a limit of its own
MAX_CLIENTS = 64  # at once; Home Assistant connects anew for each message
PATIENCE_S = 600.0  # for the next event of a client, and for one to take what it asked for
DEFAULT_CODE = "EN"

logger = logging.getLogger("phonex.wyoming")


async def serve_wyoming(url: str, api_key: str | None, host: str, port: int) -> None:
    """Serve until stopped.

    Raises:
        ClientError: the service does not answer, or not to this key.
        OSError: nothing can listen there.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await guests.serve(Handler(client, reader, writer, notes))

    notes = Notes()
    guests = Guests(notes)

    async with SpeechClient(url, api_key) as client:
        voices = await client.voices()
        server = await asyncio.start_server(serve, host, port, limit=MAX_LINE)
        bound = server.sockets[0].getsockname()[1]
        logger.info("wyoming: %d voices of %s at tcp://%s:%d", len(voices), client.url, host, bound)
        stopped = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await stopped.wait()
        notes.summarize()
        server.close()  # and whoever is connected still is let go with the loop
        logger.info("wyoming: stopped")


class Guests:
    """Those who are connected, of whom there are only so many: each holds memory."""

    def __init__(self, notes: Notes, most: int = MAX_CLIENTS) -> None:
        self._notes = notes
        self._most = most
        self._count = 0

    async def serve(self, handler: Handler) -> None:
        if self._count >= self._most:
            self._notes.tell("a client was sent away", f"{self._count} are connected")
            handler.close()
            return
        self._count += 1
        try:
            await handler.run()
        finally:
            self._count -= 1


class Handler:
    """One client of ours."""

    def __init__(
        self,
        client: SpeechClient,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        notes: Notes,
    ) -> None:
        self.notes = notes
        self._client = client
        self._reader = reader
        self._writer = writer
        self._stream: Stream | None = None

    async def run(self) -> None:
        """Answer events until the client goes; whatever it sends, the others are served."""
        try:
            while event := await self._next():
                if not await self._answer(event):
                    break
        except BadEventError as error:
            self.notes.tell("a client sent what is no event", error)
            with suppress(OSError):
                await self._tell(str(error), "bad-event")
        except OSError:  # or it was silent, or took nothing, for too long: what is unsent goes too
            self.notes.tell("a client went away", level=logging.INFO)
            self._writer.transport.abort()
        except Exception as error:  # noqa: BLE001  of one client; it is told with its stack trace
            self.notes.tell("a client could not be served", level=logging.ERROR, error=error)
        finally:
            if self._stream:
                await self._stream.cancel()
            self.close()

    def close(self) -> None:
        self._writer.close()

    async def write_event(self, event: Event) -> None:
        """Raises OSError where nobody is there to take it, or nobody takes it."""
        async with asyncio.timeout(PATIENCE_S):
            await async_write_event(event, self._writer)

    async def _next(self) -> Event | None:
        async with asyncio.timeout(PATIENCE_S):
            return await read_event(self._reader)

    async def _answer(self, event: Event) -> bool:
        """Whether the connection goes on."""
        try:
            await self._handle(event)
        except BadEventError as error:
            self.notes.tell("a client sent a bad event", error)
            await self._tell(str(error), "bad-event")
        except ClientError as error:
            self.notes.tell(event.type, error, logging.ERROR)
            await self._tell(str(error), "service")
            return False  # Home Assistant waits for audio, or for the end of the connection
        return True

    async def _handle(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self.write_event(describe(await self._client.voices()).event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(text=parsed(Ping, event).text).event())
        elif Synthesize.is_type(event.type):
            if self._stream is None:  # else it repeats, for older servers, what was sent in chunks
                await self._synthesize(parsed(Synthesize, event))
        elif SynthesizeStart.is_type(event.type):
            await self._start(parsed(SynthesizeStart, event))
        elif SynthesizeChunk.is_type(event.type):
            if self._stream:
                await self._stream.write(parsed(SynthesizeChunk, event).text)
        elif SynthesizeStop.is_type(event.type) and self._stream:
            stream, self._stream = self._stream, None
            await stream.finish()

    async def _synthesize(self, asked: Synthesize) -> None:
        path, body = request_for(asked.text, asked.voice, asked.text_format)
        async with self._client.speak(path, body) as pcm:
            sender = Sender(self)
            await sender.send(pcm)
        await sender.stop()

    async def _start(self, asked: SynthesizeStart) -> None:
        if self._stream:
            await self._stream.cancel()
        self._stream = Stream(self._client, Sender(self), asked)

    async def _tell(self, text: str, code: str) -> None:
        await self.write_event(Error(text=text, code=code).event())


class Sender:
    """Audio to one client: one start, however many sentences follow."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self._sample_rate = 0  # Hz, once it began
        self._sent = 0  # bytes

    async def send(self, pcm: Pcm) -> None:
        if not self._sample_rate:
            self._sample_rate = pcm.sample_rate
            start = AudioStart(rate=pcm.sample_rate, width=WIDTH, channels=CHANNELS, timestamp=0)
            await self.handler.write_event(start.event())
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
                await self.handler.write_event(chunk.event())

    async def stop(self) -> None:
        if self._sample_rate:
            await self.handler.write_event(AudioStop(timestamp=self._milliseconds).event())

    @property
    def _milliseconds(self) -> int:
        return round(1000 * self._sent / WIDTH / max(self._sample_rate, 1))


class Stream:
    """A text that is still being written, heard sentence by sentence."""

    def __init__(self, client: SpeechClient, sender: Sender, asked: SynthesizeStart) -> None:
        self._client = client
        self._sender = sender
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
        handler = self._sender.handler
        try:
            await self._speaking
        except ClientError as error:
            handler.notes.tell("a streamed text", error, logging.ERROR)
            await handler.write_event(Error(text=str(error), code="service").event())
        finally:
            await self.cancel()
        await self._sender.stop()
        await handler.write_event(SynthesizeStopped().event())

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
