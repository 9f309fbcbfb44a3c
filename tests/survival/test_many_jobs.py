"""kill -9 while jobs run: whatever was accepted completes, once."""

from __future__ import annotations

import time

import apsw
import pytest

from tests.long import long_test
from tests.running import RunningService
from tests.survival.work import (
    accept_clones,
    check_completed_once,
    wait_for_all,
    wait_until_away,
)


@pytest.mark.parametrize(
    "victim",
    [
        "ray::ServeReplica:phonex:TextToSpeech",
        "ray::ServeReplica:phonex:Ingress",
    ],
)
def test_a_killed_replica_loses_nothing(
    fragile: RunningService, fragile_voice: str, victim: str
) -> None:
    audio_ids = accept_clones(fragile, fragile_voice)
    time.sleep(0.2)  # some are computed, some wait
    assert fragile.kill(victim) == 1
    wait_for_all(fragile, audio_ids)
    check_completed_once(fragile, audio_ids)


def test_killed_workers_of_the_engine_lose_nothing(
    fragile: RunningService, fragile_voice: str
) -> None:
    audio_ids = accept_clones(fragile, fragile_voice)
    time.sleep(0.2)
    assert fragile.kill("engines.workers.worker") >= 1
    wait_for_all(fragile, audio_ids)
    check_completed_once(fragile, audio_ids)


@pytest.mark.parametrize(
    "victim",
    [
        "ray::ProxyActor",  # nothing answers, while the jobs go on
        # The raylet ends itself with it: a whole start, as after the node's death in test_long_job.
        pytest.param("ray::DashboardAgent", marks=long_test),
    ],
)
def test_what_is_killed_under_the_supervisor_comes_back_and_loses_nothing(
    fragile: RunningService, fragile_voice: str, victim: str
) -> None:
    audio_ids = accept_clones(fragile, fragile_voice)
    assert fragile.kill(victim) == 1
    wait_until_away(fragile)
    wait_for_all(fragile, audio_ids)
    check_completed_once(fragile, audio_ids)


def test_a_killed_supervisor_leaves_no_orphan_in_the_way_of_the_next(
    fragile: RunningService, fragile_voice: str
) -> None:
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
    audio_ids = accept_clones(fragile, fragile_voice)
    assert fragile.end() == 0
    database = apsw.Connection(str(fragile.data_dir / "phonex.db"), flags=apsw.SQLITE_OPEN_READONLY)
    rows = list(database.execute("SELECT id, state, attempts FROM jobs"))
    database.close()
    fragile.start()
    states = {job_id: state for job_id, state, _ in rows}
    assert {states[audio_id] for audio_id in audio_ids} <= {"queued", "completed"}
