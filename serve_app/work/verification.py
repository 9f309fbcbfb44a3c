"""Whether a recording is speech of this deployment, and which job of the asker's made it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from config.settings import Settings
from engines.watermark.detector import Finding
from serve_app.errors import VerificationsExceeded
from serve_app.recordings import look_for_mark
from serve_app.store.records import Records
from serve_app.threads import Threads
from serve_app.work.manifests import Manifest
from serve_app.work.marks import Marks
from telemetry import metrics
from telemetry.meter import Meter

LEAST_P = 1e-12  # that is told: whoever tries to wear a mark off shall not see how far it has come


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in a recording."""

    seconds: float  # of the recording
    finding: Finding
    audio_id: str | None  # the asker's own job, where the mark spells one clearly
    manifest: Manifest | None  # what the file is signed with

    @property
    def generated(self) -> bool:
        """Here: by the mark, or by a signature of the authority that this service trusts."""
        if self.finding.found or self.manifest is None:
            return self.finding.found
        return self.manifest.state == "trusted" and self.manifest.generated

    @property
    def p_value(self) -> float:
        """Of the mark, as it is told: a power of ten, rounded up."""
        told = max(self.finding.p_value, LEAST_P)
        return min(1.0, 10.0 ** math.ceil(math.log10(told) - 1e-9))


class Verifier:
    """Looks for marks in what clients send; one instance in each ingress replica."""

    def __init__(
        self, records: Records, threads: Threads, marks: Marks, settings: Settings, meter: Meter
    ) -> None:
        self._records = records
        self._threads = threads
        self._marks = marks
        self._limits = settings.limits
        self._per_minute = settings.provenance.verifications_per_minute  # 0: no limit
        self._meter = meter

    async def check_allowance(self, owner: str) -> None:
        """Count one more recording. Raises VerificationsExceeded."""
        if not self._per_minute:
            return
        take = self._records.take_verification
        wait_s = await self._threads.io(take, owner, self._per_minute)
        if wait_s:
            raise VerificationsExceeded(
                f"Up to {self._per_minute} recordings a minute are looked at.",
                retry_after_s=math.ceil(wait_s),
            )

    async def verify(self, owner: str, data: bytes) -> Verdict:
        """Look at a recording.

        Raises:
            AudioError: it cannot be read.
        """
        seconds, finding = await look_for_mark(
            self._threads, owner, data, self._limits, self._marks.secret
        )
        manifest = await self._threads.compute(owner, self._marks.manifests.read, data)
        job_id = None
        if finding.found and (marks := await self._threads.io(self._records.list_marks, owner)):
            payloads = [payload for payload, _ in marks]
            heard = await self._threads.apart(owner, finding.heard_among, payloads)
            job_id = marks[heard][1] if heard is not None else None
        verdict = Verdict(seconds, finding, job_id, manifest)
        result = "marked" if verdict.generated else "unmarked"
        self._meter.count(metrics.VERIFICATIONS, result=result)
        return verdict
