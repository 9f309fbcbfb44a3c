"""What the three deployments share: how a stage computes a batch and reports on it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from deployments.batching import StageReport, StageResult
from engines.base import Waveform
from engines.errors import EngineError

logger = logging.getLogger(__name__)

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


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
    results = await asyncio.to_thread(engine_call, batch)
    elapsed = time.perf_counter() - started
    failed = sum(isinstance(result, EngineError) for result in results)
    audio_s = sum(audio_of(item, result) for item, result in zip(batch, results, strict=True))
    report = StageReport(stage, len(batch), failed, elapsed, audio_s)
    logger.debug("%s: %d items, %.1f s of audio in %.2f s", stage, len(batch), audio_s, elapsed)
    return StageResult(results, (*earlier, report))


def seconds(value: object) -> float:
    """Length of a waveform; nothing for an error."""
    return value.seconds if isinstance(value, Waveform) else 0.0
