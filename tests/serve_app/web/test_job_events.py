"""A job followed by its events."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx

from engines.base import Utterance, Waveform
from tests.serve_app.applications import application
from tests.serve_app.fakes import FakePipeline, run, spoken

ASYNC = {"Prefer": "respond-async"}


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


async def follow(client: httpx.AsyncClient, audio_id: str) -> list[tuple[str, dict[str, Any]]]:
    answer = await client.get(f"/jobs/{audio_id}/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    return events_of(answer.text)


def test_a_job_is_told_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def speak(utterance: Utterance) -> Waveform:
        if "last" in utterance.text:
            await gate.wait()
        return await spoken(utterance)

    async def two_of_three_done(client: httpx.AsyncClient, audio_id: str) -> None:
        for _ in range(400):
            await asyncio.sleep(0.05)
            if (await client.get(f"/status/{audio_id}")).json()["pieces_done"] == 2:
                break
        await asyncio.sleep(1)  # events look twice a second

    async def scenario() -> None:
        async with application(tmp_path, FakePipeline(speak=speak)) as (_, client):
            body = {"text": "The first. [pause 300ms] The second. [pause 300ms] The last."}
            audio_id = (await client.post("/tts", json=body, headers=ASYNC)).json()["audio_id"]
            following = asyncio.create_task(follow(client, audio_id))
            await two_of_three_done(client, audio_id)
            gate.set()
            told = await following
            assert [name for name, _ in told][-1] == "completed"
            assert {name for name, _ in told[:-1]} == {"progress"}
            done = [data["pieces_done"] for _, data in told]
            assert done == sorted(done)
            assert 2 in done
            status = (await client.get(f"/status/{audio_id}")).json()
            assert told[-1][1] == status
            assert await follow(client, audio_id) == told[-1:]

    run(scenario())


def test_a_job_that_is_deleted_meanwhile_ends_the_events(tmp_path: Path) -> None:
    async def speak(_: Utterance) -> Waveform:
        await asyncio.sleep(60)
        raise AssertionError

    async def scenario() -> None:
        async with application(tmp_path, FakePipeline(speak=speak)) as (_, client):
            made = await client.post("/tts", json={"text": "Hello."}, headers=ASYNC)
            audio_id = made.json()["audio_id"]
            following = asyncio.create_task(follow(client, audio_id))
            await asyncio.sleep(0.3)
            await client.delete(f"/audio/{audio_id}")
            told = await following
            assert told[-1][0] in ("cancelled", "deleted")

    run(scenario())
