"""A small real HTTP server with a known rate, that speaks the contract of the load tests."""

from __future__ import annotations

import io
import json
import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import soundfile

from loadtests.texts import SECONDS_PER_CHARACTER
from tests.serving import served

RATE = 8000  # Hz


def tone(seconds: float, level: float = 0.2) -> np.ndarray:
    at = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * 220 * at)).astype(np.float32)


def encode(samples: np.ndarray, kind: str = "wav") -> bytes:
    file = io.BytesIO()
    container, codec = {"opus": ("ogg", "OPUS")}.get(kind, (kind, None))
    soundfile.write(file, samples, RATE, format=container, subtype=codec)
    return file.getvalue()


@dataclass
class FakeJob:
    data: bytes
    seconds: float
    ended: threading.Event = field(default_factory=threading.Event)


class FakeService(ThreadingHTTPServer):
    """`workers` that take `service_s` for each job: known to finish workers / service_s a second.

    Every `lose_every`th job is accepted and then unknown; while `full` is set, all are refused.
    """

    daemon_threads = True

    def __init__(self, workers: int = 2, service_s: float = 0.01, lose_every: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.service_s, self.lose_every = service_s, lose_every
        self.full = False
        self.jobs: dict[str, FakeJob] = {}
        self.keys: list[str | None] = []  # Idempotency-Key of each POST
        self.accepted = 0
        self.busy_s = 0.0
        self._queue: queue.Queue[FakeJob] = queue.Queue()
        for _ in range(workers):
            threading.Thread(target=self._work, daemon=True).start()

    def accept(self, request: dict[str, Any]) -> str:
        language = request.get("language", "EN")
        seconds = len(request["text"]) * SECONDS_PER_CHARACTER[language]
        # No two texts give the same bytes.
        marked = tone(seconds, 0.1 + (hash(request["text"]) % 997) / 9970)
        job = FakeJob(encode(marked, request["format"]), len(marked) / RATE)
        audio_id = str(uuid.uuid4())
        self.accepted += 1
        if not (self.lose_every and self.accepted % self.lose_every == 0):
            self.jobs[audio_id] = job
        self._queue.put(job)
        return audio_id

    def metrics(self) -> str:
        return (
            f'phonex_compute_seconds_sum{{stage="tone_conversion"}} {self.busy_s}\n'
            f'phonex_compute_seconds_sum{{stage="text_to_speech"}} {self.busy_s / 10}\n'
            'phonex_replicas{deployment="ToneConversion"} 2\n'
            'phonex_replicas{deployment="TextToSpeech"} 1\n'
        )

    def _work(self) -> None:
        while True:
            job = self._queue.get()
            time.sleep(self.service_s)
            self.busy_s += self.service_s
            job.ended.set()


class _Handler(BaseHTTPRequestHandler):
    server: FakeService
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002  its name

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.append(self.headers["Idempotency-Key"])
        if self.path == "/voice/register":
            self._json(200, {"voice_id": "fake"})
        elif self.server.full:
            self._json(429, {"title": "full"}, {"Retry-After": "1"})
        else:
            audio_id = self.server.accept(json.loads(body))
            self._json(202, {"audio_id": audio_id, "status": "queued"})

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/metrics":
            self._send(200, self.server.metrics().encode(), {})
            return
        kind, _, audio_id = url.path.strip("/").partition("/")
        job = self.server.jobs.get(audio_id)
        if job is None:
            self._json(404, {"title": "unknown"})
        elif kind == "status":
            done = job.ended.wait(float(parse_qs(url.query).get("wait", ["0"])[0]))
            status = "completed" if done else "processing"
            told = {"seconds": job.seconds, "size_bytes": len(job.data)}
            self._json(200, {"status": status, "audio_id": audio_id} | told)
        else:
            disposition = f'attachment; filename="{audio_id}"'
            etag = f'"{hash(job.data)}"'
            self._send(200, job.data, {"ETag": etag, "Content-Disposition": disposition})

    def do_HEAD(self) -> None:
        self._send(304, b"", {})

    def do_DELETE(self) -> None:
        self._json(200, {})

    def _json(
        self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self._send(status, json.dumps(body).encode(), headers or {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(**behaviour: Any) -> Iterator[FakeService]:
    server = FakeService(**behaviour)
    with served(server):
        yield server
