"""A real Ray Serve scales a stage that sleeps: up with the load, down to none, and up again."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from benchmarks import scaling
from benchmarks.queues import TEXT
from tests.long import long_test

LIMIT_S = 180.0  # a loaded machine starts replicas slowly


async def reaches(client: httpx.AsyncClient, least: int, most: int) -> bool:
    """Whether there are ever so many replicas of speech."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        if least <= await scaling.ready_replicas(client) <= most:
            return True
        await asyncio.sleep(0.5)
    return False


@long_test
@pytest.mark.timeout(900)
def test_replicas_follow_the_load_go_to_none_and_come_back() -> None:
    async def scenario(url: str) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=LIMIT_S) as client:

            async def ask() -> int:
                answer = await client.post("/tts", json=TEXT, headers={"Prefer": "wait=60"})
                return answer.status_code

            async def flood() -> None:
                while True:
                    await ask()

            flooding = [asyncio.create_task(flood()) for _ in range(40)]
            assert await reaches(client, 3, scaling.MOST)
            for task in flooding:
                task.cancel()
            assert await reaches(client, 0, 0)
            assert (await client.get("/readyz")).status_code == httpx.codes.OK
            stages = (await client.get("/health")).json()
            assert stages["status"] == "healthy"
            assert stages["tts_ready"]
            assert await ask() == httpx.codes.OK  # nothing is lost: the job waits for the stage
            assert await reaches(client, 1, 1)

    with scaling.running(policy=True) as url:
        asyncio.run(scenario(url))
