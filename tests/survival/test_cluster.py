"""Three nodes, PostgreSQL, S3 and Redis: any proxy serves, and a dead node loses nothing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from clusterbox.cluster import Cluster, running
from clusterbox.needs import missing
from tests.conftest import PARAGRAPH, speak
from tests.long import long_test
from tests.survival.work import TEXT

pytestmark = pytest.mark.timeout(600)  # starting it is a part of the first test

JOBS = 50
FINISH_LIMIT_S = 240.0
CUT_OFF_S = 25.0  # a node is given up after 15
SETTLE_S = 5.0
SETTINGS = {"keys": {"max_unfinished_jobs": 0, "max_chars_per_minute": 0}}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if (fault := missing()) is not None:
        pytest.skip(fault)
    with running(settings=SETTINGS) as started:
        yield started


def client_of(cluster: Cluster, url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers=cluster.headers, timeout=90.0)


def accept(cluster: Cluster, url: str, number: int, voice_id: str) -> str:
    """A clone's id; who is told that too much is queued asks again when told to."""
    deadline = time.monotonic() + FINISH_LIMIT_S
    with client_of(cluster, url) as client:
        while True:
            answer = client.post(
                "/clone",
                json={"text": f"Job {number}. {TEXT}", "voice_id": voice_id},
                headers={"Prefer": "respond-async"},
            )
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS or time.monotonic() > deadline:
                break
            time.sleep(float(answer.headers["Retry-After"]))
    assert answer.status_code == 202, answer.text
    audio_id: str = answer.json()["audio_id"]
    return audio_id


def states_of(cluster: Cluster, audio_ids: list[str]) -> dict[str, str]:
    with psycopg.connect(cluster.database_url) as database:
        rows = database.execute("SELECT id, state FROM jobs WHERE id = ANY(%s)", (audio_ids,))
        return {str(job_id): str(state) for job_id, state in rows}


def wait_for_all(cluster: Cluster, audio_ids: list[str]) -> None:
    deadline = time.monotonic() + FINISH_LIMIT_S
    while set(states_of(cluster, audio_ids).values()) != {"completed"}:
        assert time.monotonic() < deadline, states_of(cluster, audio_ids)
        time.sleep(0.5)


def test_a_voice_learnt_by_one_node_is_spoken_and_heard_by_the_others(cluster: Cluster) -> None:
    first, second = (cluster.nodes[name].url for name in ("worker-1", "worker-2"))
    with client_of(cluster, first) as one, client_of(cluster, second) as other:
        recording = speak(one, PARAGRAPH)
        learnt = other.post(
            "/voice/register", data={"voice_name": "me"}, files={"voice_sample": recording}
        )
        assert learnt.status_code == 200, learnt.text
        voice_id = learnt.json()["voice_id"]
        assert len(speak(one, TEXT, voice_id=voice_id)) > 40_000
        spoken = other.post("/clone", json={"text": TEXT, "voice_id": voice_id}).json()
        assert one.get(spoken["audio_url"], params={"wait": 60}).status_code == 200


def accept_all(cluster: Cluster, count: int, *names: str) -> list[str]:
    """Clones accepted by these nodes in turn."""
    urls = [cluster.nodes[name].url for name in names]
    with client_of(cluster, urls[0]) as client:
        voice_id = client.get("/voice/list").json()["voices"][0]

    def accept_one(number: int) -> str:
        return accept(cluster, urls[number % len(urls)], number, voice_id)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(accept_one, range(count)))


def check_heard(cluster: Cluster, audio_ids: list[str]) -> None:
    """Every audio is there, once."""
    with client_of(cluster, cluster.url) as client:
        for audio_id in audio_ids:
            assert client.get(f"/audio/{audio_id}").status_code == 200
    stored = [key for key in cluster.stored() if any(one in key for one in audio_ids)]
    assert len(stored) == len(audio_ids)


def test_a_dead_proxy_is_passed_over_and_a_dead_node_loses_no_job(cluster: Cluster) -> None:
    audio_ids = accept_all(cluster, JOBS, "worker-1", "worker-2")
    assert cluster.machines["worker-1"].kill("ray::ProxyActor") == 1
    with client_of(cluster, cluster.url) as client:
        for _ in range(10):
            assert client.get("/voice/list").status_code == 200
    assert cluster.machines["worker-2"].kill() > 5
    wait_for_all(cluster, audio_ids)
    check_heard(cluster, audio_ids)


def test_a_dead_head_stops_nothing(cluster: Cluster) -> None:
    before = accept_all(cluster, 10, "worker-1")
    assert cluster.machines["head"].kill() > 2
    audio_ids = [*before, *accept_all(cluster, 10, "worker-1")]
    wait_for_all(cluster, audio_ids)
    check_heard(cluster, audio_ids)


@long_test
def test_a_head_that_was_cut_off_ends_nothing_that_serves(cluster: Cluster) -> None:
    """It hears of no node for longer than it takes to give all of them up."""
    cluster.start_node("head")  # the test before may have killed it
    wait_for_proxy(cluster, "head")
    worker, head = cluster.machines["worker-1"], cluster.machines["head"]
    serving = {one.pid for one in worker.processes("ray::ServeReplica")}
    assert serving
    head.cut()
    time.sleep(CUT_OFF_S)
    head.mend()
    wait_for_proxy(cluster, "head")
    time.sleep(SETTLE_S)  # what was given up would be told so by now
    assert serving <= {one.pid for one in worker.processes("ray::ServeReplica")}


def wait_for_proxy(cluster: Cluster, name: str) -> None:
    deadline = time.monotonic() + FINISH_LIMIT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{cluster.nodes[name].url}/readyz", timeout=5.0).is_success:
                return
        time.sleep(0.5)
    raise AssertionError(f"the proxy of {name} does not answer")
