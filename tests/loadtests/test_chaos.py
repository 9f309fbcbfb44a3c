"""The shooting finds what it shoots at, tells how long things took, and notices a loss."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from loadtests.victims import Processes, Victim
from tests.running import ROOT, run_loadtests, words_of

pytestmark = pytest.mark.timeout(300)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_processes_are_found_by_kind_and_orphans_too() -> None:
    # A root, a child that is known by its words, and a child of that.
    child = "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(600)"
    code = textwrap.dedent(f"""
        import subprocess, sys, time
        subprocess.Popen([sys.executable, "-c", {child!r}, "gcs/" + "gcs_server"])
        time.sleep(600)
    """)
    root = subprocess.Popen([sys.executable, "-c", code])
    processes = Processes(lambda: {"a": root.pid})
    gcs = 0
    try:
        wait_until(lambda: "sleep 600" in titles_of(root.pid))
        (victim,) = processes.find()
        gcs = victim.pid
        assert victim == Victim("a", "gcs", gcs)
        assert processes.orphans() == []
        (orphan,) = children_of(gcs)
        os.kill(gcs, signal.SIGKILL)
        wait_until(lambda: processes.orphans() == [orphan])
        os.kill(orphan, signal.SIGKILL)
        wait_until(lambda: processes.orphans() == [])
    finally:
        root.kill()
        root.wait()
    assert processes.find() == []


def titles_of(pid: int) -> list[str]:
    """The command lines of what descends from it."""
    return [" ".join(words_of(one)) for one in psutil.Process(pid).children(recursive=True)]


def children_of(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


# Locust patches the standard library where it is imported: these run in a process of their own.
PROBE = """
import time
from loadtests.chaos import Probe
probe = Probe(lambda: True, 1000.0, slow_s=1.0)
now = time.monotonic()
def away(*results):
    probe.results = [(now + asked, now + answered, rightly) for asked, answered, rightly in results]
    return round(probe.away_s(now), 3)
print([
    away((-1, -0.9, False), (0.1, 0.2, True), (0.3, 0.4, True)),  # it never stopped
    away((0.1, 0.2, True), (3, 3.1, False), (4, 4.1, False), (5, 5.1, True), (6, 6.1, True)),
    away((0.1, 2.5, True), (2.6, 2.7, True)),  # it was waited for
    away((1, 1.1, False), (2, 2.1, True), (3, 3.1, False), (9, 9.1, True)),  # not for good at first
])
"""


def test_away_is_until_the_right_answer_comes_for_good() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == [0.2, 5.1, 2.5, 9.1]


LOSES = """
import random
from loadtests.chaos_clients import Clients, Errand
from loadtests.texts import Text
from tests.loadtests.fake_service import serving
with serving(lose_every=3) as service:
    clients = Clients(service.url, "voice", random.Random(1))
    for number in range(6):
        clients.run(Errand("tts", Text(f"Number {number} is a short text.", "EN"), f"key {number}"))
    print(len(clients.errands), len(clients.ledger.lost()), clients.faults)
"""


def test_what_is_lost_is_noticed() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOSES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("6 2 ")
    assert "its status is 404" in ran.stdout


def test_a_few_kills_lose_nothing(tmp_path: Path) -> None:
    ran = run_loadtests(
        *("chaos", "--kinds", "ingress,tone conversion"),
        *("--kills", "2", "--seed", str(random.randrange(10**6))),
        *("--json", str(tmp_path / "chaos.json"), "--log", str(tmp_path / "log")),
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads((tmp_path / "chaos.json").read_text())
    assert sorted(row["kind"] for row in told["by kind"]) == ["ingress", "tone conversion"]
    assert told["ledger"]["lost"] == 0 < told["ledger"]["downloaded"]
    assert len(told["promises"]) == 8
    assert all(kill["pid"] and kill["back"] for kill in told["each"])


def test_a_kind_that_there_is_not_is_refused() -> None:
    ran = run_loadtests("chaos", "--kinds", "ingres")
    assert ran.returncode == 2
    assert "ingres" in ran.stderr
