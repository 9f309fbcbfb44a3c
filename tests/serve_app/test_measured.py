"""Every call of a store is timed, and what a store that is away raises is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from serve_app.measured import measured
from serve_app.store.errors import BlobNotFound, StorageFull, StoreUnavailable
from serve_app.store.opening import open_blobs
from telemetry.meter import Meter
from tests.serve_app.fakes import Failing


def values(meter: Meter, name: str) -> dict[str, float]:
    """By operation."""
    families = text_string_to_metric_families(meter.render().decode())
    return {
        sample.labels["operation"]: sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def test_calls_are_timed_and_only_outages_are_errors(tmp_path: Path) -> None:
    meter, failing = Meter(export_to_ray=False), Failing(open_blobs(None, tmp_path))
    blobs = measured(failing.as_blobs(), "blobs", meter)
    blobs.put("audio/a.wav", b"audio")
    assert b"".join(blobs.stream("audio/a.wav")) == blobs.read("audio/a.wav") == b"audio"
    with pytest.raises(BlobNotFound):
        blobs.read("audio/b.wav")
    failing.errors["put"] = StorageFull("no room")
    failing.errors["read"] = StoreUnavailable("away")
    for call in (lambda: blobs.put("audio/c.wav", b""), lambda: blobs.read("audio/a.wav")):
        with pytest.raises((StorageFull, StoreUnavailable)):
            call()
    assert values(meter, "phonex_store_seconds_count") == {"put": 2, "stream": 1, "read": 3}
    assert values(meter, "phonex_store_errors_total") == {"put": 1, "read": 1}
