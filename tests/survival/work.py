"""Jobs to be accepted, waited for and counted while parts of the service are killed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import apsw
import httpx

from tests.conftest import PARAGRAPH, read_audio, speak
from tests.running import RunningService

JOBS = 8
TEXT = PARAGRAPH[: PARAGRAPH.index(" Gulls")]  # two sentences


def register_target(service: RunningService) -> str:
    sample = speak(service.client, PARAGRAPH, speaker="EN-AU")
    answer = service.client.post(
        "/voice/register", data={"voice_name": "target"}, files={"voice_sample": sample}
    )
    voice_id: str = answer.json()["voice_id"]
    return voice_id


def accept_clones(service: RunningService, voice_id: str) -> list[str]:
    def accept(number: int) -> str:
        answer = service.client.post(
            "/clone",
            json={"text": f"Job {number}. {TEXT}", "voice_id": voice_id},
            headers={"Prefer": "respond-async"},
        )
        assert answer.status_code == 202, answer.text
        audio_id: str = answer.json()["audio_id"]
        return audio_id

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(accept, range(JOBS)))


def wait_for_all(service: RunningService, audio_ids: list[str], limit_s: float = 180.0) -> None:
    """Every job completes with its audio; the service may be away for a while."""
    deadline = time.monotonic() + limit_s
    left = list(audio_ids)
    while left and time.monotonic() < deadline:
        try:
            state = service.client.get(f"/status/{left[0]}", params={"wait": 5})
        except httpx.HTTPError:
            time.sleep(0.5)
            continue
        if state.status_code != 200:
            # While a replica is replaced: an honest, machine-readable "not now".
            assert state.status_code in (500, 503), state.text
            assert state.headers["content-type"] == "application/problem+json", state.text
            time.sleep(0.5)
            continue
        assert state.json()["status"] in ("queued", "processing", "completed"), state.text
        if state.json()["status"] == "completed":
            left.pop(0)
    assert not left, f"{len(left)} of {len(audio_ids)} jobs were not completed"
    for audio_id in audio_ids:
        samples, rate = read_audio(service.client.get(f"/audio/{audio_id}").content)
        assert len(samples) / rate > 3


def wait_until_away(service: RunningService, limit_s: float = 60.0) -> None:
    """A kill may show only after a while."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        try:
            if service.client.get("/readyz", timeout=2).status_code != httpx.codes.OK:
                return
        except httpx.HTTPError:
            return
        time.sleep(0.05)
    raise AssertionError("the service did not notice")


def files_of(service: RunningService, audio_id: str) -> int:
    return sum(1 for path in service.data_dir.rglob(f"*{audio_id}*") if path.is_file())


def check_completed_once(service: RunningService, audio_ids: list[str]) -> None:
    database = apsw.Connection(str(service.data_dir / "phonex.db"), flags=apsw.SQLITE_OPEN_READONLY)
    completed = {
        row[0] for row in database.execute("SELECT id FROM jobs WHERE state = 'completed'")
    }
    database.close()
    assert set(audio_ids) <= completed
    assert all(files_of(service, audio_id) == 1 for audio_id in audio_ids)
