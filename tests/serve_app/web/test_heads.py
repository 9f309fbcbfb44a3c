"""The head of a request ends, in bytes and in time, and what is no HTTP is told in our form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.importer import import_from_string

from serve_app import proxy
from serve_app.web import heads
from serve_app.web.heads import MAX_HEAD_BYTES, LimitedHttp
from tests.serve_app.fakes import run

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HEAD = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n"


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    body = 0
    if scope["path"] == "/large":
        refused = PlainTextResponse("too large", 413, headers={"Connection": "close"})
        await refused(scope, receive, send)
        return
    if scope["method"] == "POST":
        while (message := await receive()).get("more_body"):
            body += len(message["body"])
        body += len(message["body"])
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
    await PlainTextResponse(f"hello {body}")(scope, receive, send)


def over_the_wire(scenario: Callable[[Callable[[], Awaitable[Wire]]], Awaitable[None]]) -> None:
    async def whole() -> None:
        settings = uvicorn.Config(hello, port=0, log_level="critical", http=LimitedHttp)
        server = uvicorn.Server(settings)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            await scenario(lambda: asyncio.open_connection("127.0.0.1", port))
        finally:
            server.should_exit = True
            await serving

    run(whole())


async def answer_of(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the service hangs up."""
    return await asyncio.wait_for(reader.read(), 20)


def problem_in(answer: bytes, status: int) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert b"content-type: application/problem+json" in head.lower()
    problem: dict[str, Any] = json.loads(body)
    assert problem["status"] == status
    assert problem["request_id"].encode() in head
    return problem


@pytest.mark.parametrize(
    "begin",
    [HEAD + b"X-A: ", b"GET /", HEAD + b"X-A", b"POST /?a=b HTTP/1.1\r\nHost: localhost\r\nB: "],
)
def test_a_head_without_end_is_refused_and_not_kept(begin: bytes) -> None:
    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write(begin)
        answering = asyncio.create_task(reader.readuntil(b"}"))
        sent = 0
        while not answering.done() and sent < 64 * MAX_HEAD_BYTES:
            writer.write(b"a" * 16_384)
            await asyncio.sleep(0.001)
            sent += 16_384
        assert sent < 16 * MAX_HEAD_BYTES
        answer = await answering
        assert problem_in(answer, 431)["type"] == "urn:phonex:problem:bad-request"

    over_the_wire(scenario)


def test_heads_of_a_usual_size_pass_one_after_another_whatever_their_bodies() -> None:
    large = HEAD + b"X-A: " + b"a" * (MAX_HEAD_BYTES - 2_000) + b"\r\n\r\n"
    post = b"POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"

    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write((large + post + b"b" * 1_000_000) * 3)
        writer.write(HEAD + b"Connection: close\r\n\r\n")
        await writer.drain()
        answer = await answer_of(reader)
        assert answer.count(b"200 OK") == 7
        assert answer.count(b"hello 1000000") == 3

    over_the_wire(scenario)


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello there\r\n\r\n",
     HEAD + b"no colon\r\n\r\n", HEAD + b"Content-Length: -1\r\n\r\n", b"GET /a b HTTP/1.1\r\n\r\n",
     b"GET /caf\xc3\xa9 HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_is_told_so(sent: bytes) -> None:
    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write(sent)
        problem = problem_in(await answer_of(reader), 400)
        assert problem["type"] == "urn:phonex:problem:bad-request"
        assert problem["detail"] == heads.NO_HTTP

    over_the_wire(scenario)


@pytest.mark.parametrize("chunk", [b"zz\r\nabc\r\n", b"-1\r\n", b"3\r\nabcdef\r\n", b"f" * 20])
def test_a_body_whose_chunks_are_none_is_told_so_once(chunk: bytes) -> None:
    post = b"POST /hello HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"

    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write(post)
        await asyncio.sleep(0.05)
        writer.write(chunk + b"\r\n0\r\n\r\n")
        assert problem_in(await answer_of(reader), 400)["detail"] == heads.NO_HTTP

    over_the_wire(scenario)


