"""What a hostile client of `phonex wyoming` costs: no memory, and nobody else's turn."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

pytest.importorskip(
    "wyoming", reason="wyoming is not installed: pip install -r requirements/test.txt"
)
from serve_app.cli import wyoming_server, wyoming_streams
from serve_app.cli.speech_client import SpeechClient
from serve_app.cli.wyoming_events import MAX_DATA, MAX_LINE
from serve_app.cli.wyoming_notes import LINES, MOST_CHARS, Notes
from serve_app.cli.wyoming_server import Guests, Handler
from tests.serve_app.http_server import HttpServer

PING = b'{"type": "ping", "data": {"text": "there?"}}\n'
SURROGATE = b'"\\ud800"'


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = HttpServer(tmp_path_factory.mktemp("service"))
    yield server.url
    server.stop()


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def listening(
    url: str, most: int = 8, notes: Notes | None = None
) -> AsyncIterator[Callable[[], Awaitable[Streams]]]:
    """A way to connect to one that serves so many."""
    notes = notes or Notes()
    guests = Guests(notes, most)
    async with SpeechClient(url) as client:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await guests.serve(Handler(client, reader, writer, notes))

        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=MAX_LINE)
        port = server.sockets[0].getsockname()[1]
        try:
            yield lambda: asyncio.open_connection("127.0.0.1", port)
        finally:
            server.close()


def event(kind: str, **data: object) -> bytes:
    return json.dumps({"type": kind, "data": data}).encode() + b"\n"


async def kinds_until_the_end(reader: asyncio.StreamReader) -> list[str]:
    """The types of all events up to the end of the connection, or its reset."""
    found = []
    async with asyncio.timeout(30):
        with suppress(ConnectionResetError):
            while line := await reader.readline():
                header = json.loads(line)
                found.append(header["type"])
                for length in ("data_length", "payload_length"):
                    await reader.readexactly(header.get(length) or 0)
    return found


@pytest.mark.parametrize(
    "sent",
    [
        b"[" * (MAX_LINE - 10) + b"\n",
        b'{"type": "ping", "data_length": %d}\n' % MAX_DATA + b"[" * MAX_DATA,
        b'{"type": "ping", "data": {"text": %s}}\n' % SURROGATE,
        b'{"type": "synthesize", "data": {"text": %s}}\n' % SURROGATE,
        b'{"type": "synthesize", "data": {"text": "Hi.", "voice": {"name": %s}}}\n' % SURROGATE,
        b'{"type": "synthesize-start", "data": {"voice": {"language": %s}}}\n' % SURROGATE,
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
    ids=range(7),
)
def test_what_no_event_says_is_told_without_a_stack_trace(
    url: str, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with listening(url) as connect:
            reader, writer = await connect()
            writer.write(sent)
            writer.write_eof()
            assert await kinds_until_the_end(reader) == ["error"]
            writer.close()

    with caplog.at_level(logging.INFO, "phonex.wyoming"):
        asyncio.run(scenario())
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize(
    ("sent", "connections", "kind"),
    [
        (b'{"type": "synthesize", "data": {"text": 1}}\n' * 500, 1, "a client sent a bad event"),
        (b'{"type": 1}\n', 200, "a client sent what is no event"),
        (b"", 200, "a client was sent away"),
    ],
    ids=["bad events", "no events", "too many"],
)
def test_a_stranger_fills_no_log(
    url: str, sent: bytes, connections: int, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """So many lines of each kind, and one that counts the rest."""

    async def scenario() -> None:
        notes = Notes(period_s=600)
        async with listening(url, most=1 if sent else 0, notes=notes) as connect:
            for _ in range(connections):
                reader, writer = await connect()
                writer.write(sent)
                if sent:
                    writer.write_eof()
                await kinds_until_the_end(reader)
                writer.close()
            notes.summarize()

    with caplog.at_level(logging.INFO, "phonex.wyoming"):
        asyncio.run(scenario())
    *lines, counted = [record.getMessage() for record in caplog.records]
    assert len(lines) == LINES
    assert all(line.startswith(kind) for line in lines)
    count = max(sent.count(b"\n"), 1) * connections
    assert counted == f"{kind}: {count - LINES} more within 600 s"


def test_what_was_counted_is_told_when_its_period_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        notes = Notes(lines=1, period_s=0.05)
        for _ in range(3):
            notes.tell("a kind", "\x1b[2J\n" + "x" * 2 * MOST_CHARS)
        while len(caplog.records) < 2:  # noqa: ASYNC110  a record sets no event
            await asyncio.sleep(0.01)
        notes.tell("a kind")

    with caplog.at_level(logging.INFO, "phonex.wyoming"):
        asyncio.run(asyncio.wait_for(scenario(), 30))
    first, counted, again = [record.getMessage() for record in caplog.records]
    assert first.isprintable()
    assert len(first) < MOST_CHARS + 30
    assert counted == "a kind: 2 more within 0 s"
    assert again == "a kind"


def test_a_payload_is_passed_over(url: str) -> None:
    async def scenario() -> None:
        async with listening(url) as connect:
            reader, writer = await connect()
            size = 2**20 + 1
            writer.write(b'{"type": "ping", "payload_length": %d}\n' % size + bytes(size) + PING)
            writer.write_eof()
            assert await kinds_until_the_end(reader) == ["pong", "pong"]
            writer.close()

    asyncio.run(scenario())


def test_one_too_many_is_sent_away_and_served_once_another_has_gone(url: str) -> None:
    async def scenario() -> None:
        async with listening(url, most=2) as connect:
            held = [await connect() for _ in range(2)]
            for reader, writer in held:
                writer.write(PING)
                assert b"pong" in await reader.readline()
            reader, writer = await connect()
            assert await kinds_until_the_end(reader) == []
            writer.close()
            held[0][1].close()
            async with asyncio.timeout(30):
                while True:
                    reader, writer = await connect()
                    writer.write(PING)
                    writer.write_eof()
                    if await kinds_until_the_end(reader) == ["pong"]:
                        break
                    writer.close()
            writer.close()
            held[1][1].close()

    asyncio.run(scenario())


def test_who_says_nothing_is_let_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wyoming_server, "PATIENCE_S", 0.1)

    async def scenario() -> None:
        async with listening(url) as connect:
            reader, writer = await connect()
            writer.write(b'{"type": "ping", "payl')
            assert await kinds_until_the_end(reader) == []
            writer.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("text_format", ["ssml", "text"])
def test_a_text_without_end_is_ended(url: str, text_format: str) -> None:
    async def scenario() -> None:
        async with listening(url) as connect:
            reader, writer = await connect()
            writer.write(event("synthesize-start", text_format=text_format))

            async def write() -> None:
                while True:
                    writer.write(event("synthesize-chunk", text="a " * 10_000))
                    await writer.drain()

            writing = asyncio.create_task(write())
            await kinds_until_the_end(reader)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            writer.close()

    asyncio.run(scenario())


def test_nothing_is_asked_for_a_text_whose_first_sentence_was_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    open_one = wyoming_streams.Asked.open

    async def counted(client: SpeechClient, path: str, body: dict[str, str]) -> object:
        asked.append(path)
        return await open_one(client, path, body)

    monkeypatch.setattr(wyoming_streams.Asked, "open", counted)

    async def scenario() -> None:
        async with listening(url) as connect:
            reader, writer = await connect()
            writer.write(event("synthesize-start", voice={"name": "nobody"}))
            for number in range(200):
                writer.write(event("synthesize-chunk", text=f"This is sentence {number}. "))
                await asyncio.sleep(0.005)
            writer.write(event("synthesize-stop"))
            writer.write_eof()
            assert await kinds_until_the_end(reader) == ["error", "synthesize-stopped"]
            writer.close()

    asyncio.run(scenario())
    assert len(asked) < 100
