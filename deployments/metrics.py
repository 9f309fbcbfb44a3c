"""Every metric of Phonex and its buckets, in one place.

Each is exported twice from one call: by Ray's metrics agent (as `ray_phonex_…`, for a cluster),
and by the service's own `/metrics` (for one machine without that agent).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import prometheus_client as prometheus
from ray.util import metrics as ray_metrics

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
ITEMS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0)
SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Metric:
    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: Sequence[float] = ()


REQUESTS = Metric(
    "phonex_http_requests_total",
    "counter",
    "HTTP requests answered, by route template and status.",
    ("method", "route", "status"),
)
REQUEST_SECONDS = Metric(
    "phonex_http_request_seconds",
    "histogram",
    "Time from a request's first byte to its answer's last, waits for audio included.",
    ("method", "route"),
    SECONDS,
)
PROBLEMS = Metric(
    "phonex_http_problems_total", "counter", "Error answers, by problem type.", ("type",)
)
JOBS_ACCEPTED = Metric("phonex_jobs_accepted_total", "counter", "Jobs accepted.", ("kind",))
JOBS_ENDED = Metric("phonex_jobs_ended_total", "counter", "Jobs that ended.", ("kind", "state"))
JOB_SECONDS = Metric(
    "phonex_job_seconds", "histogram", "From acceptance to completion.", ("kind",), SECONDS
)
JOBS = Metric("phonex_jobs", "gauge", "Unfinished jobs in the records.", ("state",))
OLDEST_QUEUED = Metric("phonex_oldest_queued_seconds", "gauge", "Age of the oldest queued job.")
LEASES_LOST = Metric(
    "phonex_leases_lost_total", "counter", "Jobs this runner no longer held when it renewed."
)
JOBS_RECOVERED = Metric(
    "phonex_jobs_recovered_total", "counter", "Jobs taken over from a runner that fell silent."
)
AUDIO_SECONDS = Metric(
    "phonex_audio_seconds_total", "counter", "Seconds of finished audio.", ("kind",)
)
VOICES_REGISTERED = Metric("phonex_voices_registered_total", "counter", "Voices registered.")
QUEUED_AUDIO = Metric(
    "phonex_queued_audio_seconds",
    "gauge",
    "Estimated seconds of audio that wait for a batch, by path.",
    ("path",),
)
BATCHES_IN_FLIGHT = Metric(
    "phonex_batches_in_flight", "gauge", "Batches on their way through the stages.", ("path",)
)
QUEUE_WAIT = Metric(
    "phonex_queue_wait_seconds",
    "histogram",
    "From an item's arrival to the closing of its batch.",
    ("path",),
    SECONDS,
)
BATCH_SECONDS = Metric(
    "phonex_batch_seconds",
    "histogram",
    "From sending a batch to its results, over all stages.",
    ("path",),
    SECONDS,
)
BATCHES_LOST = Metric(
    "phonex_batches_lost_total",
    "counter",
    "Batches whose replica died, raised or timed out; their items are tried again.",
    ("path",),
)
BATCH_ITEMS = Metric(
    "phonex_batch_items", "histogram", "Items in a batch, by stage.", ("stage",), ITEMS
)
COMPUTE_SECONDS = Metric(
    "phonex_compute_seconds", "histogram", "Compute of one batch in a stage.", ("stage",), SECONDS
)
PADDED_SHARE = Metric(
    "phonex_padded_share", "histogram", "Share of a batch that is padding.", ("stage",), SHARES
)
STAGE_AUDIO = Metric(
    "phonex_stage_audio_seconds_total", "counter", "Audio a stage went through.", ("stage",)
)
STAGE_ITEMS_FAILED = Metric(
    "phonex_stage_items_failed_total", "counter", "Items a stage gave an error for.", ("stage",)
)
REPLICAS = Metric("phonex_replicas", "gauge", "Replicas that are ready.", ("deployment",))
ENGINE = Metric(
    "phonex_engine_info",
    "gauge",
    "1 for the engine each stage runs.",
    ("stage", "engine", "version", "backend", "device"),
)

ALL: tuple[Metric, ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Metric)
)


class Meter:
    """Holds one process's series. Make one for each replica, inside that replica."""

    def __init__(self, *, export_to_ray: bool) -> None:
        self.registry = prometheus.CollectorRegistry()
        self._counters: dict[Metric, _Counter] = {}
        self._gauges: dict[Metric, _Gauge] = {}
        self._histograms: dict[Metric, _Histogram] = {}
        for metric in ALL:
            if metric.kind == "counter":
                self._counters[metric] = _Counter(metric, self.registry, export_to_ray)
            elif metric.kind == "gauge":
                self._gauges[metric] = _Gauge(metric, self.registry, export_to_ray)
            else:
                self._histograms[metric] = _Histogram(metric, self.registry, export_to_ray)

    def count(self, metric: Metric, by: float = 1.0, **labels: str) -> None:
        self._counters[metric].add(by, labels)

    def set(self, metric: Metric, value: float, **labels: str) -> None:
        self._gauges[metric].set(value, labels)

    def observe(self, metric: Metric, value: float, **labels: str) -> None:
        self._histograms[metric].observe(value, labels)

    def render(self) -> bytes:
        """All series in Prometheus' text format."""
        return prometheus.generate_latest(self.registry)


class _Counter:
    def __init__(self, metric: Metric, registry: prometheus.CollectorRegistry, ray: bool) -> None:
        self.own = prometheus.Counter(metric.name, metric.help, metric.labels, registry=registry)
        self.ray = ray_metrics.Counter(metric.name, metric.help, metric.labels) if ray else None

    def add(self, by: float, labels: dict[str, str]) -> None:
        (self.own.labels(**labels) if labels else self.own).inc(by)
        if self.ray and by > 0:  # Ray refuses an increase by zero
            self.ray.inc(by, labels)


class _Gauge:
    def __init__(self, metric: Metric, registry: prometheus.CollectorRegistry, ray: bool) -> None:
        self.own = prometheus.Gauge(metric.name, metric.help, metric.labels, registry=registry)
        self.ray = ray_metrics.Gauge(metric.name, metric.help, metric.labels) if ray else None

    def set(self, value: float, labels: dict[str, str]) -> None:
        (self.own.labels(**labels) if labels else self.own).set(value)
        if self.ray:
            self.ray.set(value, labels)


class _Histogram:
    def __init__(self, metric: Metric, registry: prometheus.CollectorRegistry, ray: bool) -> None:
        self.own = prometheus.Histogram(
            metric.name, metric.help, metric.labels, buckets=metric.buckets, registry=registry
        )
        self.ray = (
            ray_metrics.Histogram(metric.name, metric.help, list(metric.buckets), metric.labels)
            if ray
            else None
        )

    def observe(self, value: float, labels: dict[str, str]) -> None:
        (self.own.labels(**labels) if labels else self.own).observe(value)
        if self.ray:
            self.ray.observe(value, labels)
