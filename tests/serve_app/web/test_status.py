"""GET /status while work waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx

from engines.base import Utterance, Waveform
from serve_app.service import Service
from tests.serve_app.fakes import FAST, FakePipeline, spoken
from tests.serve_app.test_ingress import ASYNC, play

__all__ = ["play"]


def test_a_queued_job_tells_how_many_wait_before_it(play: Callable[..., None]) -> None:
    speaking, go_on = asyncio.Event(), asyncio.Event()

    async def speak(utterance: Utterance) -> Waveform:
        speaking.set()
        await go_on.wait()
        return await spoken(utterance)

    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        async def status(audio_id: str, wait: int = 0) -> dict[str, object]:
            answer = await client.get(f"/status/{audio_id}", params={"wait": wait})
            told: dict[str, object] = answer.json()
            return told

        ids = []
        for number in range(3):
            body = {"text": f"Sentence {number}."}
            accepted = await client.post("/tts", json=body, headers=ASYNC)
            ids.append(accepted.json()["audio_id"])
            await speaking.wait()  # the first has left the queue
        told = [await status(audio_id) for audio_id in ids]
        assert [job["status"] for job in told] == ["processing", "queued", "queued"]
        assert [job["jobs_ahead"] for job in told] == [None, 0, 1]
        go_on.set()
        ended = [await status(audio_id, wait=10) for audio_id in ids]
        assert [(job["status"], job["jobs_ahead"]) for job in ended] == [("completed", None)] * 3

    play(scenario, FakePipeline(speak=speak), jobs=FAST | {"max_running": 1})
