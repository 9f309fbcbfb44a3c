"""Where the service's time goes, out of its own `/metrics`."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

# The label that metrics of a stage have, and the deployment that is scaled.
DEPLOYMENTS = {
    "text_to_speech": "TextToSpeech",
    "embedding_extraction": "EmbeddingExtraction",
    "tone_conversion": "ToneConversion",
}
COMPUTE, AUDIO = "phonex_compute_seconds_sum", "phonex_stage_audio_seconds_total"
BATCHES, REPLICAS = "phonex_compute_seconds_count", "phonex_replicas"
WAIT, WAITED = "phonex_queue_wait_seconds_sum", "phonex_queue_wait_seconds_count"
REQUESTS = "phonex_http_requests_total"


@dataclass(frozen=True, slots=True)
class StageLoad:
    """What one stage did within a time."""

    deployment: str
    replicas: int
    busy: float  # batches at work on a replica, on average: seconds computed a second
    audio_per_s: float  # seconds of audio it went through a second
    audio_per_compute_s: float  # seconds of audio for each second of compute


@dataclass(frozen=True, slots=True)
class Loads:
    stages: tuple[StageLoad, ...]
    queue_wait_s: Mapping[str, float]  # mean, by path
    requests_per_s: float

    @property
    def bottleneck(self) -> StageLoad | None:
        """The stage that has the least left to give."""
        return max(self.stages, key=lambda stage: stage.busy, default=None)


class Snapshot:
    """The service's counters at one moment."""

    def __init__(self, text: str) -> None:
        self.at = time.monotonic()
        self._sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = sample.labels
                of = labels.get("stage") or labels.get("deployment") or labels.get("path") or ""
                self._sums[sample.name][of] += sample.value

    def loads_until(self, later: Snapshot) -> Loads:
        """What happened between this moment and a later one."""
        seconds = max(later.at - self.at, 1e-3)

        def delta(name: str, of: str) -> float:
            return later._sums[name][of] - self._sums[name][of]

        stages = []
        for stage, deployment in DEPLOYMENTS.items():
            replicas = int(later._sums[REPLICAS][deployment])
            compute, audio = delta(COMPUTE, stage), delta(AUDIO, stage)
            if replicas:
                stages.append(
                    StageLoad(
                        deployment,
                        replicas,
                        compute / seconds / replicas,
                        audio / seconds,
                        audio / compute if compute else 0.0,
                    )
                )
        waits = {
            path: delta(WAIT, path) / count
            for path in list(later._sums[WAITED])
            if (count := delta(WAITED, path))
        }
        requests = sum(delta(REQUESTS, of) for of in list(later._sums[REQUESTS]))
        return Loads(tuple(stages), waits, requests / seconds)
