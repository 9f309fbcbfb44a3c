"""GET /, /health, /healthz, /readyz, /metrics."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

SEED_FIELDS = {"status", "tts_ready", "voice_clone_ready", "registered_voices", "version"}


def test_health_keeps_the_seeds_fields_and_names_the_engine(client: httpx.Client) -> None:
    for path, status in (("/", "online"), ("/health", "healthy")):
        body = client.get(path).json()
        assert set(body) >= SEED_FIELDS
        assert body["status"] == status
        assert body["tts_ready"] is body["voice_clone_ready"] is True
        assert body["engine"] == "embedded"
        assert "machine" in body["sounds"]
        assert {stage["deployment"]: stage["replicas"] for stage in body["stages"]} == {
            "TextToSpeech": 1,
            "EmbeddingExtraction": 1,
            "ToneConversion": 1,
        }


def test_monitors_that_ask_by_head_get_the_headers_of_get(client: httpx.Client) -> None:
    for path in ("/healthz", "/readyz", "/", "/health", "/voice/list", "/nothing"):
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["content-length"] == str(len(got.content))


def test_probes(client: httpx.Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_metrics_can_be_scraped_and_name_no_ids(client: httpx.Client) -> None:
    audio_id = client.post("/tts", json={"text": "Count me."}).json()["audio_id"]
    client.get(f"/audio/{audio_id}")
    text = client.get("/metrics").text
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {"phonex_http_requests", "phonex_batch_items", "phonex_queue_wait_seconds"} <= names
    assert audio_id not in text
    assert 'route="/audio/{audio_id}"' in text
