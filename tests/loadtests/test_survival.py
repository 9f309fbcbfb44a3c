"""A stream that ends with other bytes after a kill is noticed, and so is one that never ends."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.running import ROOT, run_loadtests

# Locust patches the standard library where it is imported: this runs in a process of its own.
KILLS = """
import json
from types import SimpleNamespace
import gevent
from loadtests import survival
survival.HEARD_S, survival.ROUND_LIMIT_S = 0.0, 0.5
class Clients:
    def __init__(self, *_):
        self.faults, self.sights = [], []
    def run(self, errand):
        errand.audio_id = f"audio {errand.seed}"
        while killing and not shot:
            gevent.sleep(0.01)
        if shot == ["hangs"]:
            gevent.sleep(60)
        changed = shot == ["changes"] and errand.seed == 1
        errand.sha256 = f"{errand.text.text} {errand.seed} {changed}"
survival.Clients = Clients
target = SimpleNamespace(
    tend=lambda: None, find=lambda kind: [kind], strike=lambda kind, victim: shot.append(kind)
)
test = survival.Survival("http://127.0.0.1", "voice", target, 3, 2.0, seed=1)
shot, killing = [], False
rounds = [test.undisturbed()]
killing = True
for kind in ("keeps", "changes", "hangs"):
    shot.clear()
    rounds.append(test.shoot(kind))
print(json.dumps([[one.open, one.same, one.kept, one.faults] for one in rounds]))
"""


def test_other_bytes_and_no_end_are_faults() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [
        [0, 3, True, []],
        [3, 3, True, []],
        [3, 2, False, ["stream 1 (audio 1) has other bytes"]],
        [3, 0, False, ["stream 0 hangs", "stream 1 hangs", "stream 2 hangs"]],
    ]


def test_a_kind_that_there_is_not_is_refused() -> None:
    ran = run_loadtests("survival", "--kinds", "ingres")
    assert ran.returncode == 2
    assert "ingres" in ran.stderr
