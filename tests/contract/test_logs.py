"""The log of a running service: JSON lines that join by their ids and tell no secrets."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import httpx

from tests.running import RunningService

SECRET = "Persimmonheart"


def lines(service: RunningService, mark: str) -> list[dict[str, Any]]:
    """Those that name `mark`, once they have come through Ray."""
    deadline = time.monotonic() + 20
    while True:
        text = service.log.read_text()
        found = [json.loads(line) for line in text.splitlines() if f'"{mark}"' in line]
        if len(found) >= 2 or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def test_a_request_and_its_job_are_a_line_each(
    client: httpx.Client, service: RunningService
) -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    body = {"text": f"{SECRET} is what nobody else may read."}
    answer = client.post("/tts", json=body, headers={"X-Request-ID": mark})
    assert answer.headers["X-Request-ID"] == mark
    job, request = sorted(lines(service, mark), key=lambda line: str(line["logger"]), reverse=True)
    assert (request["message"], request["route"], request["status"]) == ("request", "/tts", 200)
    assert request["seconds"] >= request["first_byte_s"] > 0
    assert job["message"] == "a job completed"
    assert job["job_id"] == answer.json()["audio_id"]
    assert job["audio_s"] > 0


def test_what_users_say_and_name_is_not_logged(
    client: httpx.Client, service: RunningService, recording: bytes
) -> None:
    mark = f"mark-{uuid.uuid4().hex}"
    sample = {"voice_sample": (f"{SECRET}.wav", recording)}
    client.post("/voice/register", data={"voice_name": SECRET}, files=sample)
    client.post("/clone", json={"text": f"{SECRET}!", "voice_id": SECRET.lower()})
    client.post("/tts", json={"text": SECRET * 9, "speaker": SECRET})  # 422
    client.delete(f"/voice/{SECRET.lower()}")
    client.post("/tts", json={"text": f"{SECRET}?"}, headers={"X-Request-ID": mark})
    assert lines(service, mark)
    assert SECRET.lower() not in service.log.read_text().lower()


def test_to_start_is_no_error(service: RunningService) -> None:
    start, ready, _ = service.log.read_text().partition("Phonex is ready")
    assert ready
    assert "Traceback" not in start
    said = [json.loads(line) for line in start.splitlines() if line.startswith("{")]
    assert {line["level"] for line in said} <= {"INFO"}, start
