"""A little of everything that the dashboard shows, in the background."""

from __future__ import annotations

import threading
import uuid
from types import TracebackType
from typing import Self

import httpx

from tests.running import NOBODY

TEXT = "The harbour was quiet before dawn. Far out, a bell rang twice and stopped."


class Load:
    """Speaks, clones, registers, cancels and errs until the block ends."""

    def __init__(self, url: str, recording: bytes, clients: int = 2) -> None:
        self._client = httpx.Client(base_url=url, timeout=60)
        self._recording = recording
        self._stop = threading.Event()
        self.rounds = 0
        self.failures: list[Exception] = []
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
        self._client.close()
        if self.failures and error is None:
            raise self.failures[0]

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._round()
            except Exception as error:  # noqa: BLE001  told when the block ends
                self.failures.append(error)
                return
            self.rounds += 1

    def _round(self) -> None:
        post, sample = self._client.post, {"voice_sample": ("a.wav", self._recording)}
        spoken = post("/tts", json={"text": TEXT}).raise_for_status().json()
        self._client.get(spoken["audio_url"], params={"wait": 30})
        post("/tts", json={"text": TEXT, "stream": True}).raise_for_status()
        name = f"Voice {uuid.uuid4().hex[:8]}"
        voice = post("/voice/register", data={"voice_name": name}, files=sample)
        voice_id = voice.raise_for_status().json()["voice_id"]
        post("/clone", json={"text": TEXT, "voice_id": voice_id}).raise_for_status()
        self._client.delete(f"/voice/{voice_id}")
        noise = {"voice_sample": ("a.wav", b"no recording")}
        post("/voice/register", data={"voice_name": name}, files=noise)
        self._client.get(f"/audio/{uuid.uuid4()}")
        post("/verify", files={"audio": self._recording})
        post("/tts", json={"text": TEXT, "callback_url": NOBODY}).raise_for_status()
        batch = {"items": [{"text": TEXT}]}
        post("/batch", json=batch).raise_for_status()
        headers = {"Prefer": "respond-async"}
        job = post("/tts", json={"text": "word " * 3000}, headers=headers).raise_for_status()
        self._client.delete(f"/audio/{job.json()['audio_id']}")
