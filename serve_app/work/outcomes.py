"""What a runner's work comes to, in metrics and in the log."""

from __future__ import annotations

import logging
import time
from typing import Any

from config.settings import JobSettings
from serve_app.store.values import AudioFile, Job, JobCounts
from serve_app.work.admission import Admission
from telemetry import metrics
from telemetry.meter import Meter

logger = logging.getLogger(__name__)


class Outcomes:
    """Counts how jobs begin and end, and how the queue stands."""

    def __init__(self, meter: Meter, admission: Admission, settings: JobSettings) -> None:
        self._meter = meter
        self._admission = admission
        self._settings = settings

    def started(self, job: Job) -> None:
        if job.recoveries:
            self._meter.count(metrics.JOBS_RECOVERED)
        if job.attempts > 1:
            logger.warning("a job starts again", extra=about(job))
            return
        wait_s = max(0.0, time.time() - job.created_at)
        self._meter.observe(metrics.JOB_WAIT_SECONDS, wait_s, kind=job.kind)

    def lease_lost(self) -> None:
        self._meter.count(metrics.LEASES_LOST)

    def completed(self, job: Job, audio: AudioFile) -> None:
        seconds = max(0.0, time.time() - job.created_at)
        self._admission.settle(job.kind, job.cost, job.owner)
        self._meter.count(metrics.JOBS_ENDED, kind=job.kind, state="completed")
        self._meter.observe(metrics.JOB_SECONDS, seconds, kind=job.kind)
        self._meter.count(metrics.AUDIO_SECONDS, audio.seconds, kind=job.kind)
        fields = {"pieces": job.pieces_total, "audio_s": audio.seconds, "seconds": seconds}
        logger.info("a job completed", extra=about(job) | fields)

    def broke(self, job: Job, problem: str) -> None:
        """An attempt; most are followed by another."""
        self._meter.count(metrics.JOB_ERRORS, kind=job.kind, type=problem)

    def failed(self, job: Job, problem: str) -> None:
        self._admission.limits.forget(job.owner)
        self._meter.count(metrics.JOBS_ENDED, kind=job.kind, state="failed")
        # Not the error's message, which may quote the text.
        logger.info("a job failed", extra=about(job) | {"problem": problem})

    def report(self, counts: JobCounts) -> None:
        """How the queue and the disk stand."""
        for state in ("queued", "processing"):
            self._meter.set(metrics.JOBS, counts.by_state.get(state, 0), state=state)
        self._meter.set(metrics.OLDEST_QUEUED, counts.oldest_queued_age_s)
        self._meter.set(metrics.OUTSTANDING_AUDIO, self._admission.outstanding_s)
        for kind, line in self._admission.lines.items():
            self._meter.set(metrics.EXPECTED_WAIT, line.wait_s, kind=kind)
            self._meter.set(metrics.EXPECTED_WAIT_LIMIT, line.limit_s(), kind=kind)
        if self._admission.free_bytes is not None:
            self._meter.set(metrics.DISK_FREE, self._admission.free_bytes, store="blobs")
            self._meter.set(metrics.DISK_RESERVE, self._settings.min_free_bytes, store="blobs")


def about(job: Job) -> dict[str, Any]:
    """A job's fields in a line of the log."""
    return {
        "job_id": job.id,
        "request_id": job.request_id,
        "kind": job.kind,
        "attempt": job.attempts,
    }
