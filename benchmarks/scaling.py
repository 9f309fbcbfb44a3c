"""A step of load, up and down: when the stages follow it, by queued work and by Ray's default.

A whole service over HTTP with stages that sleep (`benchmarks/sleepers.py`), four pieces a batch: a
replica makes 3.6 a second. Few ask, then many, then nobody. Each policy has the same delays and the
same bounds, from none at all.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from benchmarks.queues import ROOT, SETTINGS, TEXT
from deployments.graph import INGRESS, TEXT_TO_SPEECH
from deployments.scaling import STAGES_OF
from loadtests.local import LocalService

POLICY = {"policy_function": "deployments.scaling:by_queued_work"}
BATCH_ITEMS = 4  # 3.6 pieces a second of each replica
MOST = 6
FEW, MANY = 1.5, 12.0  # pieces a second: one replica's, four replicas'
ENOUGH = 4
FEW_S, MANY_S, NONE_S = 30.0, 75.0, 100.0
LOOK_S = 0.5
DELAYS = {"upscale_delay_s": 4, "downscale_delay_s": 20, "downscale_to_zero_delay_s": 20}
SCALING = {"target_wait_s": 5, "remember_s": 30}


@dataclass
class Timeline:
    """How many replicas of speech there were, and how long each answer took."""

    replicas: list[tuple[float, int]] = field(default_factory=list)  # seconds, ready ones
    took: list[tuple[float, float]] = field(default_factory=list)  # when asked, seconds
    refused: int = 0

    def reached(self, since: float, fits: Any) -> float | None:
        """Seconds from `since` until the number of replicas fitted."""
        return next((at - since for at, n in self.replicas if at >= since and fits(n)), None)

    def every(self, period_s: float) -> str:
        """The numbers, one for each period."""
        due, shown = 0.0, []
        for at, count in self.replicas:
            if at >= due:
                shown.append(str(count))
                due += period_s
        return " ".join(shown)


@contextmanager
def running(policy: bool, places: int | None = None) -> Iterator[str]:
    """A service whose speech scales from none; its URL.

    Args:
        places: for so many replicas of speech and conversion the machine has room; none: for all.
    """
    room = {"num_cpus": (os.cpu_count() or 1) / places if places else 0}

    def shape(document: dict[str, Any]) -> None:
        application = document["applications"][0]
        application["import_path"] = "benchmarks.sleepers:build"
        application["args"] |= {"batching": {"max_batch_items": BATCH_ITEMS}, "scaling": SCALING}
        if policy:
            application["autoscaling_policy"] = POLICY
        for deployment in application["deployments"]:
            scaling = deployment.get("autoscaling_config", {})
            if deployment["name"] == INGRESS:
                del deployment["num_replicas"]
                deployment["autoscaling_config"] = fixed(1)
            elif deployment["name"] == TEXT_TO_SPEECH:
                scaling |= {"min_replicas": 0, "max_replicas": MOST, **DELAYS}
            deployment["ray_actor_options"] = (
                room if deployment["name"] in STAGES_OF["cloning"] else {"num_cpus": 0}
            )

    path = f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"  # Ray's processes import the stages
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, PYTHONPATH=path):
        service = LocalService(Path(folder), SETTINGS, shape)
        try:
            service.wait_until_ready()
            yield service.url
        finally:
            service.stop()


def fixed(replicas: int) -> dict[str, int]:
    """So many, in the form in which Ray Serve asks the ingress for what waits."""
    bounds = {"min_replicas": replicas, "max_replicas": replicas}
    return bounds | {"metrics_interval_s": 2, "look_back_period_s": 5}


async def play(url: str, steps: Sequence[tuple[float, float]]) -> Timeline:
    """So many pieces a second for so long, step by step."""
    timeline = Timeline()
    began = time.monotonic()
    async with httpx.AsyncClient(
        base_url=url, timeout=120.0, limits=httpx.Limits(max_connections=None)
    ) as client:

        async def ask() -> None:
            at = time.monotonic() - began
            answer = await client.post("/tts", json=TEXT, headers={"Prefer": "wait=60"})
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                timeline.refused += 1
                return
            answer.raise_for_status()
            timeline.took.append((at, time.monotonic() - began - at))

        async def look() -> None:
            while True:
                with suppress(httpx.HTTPError):
                    count = await ready_replicas(client)
                    timeline.replicas.append((time.monotonic() - began, count))
                await asyncio.sleep(LOOK_S)

        looking = asyncio.create_task(look())
        asked: list[asyncio.Task[None]] = []
        due = began
        for per_second, seconds in steps:
            until = due + seconds
            while per_second and due < until:
                asked.append(asyncio.create_task(ask()))
                due += 1 / per_second
                await asyncio.sleep(due - time.monotonic())
            due = until
            await asyncio.sleep(due - time.monotonic())
        await asyncio.gather(*asked)
        looking.cancel()
    return timeline


async def ready_replicas(client: httpx.AsyncClient, stage: str = TEXT_TO_SPEECH) -> int:
    """Of a stage, as the service sees them."""
    stages = (await client.get("/health")).raise_for_status().json()["stages"]
    return int(next(one["replicas"] for one in stages if one["deployment"] == stage))


def measure() -> list[dict[str, Any]]:
    rows = []
    for name, policy in (("queued work", True), ("Ray's default", False)):
        with running(policy) as url:
            timeline = asyncio.run(play(url, [(FEW, FEW_S), (MANY, MANY_S), (0.0, NONE_S)]))
        step, end = FEW_S, FEW_S + MANY_S
        busy = sorted(took for at, took in timeline.took if step <= at < end)
        rows.append(
            {
                "policy": name,
                "up, s": timeline.reached(step, lambda n: n >= ENOUGH),
                "most": max(n for _, n in timeline.replicas),
                "at rest, s": timeline.reached(end, lambda n: n == 0),
                "replica-seconds": round(sum(n for _, n in timeline.replicas) * LOOK_S),
                "p50, s": busy[len(busy) // 2],
                "p95, s": busy[int(len(busy) * 0.95)],
                "refused": timeline.refused,
                "every 10 s": timeline.every(10.0),
            }
        )
    return rows
