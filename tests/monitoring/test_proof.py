"""The dashboard and the alerts on a real Prometheus, which scrapes a real service under load."""

from __future__ import annotations

from pathlib import Path

import httpx

from monitoring.alerts import ALERTS
from tests.monitoring.load import Load
from tests.monitoring.prometheus import WAYS, Prometheus
from tests.monitoring.proof import failures
from tests.running import RunningService


def test_every_panel_and_alert_shows_something_by_either_way(
    service: RunningService, recording: bytes, tmp_path: Path
) -> None:
    with Prometheus(tmp_path, service) as prometheus, Load(service.url, recording) as load:
        found = {way: failures(prometheus, way, limit_s=60) for way in reversed(WAYS)}
        assert found == {way: [] for way in WAYS}
        for alert in ALERTS:  # one that fires in peace is no alert
            assert not prometheus.query(alert.expression), alert.name
        assert not prometheus.query('{__name__=~".+_created"}')
    assert load.rounds


def test_both_ways_tell_the_same_metrics(client: httpx.Client, service: RunningService) -> None:
    """What a stage's replicas take is on the service's own page too."""
    text = client.get("/metrics").text
    for deployment in ("Ingress", "TextToSpeech", "EmbeddingExtraction", "ToneConversion"):
        assert f'phonex_resident_bytes{{deployment="{deployment}",part="replica"' in text
    assert "phonex_disk_free_bytes" in text
