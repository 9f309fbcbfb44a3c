"""Counts the metrics of one process.

Each is exported twice from one call: by Ray's metrics agent (as `ray_phonex_…`, for a cluster),
and by the service's own `/metrics` (for one machine without that agent). Ingress replicas hold
them all: what a stage measures comes back with its batches, or when the ingress asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import prometheus_client as prometheus
from ray.util import metrics as ray_metrics

from telemetry.metrics import ALL, Metric


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

    def replace(self, metric: Metric, values: Sequence[tuple[float, Mapping[str, str]]]) -> None:
        """Set a gauge's every series anew: one that is not named here ends."""
        self._gauges[metric].replace(values)

    def refresh(self) -> None:
        """Tell Ray every gauge again: it forgets one that was not set for some seconds."""
        for gauge in self._gauges.values():
            gauge.refresh()

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
        self._labels = metric.labels
        self._values: dict[tuple[str, ...], float] = {}  # by the labels' values, for Ray

    def set(self, value: float, labels: Mapping[str, str]) -> None:
        (self.own.labels(**labels) if labels else self.own).set(value)
        self._values[tuple(labels[name] for name in self._labels)] = value
        if self.ray:
            self.ray.set(value, dict(labels))

    def replace(self, values: Sequence[tuple[float, Mapping[str, str]]]) -> None:
        kept = {tuple(labels[name] for name in self._labels) for _, labels in values}
        for gone in self._values.keys() - kept:
            del self._values[gone]
            self.own.remove(*gone)
        for value, labels in values:
            self.set(value, labels)

    def refresh(self) -> None:
        if self.ray:
            for key, value in self._values.items():
                self.ray.set(value, dict(zip(self._labels, key, strict=True)))


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
