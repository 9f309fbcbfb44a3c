"""One attempt at a job, and how it ends: its audio, a failure, or another attempt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from config.settings import JobSettings
from deployments.concurrency import to_the_end
from engines.errors import EngineError, EngineUnavailable, OutOfMemory
from serve_app.problems import detail_of, kind_of
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StorageFull, StoreError, StoreUnavailable, UnreadableEmbedding
from serve_app.store.records import Records
from serve_app.store.values import Failure, Job
from serve_app.threads import Threads
from serve_app.work.feeds import Feeds
from serve_app.work.outcomes import Outcomes, about
from serve_app.work.pieces import forget_pieces, keeps_pieces
from serve_app.work.progress import ProgressWriter
from serve_app.work.synthesis import Progress, Speech
from telemetry.logs import Throttle

logger = logging.getLogger(__name__)

FINAL = (EngineError, UnreadableEmbedding)  # another attempt would meet the same
AWAY = (EngineUnavailable, StoreUnavailable, StorageFull)  # no fault of the job
RETRY_DELAYS_S = (1.0, 3.0, 9.0)  # after an attempt that broke

DRAINED = Failure("service-unavailable", "The service was stopping", "The runner was stopped.")

Speak = Callable[[Job, Progress], Awaitable[Speech]]
ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")


class Attempts:
    """Speaks leased jobs, and writes how that ended. Its lease fences each: a job that another
    runner has by then is left as it is."""

    def __init__(
        self,
        records: Records,
        blobs: Blobs,
        settings: JobSettings,
        threads: Threads,
        outcomes: Outcomes,
        speak: Speak,
        feeds: Feeds,
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._settings = settings
        self._threads = threads
        self._outcomes = outcomes
        self._speak = speak
        self._feeds = feeds
        self._setbacks = 0  # in a row, that were no job's fault
        self._throttle = Throttle(logger)
        self.draining = False  # the replica is going down: nothing is waited for any more

    async def run(self, job: Job) -> None:
        """Speak a job, and write how it ended."""
        progress = self._progress_of(job)
        try:
            speech = await self._speak(job, progress.report)
            await to_the_end(self._complete(job, speech))
            await self._forget_pieces(job)
        except Exception as error:  # noqa: BLE001  whatever it was, the job must not be lost
            await self._end_with(job, error)
        finally:
            progress.close()

    async def give_back(self, job: Job) -> None:
        """Let another runner have a job that did not end before the replica did."""
        await self._threads.io(self._return, job, DRAINED, count_attempt=False)

    async def _complete(self, job: Job, speech: Speech) -> None:
        completed = await self._tell(
            self._records.complete_job,
            job.id,
            job.lease or "",
            speech.audio,
            speech.warnings,
            speech.report,
            speech.words,
        )
        if not completed:  # cancelled meanwhile, or another runner has it
            await self._threads.io(self._blobs.delete, speech.audio.blob_key)
            return
        self._setbacks = 0
        self._outcomes.completed(job, speech.audio)

    async def _forget_pieces(self, job: Job) -> None:
        if not (keeps_pieces(job) or self._feeds.is_heard(job.id)):
            return
        try:
            await self._threads.io(forget_pieces, self._blobs, job.id)
        except StoreError as error:
            self._throttle.warn("finished pieces are left to the sweep", error)

    async def _end_with(self, job: Job, error: Exception) -> None:
        """Fail for good what would fail again; give the rest another attempt, which is a new one
        only where the job itself may be what broke. Stores and stages may be away, be stopped or
        be replaced for as long as it takes."""
        kind = kind_of(error)
        failure = Failure(kind.name, kind.title, detail_of(error))
        self._outcomes.broke(job, kind.name)
        if isinstance(error, FINAL) and not isinstance(error, EngineUnavailable):
            failed = await self._tell(self._records.fail_job, job.id, job.lease or "", failure)
        else:
            counts = isinstance(error, OutOfMemory) or not isinstance(error, AWAY)
            if counts:
                logger.error("a job broke", extra=about(job), exc_info=error)
            else:
                self._setbacks += 1
                self._throttle.warn("jobs broke for want of a store or a stage", error)
            # The lease is kept and renewed meanwhile.
            tries = job.attempts if counts else self._setbacks
            await asyncio.sleep(RETRY_DELAYS_S[min(tries, len(RETRY_DELAYS_S)) - 1])
            failed = await self._tell(self._return, job, failure, count_attempt=counts) == "failed"
        if failed:
            self._outcomes.failed(job, kind.name)

    def _return(self, job: Job, failure: Failure, *, count_attempt: bool) -> str | None:
        return self._records.return_job(
            job.id,
            job.lease or "",
            count_attempt=count_attempt,
            failure=failure,
            max_attempts=self._settings.max_attempts,
        )

    async def _tell(
        self, write: Callable[ParamsT, ResultT], *args: ParamsT.args, **kwargs: ParamsT.kwargs
    ) -> ResultT:
        """Write how a run ended, however long the records are away. The lease fences it: if
        another runner has the job by then, nothing is changed."""
        while True:
            try:
                return await self._threads.io(write, *args, **kwargs)
            except (StoreUnavailable, StorageFull) as error:
                if self.draining:
                    raise
                self._throttle.warn("could not write how jobs ended; trying again", error)
                await asyncio.sleep(self._settings.poll_s)

    def _progress_of(self, job: Job) -> ProgressWriter:
        return ProgressWriter(
            lambda done, total: self._threads.io(
                self._records.report_progress, job.id, job.lease or "", done, total
            )
        )
