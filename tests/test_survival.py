"""kill -9 while jobs run: whatever was accepted completes, once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import apsw
import httpx
import pytest

from tests.conftest import PARAGRAPH, SETTINGS, read_audio, speak
from tests.running import RunningService
from tests.streaming import ask_and_hear

JOBS = 12
TEXT = PARAGRAPH[: PARAGRAPH.index(" Far out")]  # three sentences


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service of its own, to be shot at."""
    running = RunningService(tmp_path_factory.mktemp("fragile"), SETTINGS)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def fragile_voice(fragile: RunningService) -> str:
    return register_target(fragile)


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


@pytest.mark.parametrize(
    "victim",
    [
        "ray::ServeReplica:phonex:ToneConversion",
        "ray::ServeReplica:phonex:TextToSpeech",
        "ray::ServeReplica:phonex:Ingress",
    ],
)
def test_a_killed_replica_loses_nothing(
    fragile: RunningService, fragile_voice: str, victim: str
) -> None:
    fragile.wait_until_ready()
    audio_ids = accept_clones(fragile, fragile_voice)
    time.sleep(0.2)  # some are computed, some wait
    assert fragile.kill(victim) == 1
    wait_for_all(fragile, audio_ids)
    check_completed_once(fragile, audio_ids)


@pytest.mark.parametrize(
    "victim",
    [
        "ray::ProxyActor",
        "ray::ServeReplica:phonex:Ingress",
        "ray::ServeReplica:phonex:TextToSpeech",
    ],
)
def test_streams_go_on_where_they_were_cut_off(fragile: RunningService, victim: str) -> None:
    """Each listener ends with the bytes of a stream that nothing disturbed."""
    fragile.wait_until_ready()
    request: dict[str, object] = {"text": PARAGRAPH * 5, "stream": True, "format": "mp3"}
    seeds = range(4)
    undisturbed = fragile.client.post("/tts", json=request | {"seed": 0}).content

    def listen(seed: int) -> bytes:
        return ask_and_hear(fragile.client, request | {"seed": seed}, f"{victim} {seed}")

    with ThreadPoolExecutor(len(seeds)) as pool:
        heard = [pool.submit(listen, seed) for seed in seeds]
        time.sleep(0.7)  # some have begun to sound
        assert fragile.kill(victim) == 1
        streams = [one.result() for one in heard]
    assert streams[0] == undisturbed
    assert {len(stream) > 100_000 for stream in streams} == {True}


def test_killed_workers_of_the_engine_lose_nothing(
    fragile: RunningService, fragile_voice: str
) -> None:
    fragile.wait_until_ready()
    audio_ids = accept_clones(fragile, fragile_voice)
    time.sleep(0.2)
    assert fragile.kill("engines.embedded.worker") >= 1
    wait_for_all(fragile, audio_ids)
    check_completed_once(fragile, audio_ids)


@pytest.mark.parametrize(
    "victim",
    [
        "ray::ProxyActor",  # nothing answers, while the jobs go on
        "ray::DashboardAgent",  # the raylet ends itself with it
        "serve_app.host.node",  # Ray's whole node goes with it
    ],
)
def test_what_is_killed_under_the_supervisor_comes_back_and_loses_nothing(
    fragile: RunningService, fragile_voice: str, victim: str
) -> None:
    fragile.wait_until_ready()
    audio_ids = accept_clones(fragile, fragile_voice)
    assert fragile.kill(victim) == 1
    wait_until_away(fragile)
    wait_for_all(fragile, audio_ids)
    check_completed_once(fragile, audio_ids)


def test_a_killed_supervisor_leaves_no_orphan_in_the_way_of_the_next(
    fragile: RunningService, fragile_voice: str
) -> None:
    fragile.wait_until_ready()
    audio_ids = accept_clones(fragile, fragile_voice)
    before = set(fragile.pids(""))
    assert fragile.kill("serve_app.cli.main") == 1
    fragile.start_again()
    wait_for_all(fragile, audio_ids)
    check_completed_once(fragile, audio_ids)
    # Ray's agents first try for a minute to tell the dead node of its death; they hold no port of
    # ours, and under systemd they go with the unit's control group.
    agents = {*fragile.pids("ray::DashboardAgent"), *fragile.pids("ray::RuntimeEnvAgent")}
    assert not before & set(fragile.pids("")) - agents


def test_a_stop_gives_running_jobs_back(fragile: RunningService, fragile_voice: str) -> None:
    fragile.wait_until_ready()
    audio_ids = accept_clones(fragile, fragile_voice)
    assert fragile.stop() == 0
    database = apsw.Connection(str(fragile.data_dir / "phonex.db"), flags=apsw.SQLITE_OPEN_READONLY)
    rows = list(database.execute("SELECT id, state, attempts FROM jobs"))
    database.close()
    states = {job_id: state for job_id, state, _ in rows}
    assert {states[audio_id] for audio_id in audio_ids} <= {"queued", "completed"}
