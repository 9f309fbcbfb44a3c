"""POST /batch and what becomes of it, over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from serve_app.service import Service
from tests.serve_app.applications import add_key, application
from tests.serve_app.fakes import recording, run

Scenario = Callable[[Service, httpx.AsyncClient], Awaitable[None]]
ITEMS = [{"id": "a", "text": "First."}, {"id": "b", "title": "Two", "text": "Second."}]
LINES = {"Content-Type": "application/x-ndjson"}


def play(tmp_path: Path, scenario: Scenario, **settings: Any) -> None:
    async def played() -> None:
        async with application(tmp_path, **settings) as (service, client):
            await scenario(service, client)

    run(played())


async def ended(client: httpx.AsyncClient, batch_id: str, **headers: str) -> dict[str, Any]:
    answer = await client.get(f"/batch/{batch_id}", params={"wait": 20}, headers=headers)
    assert answer.status_code == 200, answer.text
    state: dict[str, Any] = answer.json()
    assert state["state"] == "ended", state
    return state


def jsonl(*items: object) -> bytes:
    return b"\n".join(json.dumps(item).encode() for item in items)


@pytest.mark.parametrize(
    ("content", "headers", "title"),
    [
        (json.dumps(ITEMS).encode(), {}, ""),
        (json.dumps({"items": ITEMS, "title": "Both"}).encode(), {}, "Both"),
        (jsonl(*ITEMS), LINES, ""),
        (b"\r\n" + b"\r\n\r\n".join(jsonl(item) for item in ITEMS) + b"\r\n", LINES, ""),
    ],
)
def test_each_form_of_a_batch_is_made(
    tmp_path: Path, content: bytes, headers: dict[str, str], title: str
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        declared = {"Content-Type": "application/json"} | headers
        answer = await client.post("/batch", content=content, headers=declared)
        assert answer.status_code == 202, answer.text
        said = answer.json()
        assert (said["total"], said["title"], said["refused"]) == (2, title, [])
        assert answer.headers["location"] == said["status_url"] == f"/batch/{said['batch_id']}"
        state = await ended(client, said["batch_id"])
        assert state["counts"]["completed"] == 2
        assert [one["id"] for one in state["items"]] == ["a", "b"]
        for one in state["items"]:
            assert one["seconds"] > 0
            audio = await client.get(one["audio_url"])
            assert audio.status_code == 200
        assert (await client.get(f"/job/{state['items'][0]['audio_id']}")).status_code == 200

    play(tmp_path, scenario)


def test_an_invalid_item_says_why_and_refuses_no_other(tmp_path: Path) -> None:
    wrong: list[tuple[object, str, str]] = [
        ({"id": "w0"}, "invalid-request", "text"),
        ({"id": "w1", "text": "Hi.", "speed": 9}, "invalid-request", "speed"),
        ({"id": "w2", "text": "Hi.", "language": "XX"}, "unknown-language", "XX"),
        ({"id": "w3", "text": "Hi.", "voice_id": "nobody"}, "voice-not-found", "nobody"),
        ({"id": "w4", "text": "Hi.", "stream": True}, "invalid-request", "stream"),
        ({"id": "w5", "text": "Hi.", "secret_field": 1}, "invalid-request", "secret_field"),
        ({"id": "w6", "text": "x" * 20_001}, "text-too-long", "20,001"),
        (
            {"id": "w7", "text": "Hi.", "callback_url": "https://a.test/"},
            "callback-refused",
            "allows no hosts",
        ),
        ([1, 2], "invalid-request", "object"),
    ]

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        lines = jsonl(*(item for item, _, _ in wrong), {"text": "Fine.", "id": "ok"})
        content = lines + b'\n{"text": "a", "text": "b"}\n{"text": \n\xff\xfe'
        answer = await client.post("/batch", content=content, headers=LINES)
        assert answer.status_code == 202, answer.text
        refused = answer.json()["refused"]
        assert [one["index"] for one in refused] == [*range(9), 10, 11, 12]
        for one, (item, kind, told) in zip(refused, wrong, strict=False):
            assert one["status"] == "refused"
            assert one["problem"]["type"] == f"urn:phonex:problem:{kind}"
            assert one["problem"]["status"] in (404, 422)
            assert told in one["problem"]["detail"], one
            assert one["id"] == (item["id"] if isinstance(item, dict) else "")
        assert "may come once" in refused[9]["problem"]["detail"]
        assert "no JSON" in refused[10]["problem"]["detail"]
        assert "UTF-8" in refused[11]["problem"]["detail"]
        state = await ended(client, answer.json()["batch_id"])
        assert state["counts"]["completed"] == 1
        assert [one for one in state["items"] if one["status"] == "refused"] == refused

    play(tmp_path, scenario)


@pytest.mark.parametrize(
    ("content", "status", "kind", "told"),
    [
        (b"[]", 422, "invalid-request", "1 to 3 items"),
        (json.dumps([{"text": "x"}] * 4).encode(), 422, "invalid-request", "has 4"),
        (b'{"items": 3}', 422, "invalid-request", "no array"),
        (b'"text"', 422, "invalid-request", "no array"),
        (b'{"items": [{"text": "x"}], "voice": 1}', 422, "invalid-request", "voice"),
        (b'{"items": [{"text": "x"}], "title": 7}', 422, "invalid-request", "title"),
        (b'[{"text": "x"}', 422, "invalid-request", "line 1, column 15"),
        (b"[" * 100_000, 422, "invalid-request", "nested"),
        (b"\xff", 422, "invalid-request", "UTF-8"),
        (b" " * 300_000, 413, "body-too-large", "MiB"),
    ],
)
def test_what_is_no_batch_is_refused_whole(
    tmp_path: Path, content: bytes, status: int, kind: str, told: str
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        declared = {"Content-Type": "application/json"}
        answer = await client.post("/batch", content=content, headers=declared)
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (status, f"urn:phonex:problem:{kind}")
        assert told in problem["detail"]

    limits = {"max_batch_items": 3, "max_batch_bytes": 200_000}
    play(tmp_path, scenario, limits=limits)


def test_other_media_types_are_not_read(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        for declared in ("text/csv", "multipart/form-data; boundary=x", ""):
            headers = {"Content-Type": declared} if declared else {}
            answer = await client.post("/batch", content=b"[]", headers=headers)
            assert answer.status_code == 415
        answer = await client.post(
            "/batch", content=b"[]", headers=LINES | {"Content-Encoding": "gzip"}
        )
        assert answer.status_code == 415

    play(tmp_path, scenario)


def test_a_repetition_is_the_same_batch_and_another_body_is_none(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": "book"}
        answers = await asyncio.gather(
            *(client.post("/batch", json=ITEMS, headers=key) for _ in range(4))
        )
        ids = {answer.json()["batch_id"] for answer in answers}
        assert len(ids) == 1
        (batch_id,) = ids
        await ended(client, batch_id)
        again = await client.post("/batch", json=ITEMS, headers=key)
        assert (again.status_code, again.json()["batch_id"]) == (200, batch_id)
        assert len((await client.get("/jobs")).json()["jobs"]) == 2
        for path, body in (("/batch", ITEMS[:1]), ("/tts", {"text": "Hi."})):
            other = await client.post(path, json=body, headers=key)
            assert other.status_code == 422
            assert other.json()["type"].endswith("idempotency-conflict")
        await client.delete(f"/batch/{batch_id}")
        gone = await client.post("/batch", json=ITEMS, headers=key)
        assert gone.status_code == 404
        assert gone.json()["type"].endswith("batch-not-found")

    play(tmp_path, scenario)


def test_items_come_in_pages(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        items = [{"text": f"Item {n}.", "id": str(n)} for n in range(7)]
        batch_id = (await client.post("/batch", json=items)).json()["batch_id"]
        await ended(client, batch_id)
        seen, start = [], 0
        while start is not None:
            params = {"limit": 3, "start": start}
            page = (await client.get(f"/batch/{batch_id}", params=params)).json()
            seen += [one["id"] for one in page["items"]]
            start = page["next"]
        assert seen == [str(n) for n in range(7)]
        none = (await client.get(f"/batch/{batch_id}", params={"limit": 0})).json()
        assert (none["items"], none["next"], none["total"]) == ([], None, 7)

    play(tmp_path, scenario)


def test_a_batch_of_clones_speaks_in_the_voice(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        await client.post(
            "/voice/register",
            data={"voice_name": "Ada"},
            files={"voice_sample": ("a.wav", recording())},
        )
        items = [{"text": "In her voice.", "voice_id": "ada"}, {"text": "In another."}]
        batch_id = (await client.post("/batch", json=items)).json()["batch_id"]
        state = await ended(client, batch_id)
        assert [one["kind"] for one in state["items"]] == ["clone", "tts"]
        assert state["counts"]["completed"] == 2

    play(tmp_path, scenario)


def test_deleted_and_foreign_batches_are_not_found(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        batch_id = (await client.post("/batch", json=ITEMS)).json()["batch_id"]
        state = await ended(client, batch_id)
        assert (await client.delete(f"/batch/{batch_id}")).json()["success"] is True
        audio = await client.get(f"/audio/{state['items'][0]['audio_id']}")
        assert audio.status_code == 404
        for path in (f"/batch/{batch_id}", "/batch/nothing", f"/batch/{'0' * 32}"):
            for method in ("GET", "DELETE"):
                answer = await client.request(method, path)
                assert answer.status_code == 404
                assert answer.json()["type"] == "urn:phonex:problem:batch-not-found"

    play(tmp_path, scenario)


def test_too_many_batches_are_refused_before_their_body_is_read(tmp_path: Path) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        key = add_key(service, "ada")
        slow = [{"text": "x. " * 6000}] * 3
        first = await client.post("/batch", json=slow, headers=key)
        assert first.status_code == 202
        answer = await client.post("/batch", content=b"nonsense", headers=key | LINES)
        assert answer.status_code == 429, answer.text
        assert answer.json()["type"] == "urn:phonex:problem:batches-exceeded"
        assert int(answer.headers["retry-after"]) > 0

    play(tmp_path, scenario, keys={"max_unfinished_batches": 1, "max_chars_per_minute": 100})
