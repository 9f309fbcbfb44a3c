"""The Wyoming protocol over a running service: what is asked by events is asked over HTTP."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress

from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.info import Describe
from wyoming.ping import Ping, Pong
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
)

from serve_app.cli.client import ClientError
from serve_app.cli.speech_client import SpeechClient
from serve_app.cli.wyoming_events import MAX_LINE, BadEventError, parsed, read_event
from serve_app.cli.wyoming_notes import Notes
from serve_app.cli.wyoming_streams import Sender, Stream
from serve_app.cli.wyoming_voices import describe, request_for

MAX_CLIENTS = 64  # at once; Home Assistant connects anew for each message
PATIENCE_S = 600.0  # for the next event of a client, and for one to take what it asked for

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
            sender = Sender(self.write_event)
            await sender.send(pcm)
        await sender.stop()

    async def _start(self, asked: SynthesizeStart) -> None:
        if self._stream:
            await self._stream.cancel()
        self._stream = Stream(self._client, Sender(self.write_event), asked, self.notes)

    async def _tell(self, text: str, code: str) -> None:
        await self.write_event(Error(text=text, code=code).event())
