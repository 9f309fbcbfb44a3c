"""Several replicas of the ingress: a queue in each, or one for all of them.

The stage is a timed sleep for a batch. Closed loop: so many clients in all, spread over
the replicas, each asking again as soon as it is answered.
"""

from __future__ import annotations

import asyncio
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
from config.settings import Settings
from deployments import shared_queue
from deployments.batching import StageReport, StageResult
from deployments.graph import INGRESS, STAGES, Graph
from deployments.pipeline import Pipeline
from deployments.shared_queue import QueueClient
from deployments.vitals import Vitals
from deployments.vitals import measure as measure_vitals
from deployments.watch import Place
from engines.base import EngineInfo, Utterance, Waveform
from telemetry.meter import Meter
from telemetry.tracing import Tracer

BATCH_S = 0.1
ITEM_SAMPLES = 50_000  # 2 s of audio
SECONDS = 8.0
WARM_S = 2.0
CLIENTS = (32, 128)
KINDS = {  # replicas of the ingress, and whether they share
    "one": (1, False),
    "two, a queue each": (2, False),
    "two, one queue": (2, True),
}


class TimedStage:
    def __init__(self) -> None:
        self._device = asyncio.Lock()  # computes one batch at a time

    async def describe(self) -> EngineInfo:
        return EngineInfo("timed", "1", "sleep", "cpu", 24_000)

    async def vitals(self) -> Vitals:
        return measure_vitals()

    async def synthesize(self, batch: Sequence[Utterance], _: Any) -> StageResult[Waveform]:
        async with self._device:
            await asyncio.sleep(BATCH_S)
        report = StageReport("timed", len(batch), 0, BATCH_S, 2.0 * len(batch))
        samples = np.zeros(ITEM_SAMPLES, np.float32)
        return StageResult([Waveform(samples, 24_000) for _ in batch], (report,))


class Caller:
    """A replica of the ingress, without HTTP and records."""

    async def __init__(  # type: ignore[misc]  # Ray Serve awaits it
        self, settings: Settings, *stages: Any
    ) -> None:
        meter, tracer = Meter(export_to_ray=False), Tracer()
        self._graph: Graph
        if settings.batching.queue == "shared":
            self._graph = QueueClient(meter, tracer)
        else:
            speech, embedding, conversion = stages
            place = Place(serve.get_replica_context().app_name, INGRESS)
            self._graph = Pipeline(
                speech, embedding, conversion, settings.batching, meter, tracer, place
            )
        await self._graph.start()

    async def load(self, clients: int) -> float:
        """Pieces a second that so many clients are given."""
        while not self._graph.ready:  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0.1)
        counted_from = time.monotonic() + WARM_S
        deadline = counted_from + SECONDS
        done = 0

        async def client(name: str) -> None:
            nonlocal done
            while time.monotonic() < deadline:
                await self._graph.synthesize(Utterance("Hello.", "EN", "EN-US"), 2.0, name)
                done += counted_from < time.monotonic() < deadline

        await asyncio.gather(*(client(str(number)) for number in range(clients)))
        return done / SECONDS


def measure() -> list[dict[str, Any]]:
    """In a process of its own: Ray reads its environment when it is imported."""
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.queues"],
        env=os.environ | ray_environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    rows: list[dict[str, Any]] = json.loads(finished.stdout.splitlines()[-1])
    return rows


async def _measure_here() -> list[dict[str, Any]]:
    ray.init(address="local", num_cpus=8, include_dashboard=False, logging_level=logging.WARNING)
    serve.start(proxy_location="Disabled")
    rows: list[dict[str, Any]] = []
    for clients in CLIENTS:
        rates = [await _measure_at(*kind, clients) for kind in KINDS.values()]
        for kind, rate in zip(KINDS, rates, strict=True):
            share = rate / rates[0]
            rows.append(
                {"ingress": kind, "clients": clients, "a second": rate, "of the first": share}
            )
    return rows


async def _measure_at(replicas: int, shared: bool, clients: int) -> float:
    settings = Settings(batching={"queue": "shared" if shared else "ingress"})
    stages = [
        serve.deployment(name=name, max_ongoing_requests=8)(TimedStage).bind() for name in STAGES
    ]
    caller = serve.deployment(
        name=INGRESS,
        num_replicas=replicas,
        max_ongoing_requests=8,
        deployment_actors=[shared_queue.declare(settings)] if shared else [],
    )(Caller)
    handle = serve.run(caller.bind(settings, *stages), name="queues", route_prefix=None)
    rates = await handle.broadcast("load", clients // replicas).results_async(timeout_s=120)
    serve.delete("queues")
    return float(sum(rates))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure_here())))
