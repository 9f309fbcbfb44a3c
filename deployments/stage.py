"""What the three deployments share: how a stage computes a batch and reports on it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from config.logs import configure_logs
from config.settings import Settings
from deployments.batching import StageReport, StageResult
from engines.base import Engine, EngineInfo, Waveform
from engines.errors import EngineError

logger = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
EngineT = TypeVar("EngineT", bound=Engine)


class Stage(Generic[EngineT]):
    """A deployment's replica around one engine."""

    def __init__(self, create: Callable[[Settings], EngineT], settings: Settings) -> None:
        configure_logs()
        self.engine = create(settings)

    async def describe(self) -> EngineInfo:
        return self.engine.info

    async def check_health(self) -> None:
        """Ray Serve replaces the replica when this raises."""
        await asyncio.to_thread(self.engine.check)

    def __del__(self) -> None:
        if hasattr(self, "engine"):  # not where making it failed
            self.engine.close()


async def compute(
    stage: str,
    engine_call: Callable[[Sequence[ItemT]], list[ResultT | EngineError]],
    batch: Sequence[ItemT],
    audio_of: Callable[[ItemT, ResultT | EngineError], float],
    earlier: tuple[StageReport, ...] = (),
) -> StageResult[ResultT]:
    """Run one batch in a thread, so that the replica's event loop stays free.

    Raises whatever the engine raises: the batch is then lost, and the dispatcher tries again.
    """
    started = time.perf_counter()
    results = await asyncio.to_thread(engine_call, batch) if batch else []
    elapsed = time.perf_counter() - started
    failed = sum(isinstance(result, EngineError) for result in results)
    audio_s = sum(audio_of(item, result) for item, result in zip(batch, results, strict=True))
    report = StageReport(stage, len(batch), failed, elapsed, audio_s)
    logger.debug("%s: %d items, %.1f s of audio in %.2f s", stage, len(batch), audio_s, elapsed)
    return StageResult(results, (*earlier, report))


def seconds(value: object) -> float:
    """Length of a waveform; nothing for an error."""
    return value.seconds if isinstance(value, Waveform) else 0.0
