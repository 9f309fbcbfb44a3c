"""Whether there is room for more work, in the queue and on the disk; `lines.py` says how that is
reckoned."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping

from config.settings import JobSettings
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StorageFull
from serve_app.store.records import Records
from serve_app.store.values import JobCounts, JobKind
from serve_app.threads import Threads
from serve_app.work.limits import ToldLimits
from serve_app.work.lines import FAIR_COST_S, LINE_OF, WINDOW_S, Line, Standing

COUNTS_AGE_S = 1.0  # between two counts
STALE_S = 3.0  # counts this old admit nothing


class Admission:
    """Says whether there is room for more work, in the queue and on the disk.

    Args:
        halted: whether a stage on a line's path has yet to be started again.
    """

    def __init__(
        self,
        records: Records,
        blobs: Blobs,
        settings: JobSettings,
        threads: Threads,
        halted: Callable[[str], bool] = lambda line: False,
    ) -> None:
        self._halted = halted
        self._records = records
        self._blobs = blobs
        self._settings = settings
        self._threads = threads
        self._counted_at = -math.inf
        self.free_bytes: int | None = None  # of the blobs' disk, where there is one
        self._lock = asyncio.Lock()
        self.limits = ToldLimits()
        self.counts = JobCounts()
        self._by_name = {name: Line(settings) for name in dict.fromkeys(LINE_OF.values())}
        self.lines: dict[JobKind, Line] = {
            kind: self._by_name[name] for kind, name in LINE_OF.items()
        }

    @property
    def by_name(self) -> Mapping[str, Line]:
        return self._by_name

    @property
    def outstanding_s(self) -> float:
        """Seconds of audio accepted and not finished."""
        return sum(line.outstanding_s for line in self._by_name.values())

    async def refresh(self, max_age_s: float = COUNTS_AGE_S) -> JobCounts:
        async with self._lock:
            if time.monotonic() - self._counted_at > max_age_s:
                self.counts = await self._threads.io(
                    self._records.count_jobs, recent_s=WINDOW_S, fair_cost=FAIR_COST_S
                )
                self.free_bytes = await self._threads.io(self._blobs.free_bytes)
                self._counted_at = time.monotonic()
                self._update_lines(self.counts)
        return self.counts

    def _update_lines(self, counts: JobCounts) -> None:
        for name, line in self._by_name.items():
            kinds = [kind for kind, line_name in LINE_OF.items() if line_name == name]
            outstanding_s: Counter[str] = Counter()
            for kind in kinds:
                outstanding_s.update(counts.remaining_of.get(kind, {}))
            done_s = sum(counts.done_cost.get(kind, 0.0) for kind in kinds)
            line.update(outstanding_s, done_s, self._halted(name))

    async def admit(self, kind: JobKind, cost: float, owner: str = "") -> None:
        """Take `cost` seconds of audio on.

        Raises:
            QueueFull: with the time until there will be room.
            StorageFull: too little disk is free.
        """
        # The runner keeps the counts fresh; should it not, nobody is admitted by old ones for long.
        await self.refresh(STALE_S)
        if self.free_bytes is not None and self.free_bytes < self._settings.min_free_bytes:
            raise StorageFull("free disk space is below jobs.min_free_bytes")
        self.lines[kind].admit(cost, owner)

    def check(self, kind: JobKind, owner: str = "") -> None:
        """Refuse work that would be refused anyhow, before anything is done for it.

        Takes microseconds: it looks at the last counts, which the runner keeps fresh, and at what
        the owner was told a moment ago.

        Raises:
            QueueFull: with the time until there will be room.
            KeyConcurrencyExceeded, KeyRateExceeded: there is none for this owner.
        """
        self.limits.check(owner)
        self.lines[kind].check(owner)

    def count_refused(self, kind: JobKind, count: int, owner: str = "") -> None:
        """Others have refused in our place: it is demand all the same."""
        self.lines[kind].count_refused(count, owner)

    def standing(self, owner: str = "") -> dict[str, Standing]:
        """The lines without much room for an owner, by name."""
        standing = {name: line.standing(owner) for name, line in self._by_name.items()}
        return {name: one for name, one in standing.items() if one}

    def settle(self, kind: JobKind, cost: float, owner: str = "") -> None:
        """Work that was admitted is done, or was refused after all."""
        self.limits.forget(owner)
        self.lines[kind].settle(cost, owner)

    def estimate_s(self, kind: JobKind, owner: str = "") -> float:
        """Seconds until what an owner has outstanding now on the way of such a job will be done."""
        return self.lines[kind].wait_of(owner)
