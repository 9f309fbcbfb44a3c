"""What is cut off in a cluster comes back when its while is over, and counts as another one."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.running import ROOT, run_loadtests

# Locust patches the standard library where it is imported: this runs in a process of its own.
OUTAGE = """
import json
from types import SimpleNamespace
from loadtests.targets import ClusterTarget
done = []
def part(name):
    told = lambda what: lambda *_: done.append(f"{name} {what}")
    return SimpleNamespace(
        pid=0, kill=told("killed"), start=told("started"), cut=told("cut"), mend=told("mended")
    )
names = ("head", "worker-1", "worker-2")
cluster = SimpleNamespace(
    machines={name: part(name) for name in names},
    stores={name: part(name) for name in ("postgresql", "redis", "s3")},
    nodes={},
    start_node=lambda name: done.append(f"{name} started"),
)
seen = []
for kind, outage_s in (("worker machine", 0.0), ("head machine", 0.0), ("network", 0.0),
                       ("PostgreSQL", 0.0), ("S3", 60.0)):
    target = ClusterTarget(cluster, outage_s)
    victim = target.find(kind)[-1]
    target.strike(kind, victim)
    assert target.find(kind) == [] and not target.is_whole()  # one at a time
    target.tend()
    seen.append([kind, victim.node, victim not in target.find(kind), target.is_whole()])
print(json.dumps([seen, done]))
"""


def test_an_outage_ends_after_its_while() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", OUTAGE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    seen, done = json.loads(ran.stdout)
    assert seen == [
        ["worker machine", "worker-2", True, True],
        ["head machine", "head", True, True],
        ["network", "head", True, True],
        ["PostgreSQL", "stores", True, True],
        ["S3", "stores", True, False],  # it is still away
    ]
    assert done == [
        *("worker-2 killed", "worker-2 started", "head killed", "head started"),
        *("head cut", "head mended", "postgresql killed", "postgresql started", "s3 killed"),
    ]


def test_what_only_a_cluster_has_is_refused_without_one() -> None:
    ran = run_loadtests("chaos", "--kinds", "PostgreSQL")
    assert ran.returncode == 2
    assert "only with --cluster" in ran.stderr
