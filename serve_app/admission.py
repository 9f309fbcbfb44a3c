"""Whether there is room for more work, and how long it will take."""

from __future__ import annotations

import asyncio
import math
import time

from config.settings import JobSettings
from serve_app.errors import QueueFull
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StorageFull
from serve_app.store.models import JobCounts
from serve_app.store.records import Records
from serve_app.threads import Threads

COUNTS_AGE_S = 1.0  # how old the counts may be by which new work is admitted
FIRST_THROUGHPUT = 5.0  # seconds of audio a second, until the first job has been measured
THROUGHPUT_MEMORY_S = 30.0


class Throughput:
    """Seconds of audio finished a second, with exponential forgetting, measured while busy."""

    def __init__(self) -> None:
        self.rate = FIRST_THROUGHPUT
        self._since = time.monotonic()
        self._audio_s = 0.0

    def record(self, audio_s: float) -> None:
        self._audio_s += audio_s
        elapsed = time.monotonic() - self._since
        if elapsed < 1.0:
            return
        weight = 1 - math.exp(-elapsed / THROUGHPUT_MEMORY_S)
        self.rate += weight * (self._audio_s / elapsed - self.rate)
        self._audio_s, self._since = 0.0, time.monotonic()

    def rest(self) -> None:
        """Nothing to do: idle time says nothing of the rate."""
        self._audio_s, self._since = 0.0, time.monotonic()


class Admission:
    """Says whether there is room for more work, in the queue and on the disk."""

    def __init__(
        self, records: Records, blobs: Blobs, settings: JobSettings, threads: Threads
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._settings = settings
        self._threads = threads
        self._counted_at = -math.inf
        self.free_bytes: int | None = None  # of the blobs' disk, where there is one
        self._lock = asyncio.Lock()
        self.counts = JobCounts({}, 0.0, 0.0, 0.0)
        self.outstanding_s = 0.0  # seconds of audio accepted and not finished
        self.throughput = Throughput()

    async def refresh(self, max_age_s: float = COUNTS_AGE_S) -> JobCounts:
        async with self._lock:
            if time.monotonic() - self._counted_at > max_age_s:
                self.counts = await self._threads.io(self._records.count_jobs)
                self.free_bytes = await self._threads.io(self._blobs.free_bytes)
                self.outstanding_s = self.counts.queued_cost + self.counts.running_cost
                self._counted_at = time.monotonic()
        return self.counts

    async def admit(self, cost: float) -> None:
        """Take `cost` seconds of audio on.

        Raises:
            QueueFull: with the time until there will be room.
            StorageFull: too little disk is free.
        """
        await self.refresh()
        if self.free_bytes is not None and self.free_bytes < self._settings.min_free_bytes:
            raise StorageFull("free disk space is below jobs.min_free_bytes")
        excess = self.outstanding_s + cost - self._settings.max_queued_audio_s
        if excess > 0 and self.outstanding_s > 0:
            wait_s = max(1.0, excess / max(self.throughput.rate, 0.01))
            raise QueueFull(
                f"{self.outstanding_s:.0f} s of audio are queued already. "
                f"Try again in {math.ceil(wait_s)} s.",
                retry_after_s=wait_s,
            )
        self.outstanding_s += cost

    def estimate_s(self) -> float:
        """Seconds until what is outstanding now will be done."""
        return self.outstanding_s / max(self.throughput.rate, 0.01)
