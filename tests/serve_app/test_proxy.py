"""In front of everything: a sane request id, and the proxy's own words as problem+json."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.service_config import http_environment
from serve_app.proxy import DETAILS, Front, middlewares
from tests.serve_app.fakes import run


def send(app: ASGIApp, path: str = "/", **request: Any) -> httpx.Response:
    async def scenario() -> httpx.Response:
        transport = httpx.ASGITransport(Front(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(request.pop("method", "GET"), path, **request)

    return run(scenario())


async def show_id(scope: Scope, receive: Receive, send: Send) -> None:
    ids = [value.decode() for name, value in scope["headers"] if name == b"x-request-id"]
    await JSONResponse({"ids": ids})(scope, receive, send)


@pytest.mark.parametrize("given", ["trace-1", "A.b_c-9", "x" * 64])
def test_a_sane_id_is_taken_over(given: str) -> None:
    answer = send(show_id, headers={"X-Request-ID": given})
    assert answer.json()["ids"] == [given]
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", [None, "", "a b", "x" * 65, "<script>", "a;b", b"\xe9"])
def test_any_other_is_replaced(given: str | bytes | None) -> None:
    headers: Any = {} if given is None else {"X-Request-ID": given}
    answer = send(show_id, headers=headers)
    (request_id,) = answer.json()["ids"]
    assert len(request_id) == 32
    assert answer.headers["x-request-id"] == request_id


def test_of_two_ids_the_application_sees_one() -> None:
    answer = send(show_id, headers=[("X-Request-ID", "one"), ("X-Request-ID", "<two>")])
    assert len(answer.json()["ids"]) == 1


def test_an_application_that_is_not_deployed_is_not_a_lost_job() -> None:
    answer = send(PlainTextResponse("Path '/status/1' not found.", 404))
    assert answer.status_code == answer.json()["status"] == 503
    assert answer.json()["type"] == "urn:phonex:problem:service-unavailable"
    assert "retry-after" in answer.headers


@pytest.mark.parametrize("status", [408, 429, 500, 503, 418, 502])
def test_plain_text_errors_become_problems(status: int) -> None:
    leaky = PlainTextResponse("Internal Server Error: ray::ServeReplica /tmp/ray", status)
    answer = send(leaky, headers={"X-Request-ID": "mine"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"].startswith("urn:phonex:problem:")
    assert (body["status"], body["request_id"]) == (status, "mine")
    assert answer.headers.get_list("x-request-id") == ["mine"]
    assert "ray" not in answer.text
    assert ("retry-after" in answer.headers) is (status in (408, 429, 503))
    assert body["detail"] == DETAILS.get(status, body["detail"])


def test_a_replica_that_died_before_it_answered_is_a_problem() -> None:
    """Ray Serve's proxy sends nothing then, and its server would say so in plain text."""

    async def dies(scope: Scope, receive: Receive, send: Send) -> None:
        return

    answer = send(dies, headers={"X-Request-ID": "mine"})
    assert answer.status_code == answer.json()["status"] == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["request_id"], answer.json()["detail"]) == ("mine", DETAILS[500])


def test_an_error_without_a_type_is_foreign_too() -> None:
    assert send(Response(status_code=503)).json()["status"] == 503


@pytest.mark.parametrize(
    "ours",
    [
        Response(b'{"type": "x"}', 422, media_type="application/problem+json"),
        JSONResponse({"status": "failed"}, 500),
        PlainTextResponse("phonex_http_requests_total 1"),
        Response(status_code=304, headers={"ETag": '"a"'}),
        Response(b"RIFF", 206, media_type="audio/wav"),
    ],
)
def test_our_own_answers_pass_unchanged(ours: Response) -> None:
    answer = send(ours)
    assert answer.status_code == ours.status_code
    assert answer.content == ours.body
    assert answer.headers.get("content-type") == ours.headers.get("content-type")
    assert answer.headers.get("etag") == ours.headers.get("etag")


def test_a_stream_passes_as_it_comes() -> None:
    arrived: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"audio/wav")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number in range(3):
            await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})
            assert len(arrived) == number + 1  # nothing is held back
        await send({"type": "http.response.body", "body": b""})

    async def scenario() -> None:
        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                arrived.append(message["body"])

        scope: Scope = {"type": "http", "method": "GET", "path": "/audio/1", "headers": []}
        await Front(app)(scope, receive, send)

    run(scenario())
    assert arrived == [b"0", b"1", b"2", b""]


def test_ray_serves_own_routes_and_sockets_are_left_alone() -> None:
    assert send(PlainTextResponse("no", 503), "/-/healthz").text == "no"
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: object) -> Any: ...

    run(Front(app)({"type": "websocket", "path": "/", "headers": []}, nothing, nothing))
    assert seen == ["websocket"]


def test_ray_serve_is_given_the_front() -> None:
    (middleware,) = middlewares()
    assert str(middleware.cls) == str(Front)


def test_a_browser_may_read_what_the_proxy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    document = {"applications": [{"args": {"http": {"cors_origins": ["https://app.example"]}}}]}
    for name, value in http_environment(document).items():
        monkeypatch.setenv(name, value)
    (front,) = middlewares()
    app = front.cls(PlainTextResponse("gone", 500), *front.args, **front.kwargs)

    async def scenario() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for origin, allowed in (("https://app.example", True), ("https://evil.example", False)):
                answer = await client.get("/", headers={"Origin": origin})
                assert answer.json()["status"] == 500
                assert ("access-control-allow-origin" in answer.headers) is allowed

    run(scenario())


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_request_for_no_path_is_the_clients_fault(method: str) -> None:
    """Ray Serve would say that no application is deployed, and the client would ask again."""
    problem = ask_for(method, "*")
    assert (problem["status"], problem["type"]) == (400, "urn:phonex:problem:bad-request")


def test_the_server_says_what_it_takes_in_general() -> None:
    assert ask_for("OPTIONS", "*") == {"status": 204}


def ask_for(method: str, target: str) -> dict[str, Any]:
    told: list[Message] = []

    async def keep(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope = {"type": "http", "method": method, "path": target, "headers": [], "query_string": b""}
    run(Front(PlainTextResponse("Path '*' not found.", 404))(scope, receive, keep))
    body = b"".join(message.get("body", b"") for message in told)
    return {"status": told[0]["status"]} | (json.loads(body) if body else {})
