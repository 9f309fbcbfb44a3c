"""A long job outlives whatever is stopped or killed under it, goes on where it was, and ends with
the bytes of an undisturbed one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.long import LONG, long_test
from tests.running import RunningService
from tests.survival.work import (
    accept_clones,
    check_completed_once,
    wait_for_all,
    wait_until_away,
)

TIMES = 3 if LONG else 1
SENTENCES = 40
LIMIT_S = 400.0
TEXT = " ".join(f"Sentence number {n} is one of very many in this book." for n in range(SENTENCES))


@dataclass(frozen=True)
class Outcome:
    attempts: int
    resumed_at: list[int]  # pieces that were done when it was disturbed
    sha256: str


def accept_clone(service: RunningService, voice_id: str) -> str:
    answer = service.client.post(
        "/clone",
        json={"text": TEXT, "voice_id": voice_id, "seed": 1},
        headers={"Prefer": "respond-async"},
    )
    assert answer.status_code == 202, answer.text
    audio_id: str = answer.json()["audio_id"]
    return audio_id


def state_of(service: RunningService, audio_id: str) -> dict[str, Any]:
    """As soon as the service answers."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        try:
            answer = service.client.get(f"/status/{audio_id}", timeout=5)
            if answer.status_code == httpx.codes.OK:
                state: dict[str, Any] = answer.json()
                return state
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"no answer: {service.log.read_text()[-4000:]}")


def wait_for_pieces(service: RunningService, audio_id: str, most: int) -> int:
    """Until it has come further than before; how far."""
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        state = state_of(service, audio_id)
        assert state["status"] in ("queued", "processing"), f"ended too soon: {state}"
        if state["pieces_done"] > most:
            return int(state["pieces_done"])
        time.sleep(0.1)
    raise AssertionError("the job does not go on")


def disturb(
    service: RunningService, voice_id: str, harm: Callable[[RunningService], object]
) -> Outcome:
    """A long job among short ones, all of which are to end."""
    audio_id = accept_clone(service, voice_id)
    short = accept_clones(service, voice_id)
    reached: list[int] = []
    for _ in range(TIMES):
        reached.append(wait_for_pieces(service, audio_id, max(reached, default=0)))
        harm(service)
    wait_for_all(service, short)
    outcome = wait_for_end(service, audio_id, reached)
    check_completed_once(service, [audio_id, *short])
    return outcome


def wait_for_end(service: RunningService, audio_id: str, reached: list[int]) -> Outcome:
    deadline = time.monotonic() + LIMIT_S
    while (state := state_of(service, audio_id))["status"] in ("queued", "processing"):
        assert time.monotonic() < deadline, state
        time.sleep(0.5)
    assert state["status"] == "completed", state
    return Outcome(state["attempts"], reached, sha256_of(service, audio_id))


def sha256_of(service: RunningService, audio_id: str) -> str:
    return hashlib.sha256(service.client.get(f"/audio/{audio_id}").content).hexdigest()


def kill_node(service: RunningService) -> None:
    service.kill("serve_app.host.node")
    wait_until_away(service)  # Ray's processes answer for a moment more


HARMS: dict[str, Callable[[RunningService], object]] = {
    "graceful restart": RunningService.restart,
    "kill -9 of the node": kill_node,
    "kill -9 of a stage": lambda service: service.kill("ray::ServeReplica:phonex:ToneConversion"),
}


@pytest.fixture(scope="module")
def undisturbed(started: RunningService, fragile_voice: str) -> Outcome:
    started.wait_until_ready()
    return wait_for_end(started, accept_clone(started, fragile_voice), [])


@pytest.mark.parametrize(
    "harm",
    # A stage's death is what `test_many_jobs.py` tries, too.
    [pytest.param(harm, marks=long_test if "stage" in harm else ()) for harm in HARMS],
)
def test_a_long_job_outlives_it(
    fragile: RunningService, fragile_voice: str, undisturbed: Outcome, harm: str
) -> None:
    outcome = disturb(fragile, fragile_voice, HARMS[harm])
    assert outcome.sha256 == undisturbed.sha256
    assert outcome.attempts == 1
    assert outcome.resumed_at == sorted(outcome.resumed_at)
    assert not kept_files(fragile.data_dir)


def kept_files(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "blobs" / "pieces").rglob("*") if path.is_file()]
