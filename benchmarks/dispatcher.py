"""The dispatcher against the ideal: two stages on Ray Serve, each a timed sleep for a batch.

Closed loop: so many clients, each asking again as soon as it is answered. Ideal is a full batch
every time a stage is free.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import ray
from ray import serve

from config.service_config import ray_environment
from config.settings import BatchingSettings
from deployments.batching import Dispatcher, StageReport, StageResult
from telemetry.meter import Meter

BATCH = 16
AUDIO_BYTES = 400_000  # an item's audio
SECONDS = 8.0


class TimedStage:
    def __init__(self, batch_s: float) -> None:
        self.batch_s = batch_s
        self.device = asyncio.Lock()  # computes one batch at a time

    async def run(self, batch: Any) -> list[np.ndarray]:
        async with self.device:
            await asyncio.to_thread(time.sleep, self.batch_s)
        return [np.zeros(AUDIO_BYTES // 4, np.float32) for _ in batch]


def measure() -> list[dict[str, Any]]:
    """In a process of its own: Ray reads its environment when it is imported."""
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.dispatcher"],
        env=os.environ | ray_environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    rows: list[dict[str, Any]] = json.loads(finished.stdout.splitlines()[-1])
    return rows


async def _measure_here() -> list[dict[str, Any]]:
    # On a running loop, as in the ingress: handles made outside of one would need another thread.
    ray.init(address="local", include_dashboard=False, logging_level=logging.WARNING)
    serve.start(proxy_location="Disabled")
    return [
        await _measure_at(batch_s, clients, in_flight)
        for batch_s, in_flight in ((0.1, 3), (0.02, 4))
        for clients in (32, 128)
    ]


async def _measure_at(batch_s: float, clients: int, in_flight: int) -> dict[str, Any]:
    names = (f"first{batch_s}-{clients}", f"second{batch_s}-{clients}")
    stages = [
        serve.run(
            serve.deployment(name=name, max_ongoing_requests=8)(TimedStage).bind(batch_s),
            name=name,
            route_prefix=None,
        ).options(_by_reference=True)
        for name in names
    ]
    batches: list[int] = []

    async def send(batch: Sequence[int]) -> StageResult[Any]:
        batches.append(len(batch))
        results = await stages[1].run.remote(stages[0].run.remote(list(batch)))
        return StageResult(results, (StageReport("second", len(batch), 0, batch_s, 0.0),))

    rate = await _load(send, clients, in_flight)
    for name in names:
        serve.delete(name)
    return {
        "batch, ms": round(batch_s * 1000),
        "clients": clients,
        "items a second": rate,
        "of ideal": rate / (BATCH / batch_s),
        "mean batch": sum(batches) / len(batches),
    }


async def _load(send: Any, clients: int, in_flight: int) -> float:
    settings = BatchingSettings(
        max_batch_items=BATCH, max_batch_audio_s=1e6, batches_per_replica=in_flight
    )
    dispatcher: Dispatcher[int, Any] = Dispatcher(
        "bench", send, lambda: 1, settings, Meter(export_to_ray=False)
    )
    done = 0
    deadline = time.monotonic() + SECONDS + 1.0
    counted_from = time.monotonic() + 1.0
    numbers = itertools.count()

    async def client(name: str) -> None:
        nonlocal done
        while time.monotonic() < deadline:
            await dispatcher.submit(next(numbers), 1.0, name)
            done += time.monotonic() > counted_from

    await asyncio.gather(*(client(str(number)) for number in range(clients)))
    return done / (time.monotonic() - counted_from)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure_here())))
