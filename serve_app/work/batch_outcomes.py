"""What feeding batches comes to, in metrics: how they end, and whether any stands still."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from serve_app.store.batch_values import Batch, ItemState, OpenBatch
from telemetry import metrics
from telemetry.meter import Meter

MADE: tuple[ItemState, ...] = ("completed", "deleted")  # deleted: made, and gone again


@dataclass(frozen=True, slots=True)
class _Stand:
    """How far a batch was, and since when it is no further."""

    waiting: int
    unfinished: int
    pieces: int
    since: float  # of the monotonic clock

    def is_same(self, batch: OpenBatch) -> bool:
        now = (batch.waiting, batch.unfinished, batch.pieces)
        return now == (self.waiting, self.unfinished, self.pieces)


class BatchOutcomes:
    """Counts the batches that end, and times those that do not."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._stands: dict[str, _Stand] = {}  # of batches that are fed here, by id

    def ended(self, batches: Iterable[Batch]) -> None:
        """Count batches that have come to their end, and how each of their items did."""
        for batch in batches:
            self._meter.count(metrics.JOB_BATCHES_ENDED, how=how_ended(batch.counts))
            for state, items in batch.counts.items():
                self._meter.count(metrics.JOB_BATCH_ITEMS_ENDED, items, state=state)

    def deleted(self) -> None:
        """Count a batch whose owner did not want the rest."""
        self._meter.count(metrics.JOB_BATCHES_ENDED, how="deleted")

    def look(self, batches: Iterable[OpenBatch]) -> None:
        """Tell for how long nothing came of that batch, of those that are fed here, which has
        stood still the longest."""
        now = time.monotonic()
        stands: dict[str, _Stand] = {}
        for batch in batches:
            known = self._stands.get(batch.id)
            if known is None or not known.is_same(batch):
                known = _Stand(batch.waiting, batch.unfinished, batch.pieces, now)
            stands[batch.id] = known
        self._stands = stands
        longest_s = max((now - stand.since for stand in stands.values()), default=0.0)
        self._meter.set(metrics.JOB_BATCHES, len(stands))
        self._meter.set(metrics.JOB_BATCH_STILL, longest_s)


def how_ended(counts: Mapping[ItemState, int]) -> str:
    """`completed`, `partly` or `failed`: whether all, some or none of a batch's items were made."""
    made = sum(counts.get(state, 0) for state in MADE)
    if made == sum(counts.values()):
        return "completed"
    return "partly" if made else "failed"
