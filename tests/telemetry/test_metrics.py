"""Metrics are counted once, rendered for Prometheus, and named as it and Ray demand."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families
from ray.util import metrics as ray_metrics

from telemetry.meter import Meter
from telemetry.metrics import (
    ALL,
    BATCH_ITEMS,
    GPU_BYTES,
    JOBS,
    JOBS_ACCEPTED,
    OLDEST_QUEUED,
    VOICES_REGISTERED,
    Metric,
)


def samples(meter: Meter) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(meter.render().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_counters_add_up_by_their_labels() -> None:
    meter = Meter(export_to_ray=False)
    meter.count(JOBS_ACCEPTED, kind="tts")
    meter.count(JOBS_ACCEPTED, 2.0, kind="tts")
    meter.count(JOBS_ACCEPTED, kind="clone")
    meter.count(VOICES_REGISTERED)
    found = samples(meter)
    assert found["phonex_jobs_accepted_total", (("kind", "tts"),)] == 3
    assert found["phonex_jobs_accepted_total", (("kind", "clone"),)] == 1
    assert found["phonex_voices_registered_total", ()] == 1


def test_gauges_keep_the_last_value() -> None:
    meter = Meter(export_to_ray=False)
    for value in (5, 2):
        meter.set(JOBS, value, state="queued")
    meter.set(OLDEST_QUEUED, 1.5)
    found = samples(meter)
    assert found["phonex_jobs", (("state", "queued"),)] == 2
    assert found["phonex_oldest_queued_seconds", ()] == 1.5


def test_histograms_sort_into_their_buckets() -> None:
    meter = Meter(export_to_ray=False)
    for value in (1, 4, 5, 1000):
        meter.observe(BATCH_ITEMS, value, stage="s")
    found = samples(meter)

    def up_to(bound: str) -> float:
        return found["phonex_batch_items_bucket", (("le", bound), ("stage", "s"))]

    assert [up_to(bound) for bound in ("1.0", "4.0", "6.0", "64.0", "+Inf")] == [1, 2, 3, 3, 4]
    assert found["phonex_batch_items_sum", (("stage", "s"),)] == 1010


def test_two_replicas_in_one_process_do_not_share_series() -> None:
    one, other = Meter(export_to_ray=False), Meter(export_to_ray=False)
    one.count(VOICES_REGISTERED)
    assert samples(other)["phonex_voices_registered_total", ()] == 0


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.name)
def test_a_metric_is_named_and_explained(metric: Metric) -> None:
    assert re.fullmatch(r"phonex_[a-z_]+", metric.name)
    assert metric.help.endswith(".")
    assert metric.name.endswith("_total") is (metric.kind == "counter")
    assert bool(metric.buckets) is (metric.kind == "histogram")
    assert list(metric.buckets) == sorted(set(metric.buckets))
    assert not {"job", "id", "audio_id", "voice", "path_"} & set(metric.labels)


def test_names_are_unique_and_wrong_labels_are_refused() -> None:
    assert len({metric.name for metric in ALL}) == len(ALL)
    meter = Meter(export_to_ray=False)
    with pytest.raises(ValueError, match="label"):
        meter.count(JOBS_ACCEPTED, sort="tts")


def test_series_of_replicas_that_went_away_end() -> None:
    meter = Meter(export_to_ray=False)

    def replicas(*names: str) -> set[str]:
        meter.replace(GPU_BYTES, [(1.0, {"deployment": "d", "replica": name}) for name in names])
        return {
            dict(labels)["replica"] for name, labels in samples(meter) if name == GPU_BYTES.name
        }

    assert replicas("a", "b") == {"a", "b"}
    assert replicas("b", "c") == {"b", "c"}
    assert replicas() == set()


def test_ray_is_told_its_gauges_again_and_not_those_that_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[float, dict[str, str]]] = []
    monkeypatch.setattr(ray_metrics.Gauge, "set", lambda _, *told_now: told.append(told_now))
    meter = Meter(export_to_ray=True)
    meter.set(JOBS, 3, state="queued")
    meter.replace(GPU_BYTES, [(1.0, {"deployment": "d", "replica": "a"})])
    meter.replace(GPU_BYTES, [])
    told.clear()
    meter.refresh()
    assert told == [(3, {"state": "queued"})]
