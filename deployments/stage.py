"""What the three deployments share: how a stage computes a batch and reports on it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Generic, TypeVar

from config.settings import Settings
from deployments.batching import StageReport, StageResult
from deployments.vitals import Vitals, measure
from engines import padding
from engines.base import Engine, EngineInfo, Waveform
from engines.errors import EngineError
from telemetry import tracing
from telemetry.logs import configure_logs
from telemetry.tracing import Origin, jobs_of

logger = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
EngineT = TypeVar("EngineT", bound=Engine)


class Stage(Generic[EngineT]):
    """A deployment's replica around one engine."""

    def __init__(self, create: Callable[[Settings], EngineT], settings: Settings) -> None:
        configure_logs(settings.logs)
        self.tracer = tracing.open_tracer(settings.tracing, type(self).__name__)
        self.clock = BusyClock()
        self.engine = create(settings)

    async def describe(self) -> EngineInfo:
        return self.engine.info

    async def vitals(self) -> Vitals:
        """What this replica takes of its machine."""
        return await asyncio.to_thread(measure)

    async def check_health(self) -> None:
        """Ray Serve replaces the replica when this raises."""
        await asyncio.to_thread(self.engine.check)

    def __del__(self) -> None:
        if hasattr(self, "engine"):  # not where making it failed
            self.engine.close()

    async def compute(
        self,
        stage: str,
        engine_call: Callable[[Sequence[ItemT]], list[ResultT | EngineError]],
        batch: Sequence[ItemT],
        audio_of: Callable[[ItemT, ResultT | EngineError], float],
        origins: Sequence[Origin] = (),
        earlier: tuple[StageReport, ...] = (),
    ) -> StageResult[ResultT]:
        """Run one batch in a thread, so that the replica's event loop stays free.

        Args:
            origins: whose items these are, for spans and logs.
        Raises whatever the engine raises: the batch is then lost, and the dispatcher tries again.
        """
        arrived = time.perf_counter()
        with padding.measured() as padded, self.tracer.stage(stage, origins) as attributes:
            try:
                results = await asyncio.to_thread(engine_call, batch) if batch else []
            except Exception:
                logger.exception("a batch broke", extra={"stage": stage, "jobs": jobs_of(origins)})
                raise
            wait_s, compute_s = self.clock.finish(arrived, time.perf_counter())
            failed = sum(isinstance(result, EngineError) for result in results)
            audio_s = sum(
                audio_of(item, result) for item, result in zip(batch, results, strict=True)
            )
            report = StageReport(
                stage, len(batch), failed, compute_s, audio_s, padded.share, wait_s
            )
            attributes |= {"items": report.items, "audio_s": audio_s, "wait_s": wait_s}
        logger.debug("a batch is done", extra={**asdict(report), "jobs": jobs_of(origins)})
        return StageResult(results, (*earlier, report))


class BusyClock:
    """Tells a batch's compute from its wait for the one before it, which the engine's lock or its
    pool of workers makes. The compute of all batches adds up to the time the engine was busy."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def finish(self, arrived: float, ended: float) -> tuple[float, float]:
        """Seconds of wait and of compute of a batch that ends now."""
        began = min(max(arrived, self._free_at), ended)
        self._free_at = max(self._free_at, ended)
        return began - arrived, ended - began


def seconds(value: object) -> float:
    """Length of a waveform; nothing for an error."""
    return value.seconds if isinstance(value, Waveform) else 0.0