def test_nothing_is_written_into_an_answer_that_is_under_way() -> None:
    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write(HEAD.replace(b"/hello", b"/slow") + b"\r\n")
        await asyncio.sleep(0.1)
        writer.write(b"what is no HTTP\r\n\r\n")
        assert await answer_of(reader) == b""

    over_the_wire(scenario)


@pytest.mark.parametrize("length", [b"Content-Length: 50000000", b"Transfer-Encoding: chunked"])
def test_who_is_refused_while_they_send_hears_why(length: bytes) -> None:
    """As a browser does that uploads a file which is too large."""

    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        head = HEAD.replace(b"GET /hello", b"POST /large") + length + b"\r\n\r\n"
        writer.write(head + (b"4000000\r\n" if b"chunked" in length else b""))
        for _ in range(100):
            writer.write(b"a" * 100_000)
            await writer.drain()
            await asyncio.sleep(0.001)
        answer = await answer_of(reader)  # a connection that was reset would raise
        assert b"413 " in answer
        assert answer.endswith(b"too large")

    over_the_wire(scenario)


def test_who_goes_on_sending_is_not_listened_to_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "LINGER_S", 0.2)

    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        head = HEAD.replace(b"GET /hello", b"POST /large") + b"Content-Length: 50000000\r\n\r\n"
        writer.write(head)
        assert (await answer_of(reader)).endswith(b"too large")

        async def send_on() -> None:
            for _ in range(200):
                writer.write(b"a" * 1_000)
                await writer.drain()
                await asyncio.sleep(0.02)

        with pytest.raises(ConnectionError):
            await send_on()

    over_the_wire(scenario)


def test_a_connection_is_kept_where_its_client_wants_it() -> None:
    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        for _ in range(3):
            writer.write(HEAD + b"\r\n")
            assert (await reader.readuntil(b"hello 0")).count(b"200 OK") == 1
        writer.write(HEAD + b"Connection: close\r\n\r\n")
        assert (await answer_of(reader)).endswith(b"hello 0")

    over_the_wire(scenario)


@pytest.mark.parametrize("sent", [b"G", HEAD, HEAD + b"\r\n" + HEAD])
def test_who_sends_half_a_head_is_not_waited_for(
    sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "HEAD_LIMIT_S", 0.2)

    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write(sent)
        answer = await answer_of(reader)
        assert answer.count(b"200 OK") == sent.count(b"\r\n\r\n")
        late = answer[answer.rindex(b"HTTP/1.1") :]
        assert problem_in(late, 408)["type"] == "urn:phonex:problem:request-timeout"

    over_the_wire(scenario)


def test_a_connection_in_store_is_closed_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "HEAD_LIMIT_S", 0.2)

    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, _ = await connect()
        assert await answer_of(reader) == b""

    over_the_wire(scenario)


def test_an_answer_that_takes_longer_than_a_head_may_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heads, "HEAD_LIMIT_S", 0.1)

    async def scenario(connect: Callable[[], Awaitable[Wire]]) -> None:
        reader, writer = await connect()
        writer.write(HEAD.replace(b"/hello", b"/slow") + b"\r\nG")
        await asyncio.sleep(0.3)
        writer.write(HEAD[1:] + b"Connection: close\r\n\r\n")
        assert (await answer_of(reader)).count(b"200 OK") == 2

    over_the_wire(scenario)


def test_ray_serves_proxy_is_given_these_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HTTP_PROTOCOLS, "auto", HTTP_PROTOCOLS["auto"])
    proxy.middlewares()
    settings = uvicorn.Config(hello)
    settings.load()
    assert import_from_string(HTTP_PROTOCOLS["auto"]) is LimitedHttp
    assert settings.http_protocol_class is LimitedHttp
