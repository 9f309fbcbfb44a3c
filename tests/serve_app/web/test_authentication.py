"""Who may call at all: no route is open by accident, and every refusal looks the same."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from starlette.types import Message, Receive, Scope, Send

from serve_app import ingress, keys
from serve_app.keys import make_key
from serve_app.store.errors import StoreUnavailable
from serve_app.web.authentication import Authentication, is_open
from serve_app.web.routes.common import OwnerDep
from tests.serve_app.applications import add_key, application, fill, forget_copy, routes_of
from tests.serve_app.fakes import Failing, recording, run

# Open to everybody, each for a reason: what stands here was decided, not forgotten.
OPEN = {
    "/": "the card: version and engine, no numbers of anybody",
    "/healthz": "load balancers and supervisors carry no keys",
    "/readyz": "the same",
    "/docs": "documentation",
    "/openapi.json": "documentation",
    "/v1/models": "clients of OpenAI's API ask before they send a key; names of the engine's",
    "/v1/audio/models": "the same",
    "/v1/audio/voices": "the same, and nobody's own voices",
}
OPEN_UNDER = "/sandbox"  # the page that asks its visitor for a key


async def unread() -> Any:
    raise AssertionError("the body was read")
    yield b""


def shape(answer: httpx.Response) -> tuple[int, dict[str, Any], dict[str, str]]:
    """All that a stranger can see of an answer, less what differs between any two."""
    body = answer.json() | {"request_id": ""}
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, body, headers


def test_every_route_but_a_few_asks_for_a_key(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            add_key(service, "ada")
            closed = 0
            routes = set(routes_of(ingress.create_app(service)))
            for method, template in routes:
                path = fill(template)
                answer = await client.request(method, path)
                decided = path in OPEN or path.startswith(OPEN_UNDER)
                if decided and method in ("GET", "HEAD"):
                    assert answer.status_code < 400 or answer.status_code in (404, 405), path
                else:
                    assert answer.status_code == 401, (method, path)
                    closed += 1
            assert closed >= 15
            assert {path for _, path in routes} >= set(OPEN)
            assert (await client.get("/no/such/route")).status_code == 401
            assert (await client.get("/metrics")).status_code == 401

    run(scenario())


def test_a_route_that_is_added_later_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter()
    router.add_api_route("/brand/new", lambda: {"secret": 1}, methods=["GET", "POST", "PUT"])

    async def careless(owner: OwnerDep) -> dict[str, str]:
        return {"secret": owner}

    router.add_api_route("/sandbox/mistake", careless)
    monkeypatch.setattr("serve_app.ingress.health.router", router)

    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            key = add_key(service, "ada")
            for method in ("GET", "POST", "PUT"):
                assert (await client.request(method, "/brand/new")).status_code == 401
                answer = await client.request(method, "/brand/new", headers=key)
                assert answer.status_code == 200
            # It lies under an open prefix, and asks for an owner: nobody gets in.
            assert (await client.get("/sandbox/mistake")).status_code == 401

    run(scenario())


VALID, VALID_ID = "valid", "known"  # stand for a valid key, and for its public part
HOSTILE: list[list[tuple[str, str]]] = [
    [],
    [("Authorization", "")],
    [("Authorization", "Bearer")],
    [("Authorization", "Bearer ")],
    [("Authorization", "Bearer phx_")],
    [("Authorization", make_key("ada").text)],
    [("Authorization", "Basic cGh4OnBoeA==")],
    [("Authorization", f"Basic {VALID}")],
    [("Authorization", f"Bearer {VALID},{VALID}")],
    [("Authorization", f"Bearer {VALID}x")],
    [("Authorization", f"Bearer {VALID[:-1]}")],
    [("Authorization", "Bearer " + "phx_" + "a" * 16 + "_" + "a" * 40)],
    [("Authorization", f"Bearer phx_{VALID_ID}_{'a' * 40}")],  # a known id, another secret
    [("Authorization", "Bearer " + "x" * 30_000)],
    [("Authorization", "Bearer clé-ñ-ÿ")],
    [("Authorization", "Bearer '; DROP TABLE api_keys; --")],
    [("X-API-Key", "")],
    [("xi-api-key", "none")],
    [("Authorization", f"Bearer {VALID}"), ("xi-api-key", "none")],
    [("X-API-Key", f"Bearer {VALID}")],
    [("X-API-Key", make_key("ada").text)],
    [("X-API-Key", VALID), ("X-API-Key", make_key("ada").text)],
    [("Authorization", f"Bearer {VALID}"), ("X-API-Key", make_key("bob").text)],
    [("Cookie", f"key={VALID}")],
]


def test_whatever_is_no_valid_key_looks_the_same(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            revoked, valid = add_key(service, "ada"), add_key(service, "ada")
            text = valid["Authorization"].removeprefix("Bearer ")
            assert (await client.get("/voice/list", headers=revoked)).status_code == 200
            service.records.revoke_keys(keys.id_of(revoked["Authorization"][7:]) or "")
            forget_copy(service)
            refused = await client.get("/voice/list", headers=revoked)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.json()["type"] == "urn:phonex:problem:unauthorized"
            for headers in HOSTILE:
                sent = [
                    (
                        name.encode(),
                        value.replace(VALID, text)
                        .replace(VALID_ID, keys.id_of(text) or "")
                        .encode("latin-1"),
                    )
                    for name, value in headers
                ]
                answer = await client.get("/voice/list", headers=sent)
                assert shape(answer) == shape(refused), headers
                for _, value in sent:
                    assert len(value) < 10 or value.decode("latin-1") not in answer.text

    run(scenario())


@pytest.mark.parametrize(
    "headers",
    [
        [("Authorization", f"Bearer {VALID}")],
        [("authorization", f"bearer   {VALID} ")],
        [("X-API-Key", VALID)],
        [("xi-api-key", VALID)],
        [("Authorization", f"Bearer {VALID}"), ("X-API-Key", VALID)],
        # A proxy's own login beside our key.
        [("Authorization", "Basic cGh4OnBoeA=="), ("X-API-Key", VALID)],
    ],
)
def test_a_key_may_come_by_either_header(tmp_path: Path, headers: list[tuple[str, str]]) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            text = add_key(service, "ada")["Authorization"].removeprefix("Bearer ")
            sent = [(name, value.replace(VALID, text)) for name, value in headers]
            assert (await client.get("/voice/list", headers=sent)).status_code == 200
            assert (await client.get(f"/voice/list?api_key={text}")).status_code == 401

    run(scenario())


def test_a_body_without_a_key_is_not_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            add_key(service, "ada")
            for path in ("/tts", "/voice/register", "/clone/quick", "/healthz"):
                answer = await client.post(path, content=unread())
                assert answer.status_code == 401
                assert answer.headers["connection"] == "close"

    run(scenario())


def test_keys_are_asked_for_as_soon_as_there_is_one_and_for_good(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            assert (await client.get("/voice/list")).status_code == 200
            key = add_key(service, "ada")
            assert (await client.get("/voice/list")).status_code == 401
            service.records.revoke_keys("ada")
            forget_copy(service)
            for headers in ({}, key):
                assert (await client.get("/voice/list", headers=headers)).status_code == 401
            # Somebody puts a database of before the first key in place.
            with service.records._database.write() as transaction:
                transaction.execute("UPDATE api_key_version SET version = 0")
            forget_copy(service)
            assert (await client.get("/voice/list")).status_code == 401

    run(scenario())


def test_a_revoked_key_is_refused_within_the_stated_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys.REFRESH_S <= 5
    now = time.monotonic()
    monkeypatch.setattr("serve_app.keys.time.monotonic", lambda: now)

    async def scenario() -> None:
        nonlocal now
        async with application(tmp_path) as (service, client):
            key = add_key(service, "ada")
            failing = Failing(service.records)
            service.keys._records = failing.as_records()
            for _ in range(50):
                assert (await client.get("/voice/list", headers=key)).status_code == 200
            assert failing.calls == ["read_keys"]  # polls cost no look at the database
            service.records.revoke_keys("ada")
            now += keys.REFRESH_S + 0.001
            assert (await client.get("/voice/list", headers=key)).status_code == 401

    run(scenario())


def test_keys_that_cannot_be_read_let_nobody_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            key = add_key(service, "ada")
            failing = Failing(service.records)
            failing.errors["read_keys"] = StoreUnavailable("postgresql://hunter2@db is away")
            service.keys._records = failing.as_records()
            answer = await client.get("/tts/speakers", headers=key)
            assert answer.status_code == 503
            assert answer.json()["type"] == "urn:phonex:problem:store-unavailable"
            assert "hunter2" not in answer.text
            assert (await client.get("/healthz")).status_code == 200
            failing.errors.clear()
            assert (await client.get("/tts/speakers", headers=key)).status_code == 200

    run(scenario())


def test_a_metrics_key_reads_metrics_and_nothing_else(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            prometheus, ada = add_key(service, "prometheus", "metrics"), add_key(service, "ada")
            assert (await client.get("/metrics", headers=prometheus)).status_code == 200
            for key, path in ((prometheus, "/voice/list"), (prometheus, "/health"),
                              (ada, "/metrics")):  # fmt: skip
                answer = await client.get(path, headers=key)
                assert answer.status_code == 403
                assert answer.json()["type"] == "urn:phonex:problem:forbidden"

    run(scenario())


def test_a_browser_of_an_allowed_origin_may_send_its_key_and_sees_refusals(tmp_path: Path) -> None:
    origin = {"Origin": "https://page.example"}

    async def scenario() -> None:
        http = {"cors_origins": ["https://page.example"]}
        async with application(tmp_path, http=http) as (service, client):
            add_key(service, "ada")
            asked = {"Access-Control-Request-Method": "POST",
                     "Access-Control-Request-Headers": "authorization, x-api-key"}  # fmt: skip
            preflight = await client.options("/tts", headers=origin | asked)
            assert preflight.status_code == 200
            allowed = preflight.headers["access-control-allow-headers"].lower()
            assert "authorization" in allowed
            assert "x-api-key" in allowed
            refused = await client.get("/voice/list", headers=origin)
            assert refused.status_code == 401
            assert refused.headers["access-control-allow-origin"] == origin["Origin"]
            foreign = await client.get("/voice/list", headers={"Origin": "https://evil.example"})
            assert "access-control-allow-origin" not in foreign.headers

    run(scenario())


def test_a_key_is_in_no_log_metric_or_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            mine, monitor = add_key(service, "ada"), add_key(service, "prometheus", "metrics")
            text = mine["Authorization"].removeprefix("Bearer ")
            seen = []
            for headers in (mine, {"Authorization": f"Bearer {text}x"}, {"X-API-Key": text}):
                for method, path in routes_of(ingress.create_app(service)):
                    answer = await client.request(method, fill(path), headers=headers)
                    seen.append(answer.text + str(answer.headers))
            seen.append((await client.get("/metrics", headers=monitor)).text)
            seen.extend(record.getMessage() for record in caplog.records)
            seen.extend(str(record.args) for record in caplog.records)
            secret = text.rsplit("_", 1)[1]
            assert len(seen) > 50
            assert not [line for line in seen if secret in line]
            assert secret not in repr(make_key("ada")) + repr(service.keys._snapshot)

    run(scenario())


def test_a_list_without_a_key_shows_nobodys_own_and_a_wrong_key_is_wrong(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            ada = add_key(service, "ada")
            files = {"voice_sample": ("a.wav", recording())}
            named = {"voice_name": "Ada's own"}
            await client.post("/voice/register", data=named, files=files, headers=ada)
            shown, hidden = [
                (await client.get("/v1/audio/voices", headers=headers)).json()["voices"]
                for headers in (ada, {})
            ]
            assert [voice["id"] for voice in shown[:1]] == ["ada's_own"]
            assert shown[1:] == hidden
            wrong = {"Authorization": "Bearer pk_no_such"}
            assert (await client.get("/v1/audio/voices", headers=wrong)).status_code == 401

    run(scenario())


def test_a_socket_asks_for_a_key_too(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, _):
            ada = add_key(service, "ada")
            key = ada["Authorization"].removeprefix("Bearer ")
            for headers, path, owner in (
                (ada, "/v1/audio/speech/stream", "ada"),
                ({}, "/v1/audio/speech/stream", None),
                ({"xi-api-key": key}, "/v1/text-to-speech/me/stream-input", "ada"),
                (ada, "/v1/text-to-speech/me/multi-stream-input", "ada"),
                ({}, "/v1/text-to-speech/me/stream-input", None),
                ({"xi-api-key": "wrong"}, "/v1/text-to-speech/me/multi-stream-input", None),
                (ada, "/v1/text-to-speech/a/b/stream-input", None),
                (ada, "/tts", None),
            ):
                owners: list[str] = []
                sent: list[Message] = []

                async def inner(
                    scope: Scope, receive: Receive, send: Send, owners: list[str] = owners
                ) -> None:
                    owners.append(scope["state"]["owner"])

                async def send(message: Message, sent: list[Message] = sent) -> None:
                    sent.append(message)

                raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
                scope = {"type": "websocket", "path": path, "headers": raw}
                await Authentication(inner, service.keys)(scope, unheard, send)
                assert owners == ([owner] if owner else [])
                assert sent == ([] if owner else [{"type": "websocket.close", "code": 1008}])

    run(scenario())


async def unheard() -> Message:
    raise AssertionError("the socket was read")


def test_only_reading_is_open() -> None:
    for method, path, root, opened in (
        ("GET", "/healthz", "", True),
        ("HEAD", "/docs", "", True),
        ("POST", "/healthz", "", False),
        ("GET", "/healthz/", "", False),
        ("GET", "//healthz", "", False),
        ("GET", "/sandbox/../voice/list", "", True),  # the router knows no '..': a file's name
        ("GET", "/sandboxes", "", False),
        ("GET", "/phonex/healthz", "/phonex", True),
        ("GET", "/phonex/voice/list", "/phonex", False),
    ):
        scope = {"type": "http", "method": method, "path": path, "root_path": root}
        assert is_open(scope) is opened, (method, path)
    assert not is_open({"type": "websocket", "path": "/healthz"})


def test_the_page_of_the_api_tells_how_to_send_a_key(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (_, client):
            api = (await client.get("/openapi.json")).json()
            schemes = api["components"]["securitySchemes"].values()
            assert {(scheme["type"], scheme.get("scheme")) for scheme in schemes} == {
                ("http", "bearer"),
                ("apiKey", None),
            }
            assert "401" in api["paths"]["/tts"]["post"]["responses"]

    run(scenario())
