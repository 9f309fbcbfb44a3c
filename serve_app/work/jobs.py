"""Committing jobs and following them. `serve_app.work.intake` takes them in, and
`serve_app.work.runner` runs them.

Whatever `accept` has answered for is in the database.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress

from config.settings import JobSettings
from serve_app.errors import KeyConcurrencyExceeded, KeyRateExceeded
from serve_app.store.batch_values import Place
from serve_app.store.blobs import Blobs
from serve_app.store.errors import ItemTaken, QuotaExceeded
from serve_app.store.records import Records
from serve_app.store.values import (
    Accepted,
    Deleted,
    Idempotency,
    Job,
    JobKind,
    JobState,
    NewJob,
    Quota,
)
from serve_app.threads import Threads
from serve_app.work.admission import Admission
from serve_app.work.attempts import Speak
from serve_app.work.limits import OwnerLimitError
from serve_app.work.pieces import forget_pieces
from serve_app.work.runner import Runner
from serve_app.work.word_times import HeardText
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

ENDED = ("completed", "failed", "cancelled")


class Jobs:
    """Accepts jobs and has them run; one instance in each ingress replica."""

    def __init__(
        self,
        records: Records,
        blobs: Blobs,
        settings: JobSettings,
        threads: Threads,
        meter: Meter,
        speak: Speak,
        ready: Callable[[], bool] = lambda: True,
        halted: Callable[[str], bool] = lambda line: False,
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._settings = settings
        self._threads = threads
        self._meter = meter
        self.admission = Admission(records, blobs, settings, threads, halted)
        self.runner = Runner(records, blobs, settings, threads, meter, speak, self.admission, ready)

    async def accept(
        self,
        new: NewJob,
        idempotency: Idempotency | None,
        quota: Quota | None = None,
        place: Place | None = None,
    ) -> Accepted:
        """Commit a job. When this returns, the job survives whatever dies.

        Args:
            place: the item of a batch that becomes this job.
        Raises:
            QueueFull, StorageFull: there is no room.
            KeyConcurrencyExceeded, KeyRateExceeded: there is none for this owner.
            IdempotencyConflict: the key stands for another request.
            ItemTaken: the item waits no more.
        """
        await self.check_quota(new.owner, new.kind, quota)
        await self.admission.admit(new.kind, new.cost, new.owner)
        try:
            accepted = await self._threads.io(
                self._records.accept_job, new, idempotency, quota, place
            )
        except ItemTaken:
            self.admission.settle(new.kind, new.cost, new.owner)
            raise
        except QuotaExceeded as exceeded:  # by requests that came at the same time
            self.admission.settle(new.kind, new.cost, new.owner)
            raise self._refuse(exceeded, new.kind, new.owner, quota) from exceeded
        if accepted.replayed:  # two of the same came at the same time
            self.admission.settle(new.kind, new.cost, new.owner)
            return accepted
        self._meter.count(metrics.JOBS_ACCEPTED, kind=new.kind)
        self.runner.wake()
        return accepted

    async def heard(self, job: Job) -> HeardText | None:
        """When each word of a finished job is heard; None where nobody knows."""
        record = await self._threads.io(self._records.get_words, job.id)
        return HeardText.from_record(record) if record else None

    async def check_quota(self, owner: str, kind: JobKind, quota: Quota | None) -> None:
        """Raise what `accept` would raise for this owner's limits, before expensive work."""
        if quota is None:
            return
        self.admission.limits.check(owner, quota.chars)
        try:
            await self._threads.io(self._records.check_quota, owner, quota)
        except QuotaExceeded as exceeded:
            raise self._refuse(exceeded, kind, owner, quota) from exceeded

    def _refuse(
        self, exceeded: QuotaExceeded, kind: JobKind, owner: str, quota: Quota | None
    ) -> OwnerLimitError:
        error = self._explain(exceeded, kind, owner)
        # A shorter text might not have too many characters.
        from_chars = quota.chars if quota and exceeded.counted == "chars" else 0
        self.admission.limits.tell(owner, error, from_chars)
        return error

    def _explain(self, exceeded: QuotaExceeded, kind: JobKind, owner: str) -> OwnerLimitError:
        """A limit of one owner as its client is told, with when there will be room."""
        limit, used, wait_s = exceeded.limit, exceeded.used, exceeded.retry_after_s
        if exceeded.counted == "chars":
            wait = math.ceil(wait_s or 1.0)
            return KeyRateExceeded(
                f"Your key may send {limit:,} characters a minute. Try again in {wait} s.",
                retry_after_s=wait,
                limit=limit,
                used=used,
            )
        # One of theirs ends sooner than all that is queued.
        wait = math.ceil(max(1.0, self.admission.estimate_s(kind, owner) / max(1, used)))
        return KeyConcurrencyExceeded(
            f"Your key may have {limit} unfinished jobs, and has {used}. Wait for one to end.",
            retry_after_s=wait,
            limit=limit,
            used=used,
        )

    async def find_replay(self, owner: str, idempotency: Idempotency) -> Job | None:
        """The job that an earlier request with this key made. Raises IdempotencyConflict."""
        found = await self._threads.io(self._records.find_replay, owner, idempotency)
        return found if isinstance(found, Job) else None

    async def get(self, job_id: str, owner: str) -> Job | None:
        return await self._threads.io(self._records.get_job, job_id, owner)

    async def list(
        self,
        owner: str,
        limit: int,
        *,
        state: JobState | None = None,
        kind: JobKind | None = None,
        before: str | None = None,
    ) -> list[Job]:
        """An owner's jobs, the newest first."""
        return await self._threads.io(
            self._records.list_jobs, owner, limit, state=state, kind=kind, before=before
        )

    async def count_ahead(self, job_id: str) -> int:
        return await self._threads.io(self._records.count_ahead, job_id)

    async def wait(self, job_id: str, owner: str, timeout_s: float) -> Job | None:
        """The job once it has ended, or as it stands when the time is up or this replica stops."""
        deadline = time.monotonic() + timeout_s
        while True:
            # Before the look at the records, so that an end between the two is not missed.
            with self.runner.waiting.listen(job_id) as ended:
                job = await self.get(job_id, owner)
                left = deadline - time.monotonic()
                if job is None or job.state in ENDED or left <= 0 or self.runner.waiting.over:
                    return job
                # Another replica may be running it: look again every now and then.
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, self._settings.poll_s)):
                        await ended.wait()

    async def delete(self, job_id: str, owner: str) -> Deleted | None:
        deleted = await self._threads.io(self._records.delete_job, job_id, owner)
        if deleted is None:
            return None
        if deleted.blob_key:
            await self._threads.io(self._blobs.delete, deleted.blob_key)
        self.runner.cancel(job_id)
        self.admission.limits.forget(owner)
        if deleted.job.state == "cancelled":
            await self._note_cancelled(deleted.job)
        return deleted

    async def cancel(self, job: Job) -> None:
        """Stop an unfinished job that nobody wants any more."""
        cancelled = await self._threads.io(self._records.cancel_job, job.id)
        if cancelled is None:
            return
        self.runner.cancel(job.id)
        self.admission.limits.forget(job.owner)
        await self._note_cancelled(cancelled)

    async def _note_cancelled(self, job: Job) -> None:
        await self._threads.io(forget_pieces, self._blobs, job.id)
        self._meter.count(metrics.JOBS_ENDED, kind=job.kind, state="cancelled")
        logger.info("a job was cancelled", extra={"job_id": job.id, "request_id": job.request_id})
