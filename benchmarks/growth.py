"""Resident memory of a whole service while short jobs go through it, a quarter of them clones,
each downloaded and deleted."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tests.running import RunningService

JOBS = int(os.environ.get("PHONEX_GROWTH_JOBS", "4000"))
MARKS = 4  # looks in all, after as many jobs as warm the service up
WARM_UP = 800
CLIENTS = 4
CLONES_IN = 4  # one of so many is a clone
TEXT = "This is the short sentence number {}, said once."
PARTS = {
    "ingress": "ServeReplica:phonex:Ingress",
    "proxy": "ProxyActor",
    "controller": "ServeController",
    "speech": "ServeReplica:phonex:TextToSpeech",
    "conversion": "ServeReplica:phonex:ToneConversion",
    "raylet": "raylet/raylet",
    "gcs": "gcs_server",
}
SETTLE_S = 3.0


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        service = RunningService(Path(folder), {})
        try:
            service.wait_until_ready()
            register(service.client)
            run(service.url, range(WARM_UP))
            rows = [look(service, 0)]
            for mark in range(1, MARKS + 1):
                each = JOBS // MARKS
                run(service.url, range(each))
                rows.append(look(service, mark * each))
        finally:
            service.stop()
    first, last = rows[0], rows[-1]
    grown: dict[str, Any] = {"jobs": "grown, MiB a thousand jobs"}
    grown |= {part: 1000 * (last[part] - first[part]) / JOBS for part in PARTS}
    return [*rows, grown]


def register(client: httpx.Client) -> None:
    spoken = client.post("/tts", json={"text": "A voice to learn from, in two sentences. " * 6})
    sample = client.get(spoken.json()["audio_url"], params={"wait": 60}).content
    client.post(
        "/voice/register", data={"voice_name": "v"}, files={"voice_sample": ("v.wav", sample)}
    ).raise_for_status()


def run(url: str, numbers: range) -> None:
    shares = [itertools.islice(numbers, start, None, CLIENTS) for start in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda share: ask(url, share), shares))


def ask(url: str, numbers: itertools.islice[int]) -> None:
    with httpx.Client(base_url=url, timeout=120.0) as client:
        for number in numbers:
            body: dict[str, Any] = {"text": TEXT.format(number)}
            clone = number // CLIENTS % CLONES_IN == 0
            if clone:
                body["voice_id"] = "v"
            answer = client.post("/clone" if clone else "/tts", json=body)
            answer.raise_for_status()
            audio = answer.json()["audio_url"]
            client.get(audio, params={"wait": 60}).raise_for_status()
            client.delete(audio).raise_for_status()


def look(service: RunningService, jobs: int) -> dict[str, Any]:
    time.sleep(SETTLE_S)
    return {"jobs": jobs} | {part: service.resident_mib(title) for part, title in PARTS.items()}
