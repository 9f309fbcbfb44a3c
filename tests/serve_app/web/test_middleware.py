"""What every request passes through: an id, a count, and limits on its body while it arrives."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from config.settings import LimitSettings
from serve_app.web.bodies import BodyLimits
from serve_app.web.middleware import RequestContext
from telemetry.meter import Meter
from tests.serve_app.fakes import run

LIMIT = 2000


async def echo(request: Request) -> Response:
    body = await request.body()
    return JSONResponse({"bytes": len(body), "request_id": request.state.request_id})


async def ignore(request: Request) -> Response:
    return JSONResponse({})


async def broken(request: Request) -> Response:
    raise RuntimeError("a bug")


def create_app(meter: Meter | None = None, timeout_s: float = 5.0) -> Starlette:
    routes = [
        Route("/echo/{name}", echo, methods=["POST"]),
        Route("/ignore", ignore, methods=["POST"]),
        Route("/broken", broken),
    ]
    limits = LimitSettings(
        max_upload_bytes=4 * LIMIT, max_json_bytes=LIMIT, upload_timeout_s=timeout_s
    )
    chain = [
        Middleware(RequestContext, meter=meter or Meter(export_to_ray=False)),
        Middleware(BodyLimits, limits=limits),
    ]
    return Starlette(routes=routes, middleware=chain)


def send(app: Any, method: str, path: str, **request: Any) -> httpx.Response:
    async def scenario() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **request)

    return run(scenario())


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 100):
        yield b"x" * 100


def samples(meter: Meter, name: str) -> list[dict[str, str]]:
    families = text_string_to_metric_families(meter.render().decode())
    return [
        sample.labels for family in families for sample in family.samples if sample.name == name
    ]


def test_a_request_has_its_id_or_gets_one() -> None:
    mine = send(create_app(), "POST", "/echo/a", headers={"X-Request-ID": "mine"}).json()
    assert mine["request_id"] == "mine"
    ids = {send(create_app(), "POST", "/echo/a").json()["request_id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
@pytest.mark.parametrize(("size", "status"), [(LIMIT, 200), (LIMIT + 100, 413)])
def test_a_body_may_have_so_many_bytes(chunked: bool, size: int, status: int) -> None:
    content = in_pieces(size) if chunked else b"x" * size
    headers = {"X-Request-ID": "mine"}
    answer = send(create_app(), "POST", "/echo/a", content=content, headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["bytes"] == size
        return
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.json()["limit_bytes"] == LIMIT
    assert answer.json()["request_id"] == "mine"


def test_a_body_that_is_declared_too_large_is_not_read() -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    headers = {"Content-Length": str(10**9)}
    answer = send(create_app(), "POST", "/ignore", content=unread(), headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize("declared", ["", "-1", "many", "9" * 5000, "1.5"])
def test_an_odd_content_length_breaks_nothing(declared: str) -> None:
    answer = send(create_app(), "POST", "/echo/a", headers={"Content-Length": declared})
    assert answer.status_code in (200, 413)


def test_a_body_that_trickles_in_is_cut_off() -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x"
            await asyncio.sleep(0.05)  # each piece in time, the whole not

    answer = send(create_app(timeout_s=0.3), "POST", "/echo/a", content=slow())
    assert answer.status_code == 408
    assert answer.json()["type"] == "urn:phonex:problem:request-timeout"
    assert int(answer.headers["retry-after"]) >= 1


def test_the_time_for_a_body_ends_with_the_body() -> None:
    """A client that waits for its audio longer than a body may take is not cut off."""
    limits = LimitSettings(upload_timeout_s=0.1)
    messages: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        async with asyncio.timeout(5):
            messages.append(await receive())

    async def scenario() -> None:
        body: list[Message] = [{"type": "http.request", "body": b"x", "more_body": False}]

        async def receive() -> Message:
            if body:
                return body.pop()
            await asyncio.sleep(0.3)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            raise AssertionError(message)

        scope: Scope = {"type": "http", "path": "/tts", "headers": [], "state": {"request_id": "1"}}
        await BodyLimits(app, limits)(scope, receive, send)

    run(scenario())
    assert messages == [{"type": "http.disconnect"}]


def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive()).get("more_body"):
            pass

    middleware = BodyLimits(app, LimitSettings(max_json_bytes=LIMIT))
    started: list[Message] = []

    async def scenario() -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"x" * LIMIT, "more_body": True}

        async def send(message: Message) -> None:
            started.append(message)

        scope: Scope = {"type": "http", "path": "/tts", "headers": [], "state": {"request_id": "1"}}
        with pytest.raises(Exception, match="MiB"):
            await middleware(scope, receive, send)

    run(scenario())
    assert len(started) == 1


def test_requests_are_counted_by_route_never_by_path() -> None:
    meter = Meter(export_to_ray=False)
    app = create_app(meter)
    for name in ("a", "b", "secret"):
        send(app, "POST", f"/echo/{name}")
    send(app, "GET", "/nothing/secret")
    send(app, "SECRET", "/ignore")
    send(app, "GET", "/broken")
    counted = samples(meter, "phonex_http_requests_total")
    assert {"method": "POST", "route": "/echo/{name}", "status": "200"} in counted
    assert {"method": "GET", "route": "unknown", "status": "404"} in counted
    assert {"method": "GET", "route": "/broken", "status": "500"} in counted
    assert {labels["method"] for labels in counted} == {"POST", "GET", "other"}
    assert "secret" not in json.dumps(counted).lower()


@pytest.mark.parametrize("given", ["x" * 65, 'a" b', "a\\n{}", "é"])
def test_an_id_that_could_harm_a_log_is_replaced(given: str) -> None:
    headers = {"X-Request-ID": given.encode()}
    answer = send(create_app(), "POST", "/echo/a", headers=headers).json()
    assert re.fullmatch("[0-9a-f]{32}", answer["request_id"])


def test_problems_are_counted_by_route_wherever_they_are_answered() -> None:
    meter = Meter(export_to_ray=False)
    send(create_app(meter), "POST", "/echo/a", content=b"x" * (LIMIT + 1))
    (problem,) = samples(meter, "phonex_http_problems_total")
    assert problem == {"route": "unknown", "type": "body-too-large"}  # refused before the routes


def test_first_and_last_byte_are_timed_apart() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.1)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await asyncio.sleep(0.2)
        await send({"type": "http.response.body", "body": b"b"})

    meter = Meter(export_to_ray=False)
    send(RequestContext(slow, meter), "GET", "/")
    sums = {
        sample.name: sample.value
        for family in text_string_to_metric_families(meter.render().decode())
        for sample in family.samples
        if sample.name.endswith("_sum")
    }
    first, last = (
        sums["phonex_http_first_byte_seconds_sum"],
        sums["phonex_http_request_seconds_sum"],
    )
    assert 0.1 <= first <= last - 0.2


def test_what_is_not_http_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: object) -> Any: ...

    chain = RequestContext(BodyLimits(app, LimitSettings()), Meter(export_to_ray=False))
    run(chain({"type": "lifespan"}, nothing, nothing))
    run(chain({"type": "websocket"}, nothing, nothing))
    assert seen == ["lifespan", "websocket"]


@pytest.mark.parametrize(("size", "status"), [(2 * LIMIT, 200), (4 * LIMIT + 1, 413)])
def test_an_upload_may_be_larger_than_what_is_parsed_in_memory(size: int, status: int) -> None:
    headers = {"X-Request-ID": "mine", "Content-Type": "Multipart/form-data; boundary=x"}
    answer = send(create_app(), "POST", "/echo/a", content=b"x" * size, headers=headers)
    assert answer.status_code == status
