"""The processes of a service: which there are, of what kind, on which node, and who is an orphan.

A node is whatever descends from one process of it, its root: `phonex serve`, or a `ray start
--block`. All nodes are looked at from this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil

HANG = "hang "  # before a kind: it is stopped, not killed
SUPERVISOR, NODE, RAY_START, QUEUE = "supervisor", "node", "ray start", "queue"
DASHBOARD, AUTOSCALER = "dashboard", "autoscaler"
SUPERVISED = (SUPERVISOR, NODE)  # what there is of a service of one machine alone
CLUSTERED = (QUEUE, DASHBOARD, AUTOSCALER, RAY_START)  # what there is not
# Which say what they start, or look for.
SHELLS = ("nsenter", "unshare", "setpriv", "sh", "setsid", "bash", "pgrep")
# By which words of its command line a process of a kind is known.
KINDS: Mapping[str, str] = {
    "proxy": "ray::ProxyActor",
    "ingress": "ray::ServeReplica:phonex:Ingress",
    "text to speech": "ray::ServeReplica:phonex:TextToSpeech",
    "embedding extraction": "ray::ServeReplica:phonex:EmbeddingExtraction",
    "tone conversion": "ray::ServeReplica:phonex:ToneConversion",
    "engine worker": "engines.workers.worker",
    QUEUE: "ray::SharedQueue",
    "serve controller": "ray::ServeController",
    "raylet": "raylet/raylet",
    "gcs": "gcs/gcs_server",
    "dashboard agent": "ray::DashboardAgent",
    "runtime env agent": "ray::RuntimeEnvAgent",
    "log monitor": "log_monitor.py",
    DASHBOARD: "dashboard/dashboard.py",
    AUTOSCALER: "_private/monitor.py",
    NODE: "serve_app.host.node",
    RAY_START: "/ray start --block",
    SUPERVISOR: "serve_app.cli.main serve",
}
Identity = tuple[int, float]  # pid, and when it was started: pids come again


@dataclass(frozen=True, slots=True)
class Victim:
    node: str
    kind: str
    pid: int


class Processes:
    """Of some nodes.

    Args:
        roots: the root of each node by the node's name, asked at every look: a node that is
            started again has another.
    """

    def __init__(self, roots: Callable[[], Mapping[str, int]]) -> None:
        self._roots = roots
        self._seen: set[Identity] = set()

    def find(self) -> list[Victim]:
        """All of a known kind, by kind and pid."""
        found = [
            Victim(node, kind, process.pid)
            for node, process in self._all()
            if (kind := _kind_of(process)) is not None
        ]
        return sorted(found, key=lambda one: (one.node, one.kind, one.pid))

    def orphans(self) -> list[int]:
        """Processes that were seen here at any look, run still, and descend from no root."""
        here = {_identity(process) for _, process in self._all()}
        return sorted(pid for pid, started in self._seen - here if _runs(pid, started))

    def _all(self) -> list[tuple[str, psutil.Process]]:
        family: list[tuple[str, psutil.Process]] = []
        for node, pid in self._roots().items():
            try:
                root = psutil.Process(pid)
                family += [(node, one) for one in (root, *root.children(recursive=True))]
            except psutil.NoSuchProcess:
                continue
        self._seen |= {_identity(process) for _, process in family}
        return family


def _kind_of(process: psutil.Process) -> str | None:
    try:
        command = " ".join(process.cmdline())
        if process.name() in SHELLS:
            return None
    except psutil.Error:
        return None
    return next((kind for kind, words in KINDS.items() if words in command), None)


def _identity(process: psutil.Process) -> Identity:
    return process.pid, process.create_time()


def _runs(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
