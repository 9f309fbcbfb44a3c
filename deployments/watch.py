"""What there is to send batches to: the replicas of the stages, their engines, what they take."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ray import serve
from ray.serve.exceptions import DeploymentUnavailableError
from ray.serve.handle import DeploymentHandle

from deployments import vitals
from deployments.graph import missing_stages
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
# While there is work there may be more replicas any moment. To ask them all (`broadcast`) takes
# less than Ray Serve's own answer, which alone tells a stage that rests from one that died.
BUSY_VITALS_PERIOD_S = 2.0
VITALS_LIMIT_S = 2.0

CALM = ("HEALTHY", "DOWNSCALING")  # of a deployment that is as it should be, or will be
STARTING = ("UPSCALING", "UPDATING")
WAKE_LIMIT_S = 120.0  # a stage that is asked for and does not come in that time is missing


@dataclass(frozen=True, slots=True)
class Standing:
    """How Ray Serve says a deployment stands."""

    running: int
    status: str


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
        self._asked = dict.fromkeys(stages, 0)  # calls under way by deployment
        self._introductions: dict[str, asyncio.Task[None]] = {}
        self._woken_at: dict[str, float] = {}  # when a resting stage was first seen to start
        self.replicas = dict.fromkeys(stages, 0)  # ready ones by deployment
        self.resting: frozenset[str] = frozenset()  # without a replica because nobody uses them
        self.engines: dict[str, EngineInfo] = {}  # of the stages that were ever there

    @property
    def ready(self) -> bool:
        """Whether every stage has a replica, or would start one when asked."""
        there = not missing_stages(self.replicas, self.resting)
        return there and len(self.engines) == len(self._stages)

    def fewest(self, *stages: str) -> int:
        """Ready replicas of that stage which has the fewest."""
        return min(self.replicas[stage] for stage in stages)

    def look(self) -> None:
        """Ask Ray Serve now, not when it is due: there may be other replicas."""
        self._look.set()

    @contextmanager
    def asked(self, *stages: str) -> Iterator[None]:
        """While a call to these stages is under way: those that rest will start."""
        for stage in stages:
            self._asked[stage] += 1
        if self._awaits_replica():
            self.look()
        try:
            yield
        finally:
            for stage in stages:
                self._asked[stage] -= 1

    def _awaits_replica(self) -> bool:
        return any(count and not self.replicas[stage] for stage, count in self._asked.items())

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._watch_replicas()),
            asyncio.create_task(self._watch_vitals()),
            asyncio.create_task(repeat_gauges(self._meter)),
        ]

    async def close(self) -> None:
        for task in (*self._tasks, *self._introductions.values()):
            task.cancel()

    async def _watch_replicas(self) -> None:
        while True:
            try:
                await self._refresh()
            except Exception as error:  # noqa: BLE001  the next look may be luckier
                self._throttle.warn("could not ask Ray Serve for the state of the stages", error)
            calm = self.ready and not self._awaits_replica()
            period_s = STATUS_PERIOD_S if calm else UNREADY_STATUS_PERIOD_S
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
            calm_s = BUSY_VITALS_PERIOD_S if any(self._asked.values()) else VITALS_PERIOD_S
            await asyncio.sleep(calm_s if self.ready else GAUGES_PERIOD_S)

    async def _refresh(self) -> None:
        standing = await asyncio.to_thread(standing_of, self._place.application, self._stages)
        self.resting = frozenset(
            stage for stage, one in standing.items() if self._rests(stage, one, time.monotonic())
        )
        self.replicas = {stage: one.running for stage, one in standing.items()}
        for stage, count in self.replicas.items():
            rests = stage in self.resting
            self._meter.set(metrics.REPLICAS, count, deployment=stage)
            self._meter.set(metrics.RESTING, rests, deployment=stage)
            if (count or rests) and not (stage in self.engines or stage in self._introductions):
                # It wakes a stage that rests. A service that starts must know them all.
                introduction = asyncio.create_task(self._meet(stage))
                self._introductions[stage] = introduction
        self._changed()

    def _rests(self, stage: str, standing: Standing, now: float) -> bool:
        """Whether a stage is without replicas on purpose, or starts again from there."""
        if standing.running:
            self._woken_at.pop(stage, None)
            return False
        if standing.status in CALM:
            self._woken_at.pop(stage, None)
            return True
        if stage in self.resting and standing.status in STARTING:
            return now - self._woken_at.setdefault(stage, now) < WAKE_LIMIT_S
        return False

    async def _meet(self, stage: str) -> None:
        try:
            self.engines[stage] = await self._stages[stage].describe.remote()
            self._announce(stage, self.engines[stage])
        except Exception as error:  # noqa: BLE001  the next look asks again
            self._throttle.warn(f"could not ask {stage} what it is", error)
        finally:
            del self._introductions[stage]

    async def _examine(self) -> None:
        """Ask every replica what it takes of its machine."""
        found = [(self._place.label, await asyncio.to_thread(vitals.measure))]
        for stage, handle in self._stages.items():
            if self.replicas[stage]:
                try:
                    answers = await handle.broadcast("vitals").results_async(
                        timeout_s=VITALS_LIMIT_S, return_exceptions=True
                    )
                except DeploymentUnavailableError:  # the last replica has gone
                    answers = []
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


def standing_of(application: str, stages: Iterable[str]) -> dict[str, Standing]:
    """How each stage stands, by Ray Serve's word. Blocks."""
    standing = dict.fromkeys(stages, Standing(0, "UNKNOWN"))
    status = serve.status().applications.get(application)
    for name, deployment in status.deployments.items() if status else ():
        if name in standing:
            states = deployment.replica_states.items()
            running = sum(count for state, count in states if state == "RUNNING")
            standing[name] = Standing(running, str(deployment.status.value))
    return standing
