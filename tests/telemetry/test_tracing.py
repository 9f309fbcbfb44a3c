"""Spans reach a collector over HTTP, in one trace from the request to the stages."""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.installing import install_hint
from config.settings import Settings, TracingSettings
from deployments.text_to_speech import TextToSpeech
from engines import registry
from engines.base import EngineInfo, Utterance, Waveform
from serve_app.ingress import create_app
from serve_app.service import Service
from telemetry.meter import Meter
from telemetry.tracing import OFF, Origin, Tracer, TracingUnavailable, open_tracer
from tests.serve_app.fakes import FAST, FakePipeline, run, spoken

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason=install_hint("tracing"))
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)

CLIENTS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass
class Collector:
    """A small OTLP collector."""

    url: str = ""
    spans: list[Any] = field(default_factory=list)

    def named(self, name: str) -> Any:
        (span,) = [span for span in self.spans if span.name == name]
        return span


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    found.spans += scope.spans
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/v1/traces"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def attributes(span: Any) -> dict[str, Any]:
    return {
        one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes
    }


class Engine:
    info = EngineInfo("fake", "1", "numpy", "cpu", 100)

    def synthesize(self, batch: list[Utterance]) -> list[Waveform]:
        if any(item.text == "break" for item in batch):
            raise RuntimeError("out of memory")
        return [asyncio.run(spoken(item)) for item in batch]

    def close(self) -> None: ...


def test_a_batch_is_a_span_in_the_trace_of_each_of_its_jobs(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "create_speech", lambda _: Engine())
    tracing = TracingSettings(endpoint=collector.url)
    stage, tracer = TextToSpeech(Settings(tracing=tracing)), open_tracer(tracing, "Ingress")

    def utterance(text: str) -> Utterance:
        return Utterance(text, "EN", "EN-US")

    with tracer.span("first", None, "consumer", {}):
        mine = Origin("j1", tracer.traceparent())
    with tracer.span("second", None, "consumer", {}):
        theirs = Origin("j2", tracer.traceparent())
    asyncio.run(stage.synthesize([utterance("a"), utterance("b")] * 2, [mine, theirs, mine, mine]))
    with pytest.raises(RuntimeError):
        asyncio.run(stage.synthesize([utterance("break")], [theirs]))
    tracer.close()
    stage.tracer.close()

    first, second = collector.named("first"), collector.named("second")
    batches = [span for span in collector.spans if span.name == "text_to_speech"]
    (under_first,) = [span for span in batches if span.trace_id == first.trace_id]
    assert under_first.parent_span_id == first.span_id
    about = attributes(under_first)
    assert (about["phonex.job_id"], about["phonex.items_of_job"]) == ("j1", 3)
    assert about["phonex.items"] == 4
    whole, broken = sorted(
        (span for span in batches if span.trace_id == second.trace_id), key=lambda s: s.status.code
    )
    assert whole.parent_span_id == broken.parent_span_id == second.span_id
    assert broken.events[0].name == "exception"


def test_a_job_belongs_to_its_requests_trace(collector: Collector, tmp_path: Path) -> None:
    async def scenario() -> None:
        settings = Settings.model_validate({"data_dir": tmp_path, "jobs": FAST})
        tracer = open_tracer(TracingSettings(endpoint=collector.url), "Ingress")
        pipeline = FakePipeline()
        service = await Service.open(settings, pipeline, Meter(export_to_ray=False), tracer=tracer)
        transport = httpx.ASGITransport(create_app(service))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            headers = {"X-Request-ID": "mine", "traceparent": CLIENTS}
            await client.post("/tts", json={"text": "Hello."}, headers=headers)
            await client.get("/healthz")
        await service.close()

    run(scenario())
    request, job = collector.named("POST /tts"), collector.named("job")
    assert request.trace_id == job.trace_id == bytes.fromhex(CLIENTS.split("-")[1])
    assert request.parent_span_id == bytes.fromhex(CLIENTS.split("-")[2])
    assert job.parent_span_id == request.span_id
    assert (
        attributes(request)["phonex.request_id"] == attributes(job)["phonex.request_id"] == "mine"
    )
    assert attributes(request)["phonex.status"] == 200
    assert collector.named("GET /healthz").trace_id != request.trace_id
    assert "Hello" not in str(collector.spans)


def test_a_collector_that_is_away_harms_nobody() -> None:
    tracer = open_tracer(TracingSettings(endpoint="http://127.0.0.1:9/v1/traces"), "Ingress")
    with tracer.span("request", "nonsense", "server", {}):
        assert tracer.traceparent()


def test_without_an_endpoint_nothing_is_traced() -> None:
    assert open_tracer(TracingSettings(), "Ingress") is OFF
    with OFF.span("request", CLIENTS, "server", {}), OFF.stage("stage", [Origin("j")]):
        assert OFF.traceparent() is None


def test_tracing_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(self: Tracer, *_: object) -> None:
        raise ImportError("No module named 'opentelemetry.exporter'")

    monkeypatch.setattr("telemetry.tracing._ExportingTracer.__init__", missing)
    with pytest.raises(TracingUnavailable, match=re.escape(install_hint("tracing"))):
        open_tracer(TracingSettings(endpoint="http://127.0.0.1:4318"), "Ingress")
