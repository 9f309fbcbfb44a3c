"""What one owner can throw at a service: jobs, long texts, uploads, bodies that never end."""

from __future__ import annotations

import contextlib
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import gevent
from gevent import socket
from geventhttpclient.client import HTTPClient

from loadtests.users import RECORDING_TEXT

CONNECTIONS = 600
TIMEOUT_S = 90.0  # of one request
PAUSE_S = 0.2  # of a flooder that was refused; it does not listen to Retry-After
BOUNDARY = "phonex-isolation"
SENTENCES = 200  # in a long text
QUIET_LIMIT_S = 60.0


@dataclass
class Asker:
    """A client with one key."""

    url: str
    key: str
    statuses: Counter[int] = field(default_factory=Counter)  # of answers; 0: none came

    def __post_init__(self) -> None:
        self._http = HTTPClient.from_url(
            self.url,
            concurrency=CONNECTIONS,
            network_timeout=TIMEOUT_S,
            connection_timeout=TIMEOUT_S,
        )

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Status and body of the answer; 0 where none came."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            sent["X-API-Key"] = self.key
        try:
            answer = self._http.request(method, path, body=body, headers=sent)
            status, data = answer.status_code, bytes(answer.read())
        except Exception:  # noqa: BLE001  whatever came between is no answer
            status, data = 0, b""
        self.statuses[status] += 1
        return status, data

    def speak(self, text: str, prefer: str = "wait=60") -> tuple[int, dict[str, Any]]:
        body = json.dumps({"text": text, "format": "wav"}).encode()
        status, data = self.ask(
            "POST", "/tts", body, Content_Type="application/json", Prefer=prefer
        )
        return status, json.loads(data) if status in (200, 202) else {}

    def register(self, recording: bytes) -> str | None:
        """Learn a voice; its id."""
        name = f"isolation {uuid.uuid4().hex[:12]}"
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="voice_'
        head = (
            f'{part}name"\r\n\r\n{name}\r\n'
            f'{part}sample"; filename="voice.wav"\r\nContent-Type: audio/wav\r\n\r\n'
        )
        body = head.encode() + recording + f"\r\n--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        status, data = self.ask("POST", "/voice/register", body, Content_Type=kind)
        return json.loads(data)["voice_id"] if status == 200 else None


class Flood:
    """Many greenlets that do one thing over and over until they are stopped."""

    def __init__(self, asker: Asker, recording: bytes) -> None:
        self.asker = asker
        self._recording = recording
        self._stopped = False
        self._jobs: list[str] = []
        self._greenlets: list[Any] = []

    def begin(self, kind: str) -> None:
        act, count = FLOODS[kind]
        self._greenlets = [gevent.spawn(self._repeat, act) for _ in range(count)]

    def end(self) -> None:
        """Stop, take back what was accepted, and wait until the service has forgotten it."""
        self._stopped = True
        gevent.joinall(self._greenlets, timeout=TIMEOUT_S)
        gevent.killall(self._greenlets)
        for audio_id in self._jobs:
            self.asker.ask("DELETE", f"/audio/{audio_id}")
        deadline = time.monotonic() + QUIET_LIMIT_S
        while time.monotonic() < deadline and self.asker.speak("That was all.")[0] != 200:
            gevent.sleep(1.0)

    def _repeat(self, act: Callable[[Flood], bool]) -> None:
        while not self._stopped:
            if not act(self):
                gevent.sleep(PAUSE_S)

    def _send_text(self, sentences: int) -> bool:
        status, answer = self.asker.speak(_text(sentences), "respond-async")
        if status in (200, 202):
            self._jobs.append(answer["audio_id"])
        return status in (200, 202)

    def send_job(self) -> bool:
        return self._send_text(random.randint(10, 30))  # noqa: S311  no secret

    def send_long_text(self) -> bool:
        return self._send_text(SENTENCES)

    def send_recording(self) -> bool:
        voice_id = self.asker.register(self._recording)
        if voice_id:
            self.asker.ask("DELETE", f"/voice/{voice_id}")
        return voice_id is not None

    def send_slowly(self) -> bool:
        """A byte a second, of a body that is announced and never whole."""
        place = urlsplit(self.asker.url)
        head = (
            f"POST /tts HTTP/1.1\r\nHost: {place.netloc}\r\nX-API-Key: {self.asker.key}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        )
        with (
            contextlib.suppress(OSError),
            contextlib.closing(
                socket.create_connection((place.hostname, place.port), timeout=TIMEOUT_S)
            ) as connection,
        ):
            connection.sendall(head.encode() + b"{")
            while not self._stopped:
                connection.settimeout(1.0)
                try:
                    answer = connection.recv(4096)
                except TimeoutError:
                    connection.sendall(b" ")
                    continue
                self.asker.statuses[int(answer.split(b" ", 2)[1]) if answer else 0] += 1
                return False
        return False


def _text(sentences: int) -> str:
    """No two are alike."""
    return " ".join(
        f"Number {random.randrange(10**6)} left the harbour before dawn, and came home late."  # noqa: S311
        for _ in range(sentences)
    )


def record_voice(asker: Asker) -> bytes:
    """A recording that a voice can be learnt from; empty where the service does not speak."""
    status, answer = asker.speak(RECORDING_TEXT)
    return asker.ask("GET", f"/audio/{answer['audio_id']}")[1] if status == 200 else b""


FLOODS: dict[str, tuple[Callable[[Flood], bool], int]] = {  # and how many at once
    "jobs": (Flood.send_job, 40),
    "long texts": (Flood.send_long_text, 16),
    "uploads": (Flood.send_recording, 16),
    "slow bodies": (Flood.send_slowly, 400),
}
