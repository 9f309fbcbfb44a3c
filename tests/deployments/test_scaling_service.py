"""A real Ray Serve scales a stage that sleeps: up with the load, down to none, and up again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from benchmarks import scaling
from benchmarks.queues import TEXT
from deployments.graph import TEXT_TO_SPEECH, TONE_CONVERSION
from loadtests.processes import replicas
from tests.long import long_test

LIMIT_S = 180.0  # a loaded machine starts replicas slowly


async def reaches(
    client: httpx.AsyncClient, least: int, most: int, stage: str = TEXT_TO_SPEECH
) -> bool:
    """Whether there are ever so many replicas of a stage."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        if least <= await scaling.ready_replicas(client, stage) <= most:
            return True
        await asyncio.sleep(0.5)
    return False


async def ask(client: httpx.AsyncClient) -> int:
    answer = await client.post("/tts", json=TEXT, headers={"Prefer": "wait=60"})
    return answer.status_code


@asynccontextmanager
async def flooded(client: httpx.AsyncClient) -> AsyncIterator[None]:
    """Forty who ask again at once, meanwhile."""

    async def flood() -> None:
        while True:
            await ask(client)

    flooding = [asyncio.create_task(flood()) for _ in range(40)]
    try:
        yield
    finally:
        for task in flooding:
            task.cancel()


@long_test
@pytest.mark.timeout(900)
def test_replicas_follow_the_load_go_to_none_and_come_back() -> None:
    async def scenario(url: str) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=LIMIT_S) as client:
            async with flooded(client):
                assert await reaches(client, 3, scaling.MOST)
            assert await reaches(client, 0, 0)
            assert (await client.get("/readyz")).status_code == httpx.codes.OK
            stages = (await client.get("/health")).json()
            assert stages["status"] == "healthy"
            assert stages["tts_ready"]
            # nothing is lost: the job waits for the stage
            assert await ask(client) == httpx.codes.OK
            assert await reaches(client, 1, 1)

    with scaling.running(policy=True) as url:
        asyncio.run(scenario(url))


@long_test
@pytest.mark.timeout(900)
def test_a_stage_whose_place_another_took_is_given_one() -> None:
    """Its replica dies on a full machine, and speech wants more than there is room for."""

    async def scenario(url: str) -> None:
        async with (
            httpx.AsyncClient(base_url=url, timeout=LIMIT_S) as client,
            flooded(client),
        ):
            assert await reaches(client, 2, 2)
            for process in replicas(httpx.URL(url).port or 0, TONE_CONVERSION):
                process.kill()
            assert await reaches(client, 3, 3)  # which is all there is
            assert await scaling.ready_replicas(client, TONE_CONVERSION) == 0
            assert await reaches(client, 1, 1, TONE_CONVERSION)
            assert await reaches(client, 2, 2)

    with scaling.running(policy=True, places=3) as url:
        asyncio.run(scenario(url))
