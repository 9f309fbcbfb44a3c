"""What there is to send batches to: the replicas of the stages, their engines, what they take."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from deployments import vitals
from deployments.vitals import Vitals
from engines.base import EngineInfo
from telemetry import metrics
from telemetry.logs import Throttle
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

# Ray Serve's answer takes this process and the controller tens of milliseconds of Python each.
# While all is well, a lost batch or the vitals of another replica make it look at once.
STATUS_PERIOD_S = 60.0
UNREADY_STATUS_PERIOD_S = 0.25
GAUGES_PERIOD_S = 2.0
VITALS_PERIOD_S = 10.0
VITALS_LIMIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process stands."""

    application: str  # Ray Serve's name for all deployments together
    label: str  # what its own vitals are told under


class Watch:
    """Knows which stages can take a batch now, and tells the metrics.

    Args:
        stages: the handle of each stage, by the name of its deployment.
        changed: called after every look, as there may be more or fewer replicas than before.
        place: of this process, whose vitals are told with those of the stages.
    """

    def __init__(
        self,
        stages: Mapping[str, DeploymentHandle[Any]],
        meter: Meter,
        changed: Callable[[], None],
        place: Place,
    ) -> None:
        self._stages = stages
        self._place = place
        self._meter = meter
        self._changed = changed
        self._throttle = Throttle(logger)
        self._look = asyncio.Event()  # for replicas, before the next look is due
        self._tasks: list[asyncio.Task[None]] = []
        self._told: dict[str, set[str]] = {}  # by deployment: replicas that told their vitals last
        self.replicas = dict.fromkeys(stages, 0)  # ready ones by deployment
        self.engines: dict[str, EngineInfo] = {}  # of the stages that were ever there

    @property
    def ready(self) -> bool:
        return all(self.replicas.values()) and len(self.engines) == len(self._stages)

    def fewest(self, *stages: str) -> int:
        """Ready replicas of that stage which has the fewest."""
        return min(self.replicas[stage] for stage in stages)

    def look(self) -> None:
        """Ask Ray Serve now, not when it is due: there may be other replicas."""
        self._look.set()

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._watch_replicas()),
            asyncio.create_task(self._watch_vitals()),
            asyncio.create_task(repeat_gauges(self._meter)),
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _watch_replicas(self) -> None:
        while True:
            try:
                await self._refresh()
            except Exception as error:  # noqa: BLE001  the next look may be luckier
                self._throttle.warn("could not ask Ray Serve for the state of the stages", error)
            period_s = STATUS_PERIOD_S if self.ready else UNREADY_STATUS_PERIOD_S
            with suppress(TimeoutError):
                async with asyncio.timeout(period_s):
                    await self._look.wait()
            self._look.clear()

    async def _watch_vitals(self) -> None:
        while True:
            try:
                await self._examine()
            except Exception as error:  # noqa: BLE001  it is for the dashboard alone
                self._throttle.warn("could not ask the replicas what they take", error)
            await asyncio.sleep(VITALS_PERIOD_S if self.ready else GAUGES_PERIOD_S)

    async def _refresh(self) -> None:
        running = await asyncio.to_thread(running_replicas, self._place.application, self._stages)
        self.replicas = running
        for stage, handle in self._stages.items():
            self._meter.set(metrics.REPLICAS, running[stage], deployment=stage)
            if running[stage] and stage not in self.engines:
                self.engines[stage] = await handle.describe.remote()
                self._announce(stage, self.engines[stage])
        self._changed()

    async def _examine(self) -> None:
        """Ask every replica what it takes of its machine."""
        found = [(self._place.label, await asyncio.to_thread(vitals.measure))]
        for stage, handle in self._stages.items():
            if self.replicas[stage]:
                answers = await handle.broadcast("vitals").results_async(
                    timeout_s=VITALS_LIMIT_S, return_exceptions=True
                )
                told = [answer for answer in answers if isinstance(answer, Vitals)]
                found += [(stage, one) for one in told]
                replicas = {one.replica for one in told}
                if replicas != self._told.setdefault(stage, replicas):
                    self._told[stage] = replicas
                    self.look()
        memory: list[tuple[float, dict[str, str]]] = []
        gpu: list[tuple[float, dict[str, str]]] = []
        for deployment, taken in found:
            labels = {"deployment": deployment, "replica": taken.replica}
            memory.append((taken.own_bytes, labels | {"part": "replica"}))
            memory.append((taken.workers_bytes, labels | {"part": "workers"}))
            if taken.gpu_bytes is not None:
                gpu.append((taken.gpu_bytes, labels))
        self._meter.replace(metrics.RESIDENT_BYTES, memory)
        self._meter.replace(metrics.GPU_BYTES, gpu)

    def _announce(self, stage: str, info: EngineInfo) -> None:
        logger.info(
            "%s runs the %s engine %s (%s on %s)%s",
            stage,
            info.name,
            info.version,
            info.backend,
            info.device,
            f": {info.note}" if info.note else "",
        )
        self._meter.set(
            metrics.ENGINE,
            1,
            deployment=stage,
            engine=info.name,
            version=info.version,
            backend=info.backend,
            device=info.device,
        )


async def repeat_gauges(meter: Meter) -> None:
    """Tell Ray every gauge again and again. Runs apart from loops that wait for Ray Serve: gaps
    would look like outages."""
    while True:
        meter.refresh()
        await asyncio.sleep(GAUGES_PERIOD_S)


def running_replicas(application: str, stages: Iterable[str]) -> dict[str, int]:
    """Replicas of each stage that run now, by Ray Serve's word. Blocks."""
    counts = dict.fromkeys(stages, 0)
    status = serve.status().applications.get(application)
    for name, deployment in status.deployments.items() if status else ():
        if name in counts:
            states = deployment.replica_states.items()
            counts[name] = sum(count for state, count in states if state == "RUNNING")
    return counts
