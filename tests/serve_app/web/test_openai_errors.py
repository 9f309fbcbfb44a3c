"""A problem that clients of OpenAI's API understand, from whoever refuses."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from serve_app.errors import KeyRateExceeded, QueueFull
from serve_app.web.problem_answers import error_response
from tests.serve_app.applications import add_key, application
from tests.serve_app.fakes import run


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, "not_found_error"),
        ("PUT", "/v1/audio/speech", 405, "invalid_request_error"),
        ("POST", "/v1/audio/speech", 422, "invalid_request_error"),
        ("GET", "/v1/models/gpt-9", 404, "not_found_error"),
    ],
)
def test_both_worlds_read_one_body(
    tmp_path: Path, method: str, path: str, status: int, kind: str
) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (_, client):
            answer = await client.request(method, path, json={"voice": "alloy"})
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            body = answer.json()
            assert body["type"].startswith("urn:phonex:problem:")
            assert set(body["error"]) == {"message", "type", "param", "code"}
            assert body["error"]["message"] == body["detail"]
            assert body["error"]["type"] == kind
            assert body["type"].endswith(body["error"]["code"])
            elsewhere = await client.request(method, f"/voice{path}", json={})
            assert "error" not in elsewhere.json()

    run(scenario())


def test_who_has_no_key_is_told_in_their_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            add_key(service, "ada")
            answer = await client.post("/v1/audio/speech", json={"input": "Hi."})
            assert answer.status_code == 401
            assert answer.json()["error"]["type"] == "authentication_error"
            below = await client.post("/v1/audio/speech", json={"input": "Hi."})
            assert below.headers["content-length"] == str(len(below.content))

    run(scenario())


def test_the_field_that_is_wrong_is_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (_, client):
            answer = await client.post("/v1/audio/speech", json={"input": "Hi.", "speed": 9})
            assert answer.json()["error"]["param"] == "speed"

    run(scenario())


@pytest.mark.parametrize("wait_s", [30, 900])
@pytest.mark.parametrize("error", [QueueFull, KeyRateExceeded])
def test_their_sdk_comes_back_after_what_it_is_told(
    error: type[QueueFull | KeyRateExceeded], wait_s: int
) -> None:
    """It gives up at once where it is told more than 120 seconds."""

    async def refused(scope: Scope, receive: Receive, send: Send) -> None:
        await error_response(error("Full.", retry_after_s=wait_s), "1")(scope, receive, send)

    async def scenario() -> httpx.Headers:
        transport = httpx.ASGITransport(refused)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return (await client.post("/v1/audio/speech")).headers

    headers = run(scenario())
    assert headers["retry-after"] == str(min(wait_s, 120))
    assert headers["x-should-retry"] == "true"
