"""Runs jobs: one runner in each ingress replica.

A runner leases jobs and renews their leases while it works; the jobs of a runner that falls silent
are leased by another. Ending a job is fenced by its lease, so it ends once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import Callable
from contextlib import suppress

from config.settings import JobSettings
from serve_app.store.blobs import Blobs
from serve_app.store.errors import StoreError
from serve_app.store.records import Records
from serve_app.store.values import Job
from serve_app.threads import Threads
from serve_app.work.admission import Admission
from serve_app.work.attempts import Attempts, Speak
from serve_app.work.feeds import Feeds
from serve_app.work.orders import KNOWN_VERSION
from serve_app.work.outcomes import Outcomes
from serve_app.work.room import find_sated
from serve_app.work.waiting import Waiting
from telemetry.logs import Throttle
from telemetry.meter import Meter

logger = logging.getLogger(__name__)

LEASING_LIMIT_S = 5.0  # a stop waits this long for a lease that is being taken


class Runner:
    """Leases jobs, speaks them, and writes how they ended."""

    def __init__(
        self,
        records: Records,
        blobs: Blobs,
        settings: JobSettings,
        threads: Threads,
        meter: Meter,
        speak: Speak,
        admission: Admission,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._records = records
        self._blobs = blobs
        self._settings = settings
        self._threads = threads
        self._outcomes = Outcomes(meter, admission, settings)
        self._admission = admission
        self._ready = ready  # whether every stage is there
        self._throttle = Throttle(logger)
        self._name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._running: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self.waiting = Waiting()  # for jobs to end here, or for more of their audio
        self.feeds = Feeds(self.waiting.signal)
        self._attempts = Attempts(
            records, blobs, settings, threads, self._outcomes, speak, self.feeds
        )
        self._wake = asyncio.Event()
        self._draining = False
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._loops = [
            asyncio.create_task(self._lease_forever(), name="lease"),
            asyncio.create_task(self._renew_forever(), name="renew"),
        ]

    def check(self) -> None:
        """Raise when a loop has died: this replica can run no jobs and must be replaced."""
        for loop in self._loops:
            if loop.done() and not self._draining:
                raise RuntimeError(f"the {loop.get_name()} loop has ended") from (
                    None if loop.cancelled() else loop.exception()
                )

    async def close(self) -> None:
        """Finish what is running, as far as `drain_s` allows; give the rest back."""
        self._draining = self._attempts.draining = True
        self._wake.set()
        # What is being leased at this moment is drained too.
        await asyncio.wait(self._loops[:1], timeout=LEASING_LIMIT_S)
        self._loops[0].cancel()
        tasks = [task for _, task in self._running.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=self._settings.drain_s)
        for _, task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*tasks, *self._loops[:1], return_exceptions=True)
        self._loops[1].cancel()

    def holds(self, job: Job) -> bool:
        """Whether this runner has a job, by its record: it may not have begun to run it."""
        return job.runner == self._name

    def running(self) -> list[str]:
        """The ids of the jobs that run here."""
        return list(self._running)

    def wake(self) -> None:
        """There is a new job: look now, not at the next poll."""
        self._wake.set()

    def cancel(self, job_id: str) -> None:
        """Stop a job that runs here, and tell those who wait for it that it has ended."""
        if job_id in self._running:
            self._running[job_id][1].cancel()
        self.waiting.signal(job_id)

    async def _lease_forever(self) -> None:
        # Not ended by a cancellation, which a lease taken in its thread would not hear of.
        while not self._draining:
            try:
                leased = await self._lease_some()
            except StoreError as error:
                self._throttle.warn("could not lease jobs; trying again", error)
                leased = []
            if not leased and not self._draining:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._settings.poll_s):
                        await self._wake.wait()
                self._wake.clear()

    async def _lease_some(self) -> list[Job]:
        self._outcomes.report(await self._admission.refresh())
        room = self._settings.max_running - len(self._running)
        sated = find_sated([job for job, _ in self._running.values()], self._settings)
        if room <= 0 or sated is None:
            return []
        leased = await self._threads.io(
            self._records.lease_jobs,
            self._name,
            min(room, 8),
            self._settings.lease_s,
            self._settings.max_attempts,
            KNOWN_VERSION,
            sated,
            suspect=self._ready() and not any(job.suspect for job, _ in self._running.values()),
        )
        for job in leased:
            stalled = self._running.get(job.id)
            if stalled:  # ours, until its lease ran out
                self._outcomes.lease_lost()
                stalled[1].cancel()
            self._outcomes.started(job)
            task = asyncio.create_task(self._run(job), name=f"job {job.id}")
            self._running[job.id] = (job, task)
        return leased

    async def _renew_forever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.heartbeat_s)
            try:
                await self._renew()
                await self._give_up()
            except StoreError as error:
                self._throttle.warn("could not renew leases; trying again", error)

    async def _renew(self) -> None:
        held = {job_id: job.lease for job_id, (job, _) in self._running.items() if job.lease}
        if not held:
            return
        lost = await self._threads.io(
            self._records.renew_leases, self._name, held, self._settings.lease_s
        )
        for job_id in lost:
            running = self._running.get(job_id)
            if running and running[0].lease == held[job_id]:
                self._outcomes.lease_lost()
                running[1].cancel()

    async def _give_up(self) -> None:
        """Jobs that took their runners with them, once too often, have failed."""
        for job in await self._threads.io(self._records.give_up_jobs, self._settings.max_attempts):
            self._outcomes.failed(job, job.failure.type if job.failure else "")
            self.waiting.signal(job.id)

    async def _run(self, job: Job) -> None:
        try:
            await self._attempts.run(job)
        except asyncio.CancelledError:
            # Deleted, lost to another runner, or this replica is going down.
            if self._draining:
                await self._attempts.give_back(job)
            raise
        finally:
            running = self._running.get(job.id)
            if running and running[0].lease == job.lease:  # not one that took its place
                del self._running[job.id]
            self.waiting.signal(job.id)
            self._wake.set()
