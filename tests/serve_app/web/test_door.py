"""Refusals in the proxy: like those of the ingress, and only where it would refuse."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from serve_app.proxy import Front
from serve_app.web import door
from serve_app.web.shedding import (
    HOLDS_FOR_HEADER,
    LIMIT_HEADER,
    REFUSED_HEADER,
    STANDING_HEADER,
)
from tests.serve_app.fakes import run

FULL = {"shut_s": 9.0, "wait_s": 30.0, "retry_s": 4.0, "spread_s": 2.0, "at_once": 1}


class Ingress:
    """Accepts everything, and says what it is told to say."""

    def __init__(self, **standing: dict[str, float]) -> None:
        self.standing = standing
        self.paths: list[str] = []
        self.told: list[list[list[str | int]]] = []
        self.takes_s = 0.0
        self.answers = 202
        self.holds_for = "everyone"
        self.limit: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths.append(scope["path"])
        headers = dict(scope["headers"])
        if REFUSED_HEADER.encode() in headers:
            self.told.append(json.loads(headers[REFUSED_HEADER.encode()]))
        await asyncio.sleep(self.takes_s)
        said = {HOLDS_FOR_HEADER: self.holds_for}
        if self.limit:
            said[LIMIT_HEADER] = json.dumps(self.limit)
        if self.standing:
            said[STANDING_HEADER] = json.dumps(self.standing)
        await JSONResponse({}, self.answers, said)(scope, receive, send)


class Later:
    """A clock that is ahead."""

    def __init__(self, ahead_s: float) -> None:
        self._ahead_s = ahead_s

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead_s


class Client:
    def __init__(self, app: ASGIApp) -> None:
        transport = httpx.ASGITransport(Front(app))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://localhost")

    async def post(self, path: str = "/clone", **headers: str) -> httpx.Response:
        return await self.http.post(path, json={"text": "a"}, headers=headers)


async def while_cloning_is_full() -> tuple[Ingress, Client]:
    """The first answer has told the proxy."""
    ingress = Ingress(cloning=FULL)
    client = Client(ingress)
    assert (await client.post()).status_code == 202
    return ingress, client


def test_who_comes_while_it_is_full_is_refused_without_asking() -> None:
    async def scenario() -> None:
        ingress, client = await while_cloning_is_full()
        for path in ("/clone", "/clone/quick"):
            answer = await client.post(path, **{"X-Request-ID": "mine"})
            assert answer.status_code == 429
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "urn:phonex:problem:queue-full"
            assert 4 <= int(answer.headers["retry-after"]) <= 6
            assert answer.headers["x-request-id"] == answer.json()["request_id"] == "mine"
        assert ingress.paths == ["/clone"]

    run(scenario())


def test_only_new_work_of_that_line_is_refused() -> None:
    async def scenario() -> None:
        _, client = await while_cloning_is_full()
        assert (await client.post("/tts")).status_code == 202
        assert (await client.post("/voice/register")).status_code == 202
        assert (await client.http.get("/clone")).status_code == 202
        assert (await client.post()).status_code == 429

    run(scenario())


def test_what_may_repeat_something_accepted_is_let_in() -> None:
    async def scenario() -> None:
        ingress, client = await while_cloning_is_full()
        for _ in range(2):  # unknown, then accepted
            assert (await client.post(**{"Idempotency-Key": "k"})).status_code == 202
        assert len(ingress.paths) == 3

    run(scenario())


def test_a_key_that_was_refused_is_refused_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        ingress = Ingress(cloning=FULL)
        client = Client(ingress)
        mine = {"Idempotency-Key": "k", "Authorization": "Bearer me"}
        await client.post()
        ingress.answers = 429
        assert (await client.post(**mine)).headers["content-type"] == "application/json"
        for _ in range(2):
            answer = await client.post(**mine)
            assert answer.json()["type"] == "urn:phonex:problem:queue-full"
        assert len(ingress.paths) == 2
        ingress.answers = 202
        # The same key may be another's, or another path's.
        assert (await client.post(**mine | {"Authorization": "Bearer you"})).status_code == 202
        assert (await client.post("/clone/quick", **mine)).status_code == 202
        monkeypatch.setattr(door, "time", Later(door.KEY_S + 1))
        await client.http.get("/status/1")  # still full
        assert (await client.post(**mine)).status_code == 202
        assert (await client.post()).status_code == 429

    run(scenario())


def test_only_so_many_keys_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_KEYS", 2)

    async def scenario() -> None:
        ingress, client = await while_cloning_is_full()
        ingress.answers = 429
        for key in "abc":
            await client.post(**{"Idempotency-Key": key})
        before = len(ingress.paths)
        for key in "bcba":
            await client.post(**{"Idempotency-Key": key})
        assert len(ingress.paths) == before + 1

    run(scenario())


def test_what_an_old_answer_said_is_not_believed_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "BELIEVED_S", 0.05)

    async def scenario() -> None:
        _, client = await while_cloning_is_full()
        assert (await client.post()).status_code == 429
        await asyncio.sleep(0.06)
        assert (await client.post()).status_code == 202

    run(scenario())


def test_any_answer_opens_the_door_again() -> None:
    async def scenario() -> None:
        ingress, client = await while_cloning_is_full()
        assert (await client.post()).status_code == 429
        ingress.standing = {}
        await client.http.get("/status/1")
        assert (await client.post()).status_code == 202

    run(scenario())


def test_a_crowd_that_sees_the_same_room_is_let_in_one_by_one() -> None:
    async def scenario() -> None:
        ingress = Ingress(cloning=FULL | {"shut_s": 0.0})
        ingress.takes_s = 0.05
        client = Client(ingress)
        await client.post()
        answers = await asyncio.gather(*(client.post() for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [202, 429, 429, 429, 429]

    run(scenario())


def test_who_waits_for_audio_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "DECIDED_S", 0.02)

    async def scenario() -> None:
        ingress = Ingress(cloning=FULL | {"shut_s": 0.0})
        client = Client(ingress)
        await client.post()
        ingress.takes_s = 0.2
        waiting = asyncio.create_task(client.post())
        await asyncio.sleep(0.05)
        ingress.takes_s = 0.0
        assert (await client.post()).status_code == 202
        assert (await waiting).status_code == 202

    run(scenario())


def test_the_ingress_hears_of_each_refusal_once() -> None:
    async def scenario() -> None:
        ingress, client = await while_cloning_is_full()
        for path in ("/clone", "/clone", "/clone/quick"):
            await client.post(path)
        for _ in range(2):
            await client.http.get("/status/1")
        assert ingress.told == [[["/clone", "queue-full", 2], ["/clone/quick", "queue-full", 1]]]

    run(scenario())


def test_a_client_can_neither_see_nor_send_what_they_tell_each_other() -> None:
    async def scenario() -> None:
        ingress = Ingress(cloning=FULL)
        client = Client(ingress)
        answer = await client.post(**{REFUSED_HEADER: '[["/clone", "queue-full", 1000000]]'})
        assert STANDING_HEADER not in answer.headers
        assert ingress.told == []

    run(scenario())


@pytest.mark.parametrize("length", [100_000, None])
def test_a_body_that_is_not_read_ends_the_connection(length: int | None) -> None:
    async def scenario() -> None:
        _, client = await while_cloning_is_full()

        async def body() -> Any:
            yield b"x" * 100_000

        answer = await client.http.post(
            "/clone/quick",
            content=body(),
            headers={"Content-Length": str(length)} if length else {},
        )
        assert answer.status_code == 429
        assert answer.headers["connection"] == "close"

    run(scenario())


def test_the_door_is_shut_for_who_floods_and_open_for_another_key() -> None:
    async def scenario() -> None:
        ingress = Ingress(cloning=FULL)
        ingress.holds_for = "asker"
        client = Client(ingress)
        flooder, other = {"X-API-Key": "a"}, {"X-API-Key": "b"}
        await client.post(**flooder)
        assert (await client.post(**flooder)).status_code == 429
        ingress.standing = {}  # for b there is room
        for _ in range(2):
            assert (await client.post(**other)).status_code == 202
        assert (await client.post(**flooder)).status_code == 429
        assert ingress.told == []
        await client.http.get("/status/1", headers=flooder)  # tells of a's refusals, and of room
        assert ingress.told == [[["/clone", "queue-full", 2]]]
        assert (await client.post(**flooder)).status_code == 202

    run(scenario())


def test_who_shows_its_key_as_elevenlabs_clients_do_is_known_by_it() -> None:
    async def scenario() -> None:
        ingress = Ingress(speech=FULL)
        ingress.holds_for = "asker"
        client = Client(ingress)
        flooder, other = {"xi-api-key": "a"}, {"xi-api-key": "b"}
        path = "/v1/text-to-speech/{}/stream"
        await client.post(path.format("me"), **flooder)
        refused = await client.post(path.format("you"), **flooder)
        assert refused.status_code == 429
        assert refused.json()["detail"]["status"] == "system_busy"
        ingress.standing = {}
        assert (await client.post(path.format("me"), **other)).status_code == 202
        await client.http.get("/status/1", headers=flooder)
        assert ingress.told == [[[path.format("{voice_id}"), "queue-full", 1]]]

    run(scenario())


LIMIT = {
    "limit": "key-concurrency-exceeded",
    "detail": "Your key may have 3 unfinished jobs, and has 3.",
    "retry_after_s": 7.0,
    "held_s": 0.9,
    "extensions": {"limit": 3, "used": 3},
}


async def told_of_its_limit() -> tuple[Ingress, Client, dict[str, str]]:
    ingress = Ingress()
    ingress.holds_for, ingress.limit, ingress.answers = "asker", LIMIT, 429
    client, mine = Client(ingress), {"X-API-Key": "a"}
    await client.post("/tts", **mine)
    ingress.limit, ingress.answers = {}, 202
    return ingress, client, mine


def test_what_a_key_was_told_of_its_limit_it_is_told_again_at_the_door() -> None:
    async def scenario() -> None:
        ingress, client, mine = await told_of_its_limit()
        for path in ("/tts", "/clone"):
            answer = await client.post(path, **mine)
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "7"
            said = answer.json()
            assert said["type"] == "urn:phonex:problem:key-concurrency-exceeded"
            assert (said["detail"], said["limit"], said["used"]) == (LIMIT["detail"], 3, 3)
        assert ingress.paths == ["/tts"]
        assert (await client.post("/tts", **{"X-API-Key": "b"})).status_code == 202
        await client.http.get("/status/1", headers=mine)  # tells of them; there is room by now
        limit = "key-concurrency-exceeded"
        assert ingress.told == [[["/tts", limit, 1], ["/clone", limit, 1]]]
        assert (await client.post("/tts", **mine)).status_code == 202

    run(scenario())


def test_a_limit_keeps_out_no_repetition_and_nothing_but_work() -> None:
    async def scenario() -> None:
        _, client, mine = await told_of_its_limit()
        assert (await client.post("/voice/register", **mine)).status_code == 202
        _, client, mine = await told_of_its_limit()
        assert (await client.post(**mine, **{"Idempotency-Key": "k"})).status_code == 202

    run(scenario())


def test_a_limit_is_believed_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        _, client, mine = await told_of_its_limit()
        assert (await client.post("/tts", **mine)).status_code == 429
        monkeypatch.setattr(door, "time", Later(1.0))
        assert (await client.post("/tts", **mine)).status_code == 202

    run(scenario())


def test_an_answer_to_nobody_opens_no_door() -> None:
    async def scenario() -> None:
        ingress, client = await while_cloning_is_full()
        ingress.standing, ingress.holds_for = {}, "nobody"
        await client.http.get("/healthz")
        assert (await client.post()).status_code == 429

    run(scenario())


def test_what_everyone_heard_is_forgotten_once_keys_are_in_use() -> None:
    async def scenario() -> None:
        ingress, client = await while_cloning_is_full()
        ingress.standing, ingress.holds_for = {}, "asker"
        await client.http.get("/status/1", headers={"X-API-Key": "a"})
        assert (await client.post(**{"X-API-Key": "b"})).status_code == 202

    run(scenario())


def test_slow_bodies_of_one_key_leave_room_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_ARRIVING", 3)

    async def scenario() -> None:
        async def reading(scope: Scope, receive: Receive, send: Send) -> None:
            while (await receive()).get("more_body", False):
                pass
            await JSONResponse({}, 202)(scope, receive, send)

        async def endless() -> Any:
            yield b"{"
            await whole.wait()
            yield b"}"

        client, whole = Client(reading), asyncio.Event()

        def send_slowly() -> Any:
            sent = client.http.post("/tts", content=endless(), headers={"X-API-Key": "a"})
            return asyncio.create_task(sent)

        slow = [send_slowly() for _ in range(3)]
        await asyncio.sleep(0.05)
        refused = await client.post("/tts", **{"X-API-Key": "a"})
        assert refused.status_code == 429
        assert refused.json()["type"] == "urn:phonex:problem:key-bodies-exceeded"
        assert (await client.post("/tts", **{"X-API-Key": "b"})).status_code == 202
        whole.set()
        assert {(await one).status_code for one in slow} == {202}
        assert (await client.post("/tts", **{"X-API-Key": "a"})).status_code == 202

    run(scenario())
