"""Several replicas of the ingress: a queue in each, or one for all of them.

A whole service over HTTP with stages that sleep (`benchmarks/sleepers.py`). Closed loop: so many
clients in all, each asking again as soon as it has its audio. Then an open one, at multiples of
what the first arrangement did: nobody comes back after a refusal.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from benchmarks.sleepers import seconds_of
from config.settings import BatchingSettings
from loadtests.local import LocalService

CLIENTS = 32
WARM_S, SECONDS = 6.0, 20.0
FLOOD_WARM_S, FLOOD_S = 15.0, 30.0  # what overload lets through is settled by then
TIMES = (2, 10)
ROOT = Path(__file__).parent.parent
ARRANGEMENTS = {  # replicas of the ingress, and where they queue
    "one": (1, "ingress"),
    "two, a queue in each": (2, "ingress"),
    "two, one queue": (2, "shared"),
}
SETTINGS: dict[str, Any] = {
    # Nothing but the queue is measured: a core has better to do than to look into a tone.
    "quality": {"inspect": False, "similarity": False, "word_times": False},
    "provenance": {"watermark": False},
    "jobs": {"max_queue_wait_s": 12.0},
}
TEXT = {"text": "The ferry leaves at noon.", "format": "wav"}


class Load:
    """Who asks a service for speech, and how often that was made."""

    def __init__(self, url: str, headers: Mapping[str, str] = {}) -> None:
        self._url, self._headers = url, dict(headers) | {"Prefer": "wait=60"}
        self._done: list[float] = []  # when
        self._refused = 0

    def closed(self, clients: int) -> float:
        """Requests a second of clients that ask again at once."""

        async def ask_forever(client: httpx.AsyncClient, until: float) -> None:
            while time.monotonic() < until:
                await self._ask(client)

        async def load(client: httpx.AsyncClient, until: float) -> None:
            await asyncio.gather(*(ask_forever(client, until) for _ in range(clients)))

        return asyncio.run(self._measure(load, WARM_S, SECONDS))

    def flood(self, rate: float) -> float:
        """Requests a second that are answered with speech when so many come."""

        async def load(client: httpx.AsyncClient, until: float) -> None:
            asked = []
            due = time.monotonic()
            while (due := due + 1 / rate) < until:
                await asyncio.sleep(due - time.monotonic())
                asked.append(asyncio.create_task(self._ask(client)))
            await asyncio.gather(*asked)

        return asyncio.run(self._measure(load, FLOOD_WARM_S, FLOOD_S))

    async def _measure(
        self, load: Callable[[httpx.AsyncClient, float], Awaitable[None]], warm_s: float, s: float
    ) -> float:
        self._done.clear()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=CLIENTS)
        async with httpx.AsyncClient(base_url=self._url, timeout=90.0, limits=limits) as client:
            since = time.monotonic() + warm_s
            await load(client, since + s)
        return sum(since <= at < since + s for at in self._done) / s

    async def _ask(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/tts", json=TEXT, headers=self._headers)
        if answer.status_code == httpx.codes.OK:
            self._done.append(time.monotonic())
        elif answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            raise AssertionError(f"{answer.status_code}: {answer.text}")


@contextmanager
def running(replicas: int, queue: str) -> Iterator[Load]:
    def shape(document: dict[str, Any]) -> None:
        application = document["applications"][0]
        application["import_path"] = "benchmarks.sleepers:build"
        application["args"]["batching"] = {"queue": queue}
        application["deployments"][0]["num_replicas"] = replicas

    path = f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"  # Ray's processes import the stages
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, PYTHONPATH=path):
        service = LocalService(Path(folder), SETTINGS, shape)
        try:
            service.wait_until_ready()
            yield Load(service.url)
        finally:
            service.stop()


def measure() -> list[dict[str, Any]]:
    settings = BatchingSettings()
    ideal = settings.max_batch_items / seconds_of(settings.max_batch_items)
    rows: list[dict[str, Any]] = []
    for name, (replicas, queue) in ARRANGEMENTS.items():
        with running(replicas, queue) as load:
            row: dict[str, Any] = {"ingress replicas": name, "a second": load.closed(CLIENTS)}
            first = rows[0] if rows else row
            row["of ideal"] = row["a second"] / ideal
            for times in TIMES:
                row[f"at {times} times"] = load.flood(times * first["a second"])
        for figure in ("a second", *(f"at {times} times" for times in TIMES)):
            row[f"{figure}, of one"] = row[figure] / first[figure]
        rows.append(row)
    return rows
