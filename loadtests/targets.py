"""What is shot at: the processes of a service on this machine, or a whole cluster in a box.

A target knows what of each kind there is, does the harm, and mends what nobody else would: a
supervisor that systemd would start again, a machine or a store that has been off for its while.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Protocol

import gevent

from loadtests.exchange import Exchange
from loadtests.local import LocalService
from loadtests.victims import HANG, Processes, Victim

if TYPE_CHECKING:
    from clusterbox.cluster import Cluster

REPLACED_LIMIT_S = 25.0  # a death may show late; what is not replaced by then will not be
HANG_LIMIT_S = 75.0  # three health checks that are waited for, and what comes in its place
ROLL_OUT_LIMIT_S = 200.0
RESTART_S = 1.0  # systemd's RestartSec

MACHINE, HEAD, NETWORK = "worker machine", "head machine", "network"
ROLL_OUT = "rolling update"  # to another release, and from it to the first
STORES = {"postgresql": "PostgreSQL", "redis": "Redis", "s3": "S3"}  # by the box's names
OUTAGES = (MACHINE, HEAD, NETWORK, *STORES.values(), ROLL_OUT)
HEAD_NODE = "head"
WHOLE_LIMIT_S = 5.0  # of one answer


class Target(Protocol):
    """What is shot at, and how it is brought back."""

    processes: Processes

    def find(self, kind: str) -> list[Victim]:
        """What there is of a kind."""

    def strike(self, kind: str, victim: Victim) -> None: ...

    def patience_s(self, kind: str) -> float:
        """How long to wait for another in its place."""

    def tend(self) -> None:
        """Bring back what is due. Called every half second."""

    def let_go(self, kind: str, victim: Victim) -> None:
        """A stopped process that nobody replaced goes on."""

    def is_whole(self) -> bool:
        """Whether the next one can be shot."""


class ProcessTarget:
    """Processes, which are killed, or stopped where the kind begins with HANG."""

    def __init__(self, processes: Processes) -> None:
        self.processes = processes

    def find(self, kind: str) -> list[Victim]:
        name = kind.removeprefix(HANG)
        return [victim for victim in self.processes.find() if victim.kind == name]

    def strike(self, kind: str, victim: Victim) -> None:
        os.kill(victim.pid, signal.SIGSTOP if kind.startswith(HANG) else signal.SIGKILL)

    def patience_s(self, kind: str) -> float:
        return HANG_LIMIT_S if kind.startswith(HANG) else REPLACED_LIMIT_S

    def let_go(self, kind: str, victim: Victim) -> None:
        if kind.startswith(HANG) and victim in self.processes.find():
            os.kill(victim.pid, signal.SIGCONT)

    def tend(self) -> None:
        """Ray and its supervisor do."""

    def is_whole(self) -> bool:
        return True


class ServiceTarget(ProcessTarget):
    """A service of this machine; its supervisor is started again as systemd would."""

    node = "local"

    def __init__(self, service: LocalService) -> None:
        super().__init__(Processes(lambda: {self.node: service.pid}))
        self._service = service

    def tend(self) -> None:
        if not self._service.runs:
            time.sleep(RESTART_S)
            self._service.start()


@dataclass
class _Outage:
    is_due: Callable[[], bool]
    end: Callable[[], None]


class ClusterTarget(ProcessTarget):
    """A cluster in a box: the processes of all its machines, and what is cut off for a while.

    Args:
        outage_s: for so long a machine or a store is off, or a cable carries nothing.
    """

    def __init__(self, cluster: Cluster, outage_s: float) -> None:
        machines = cluster.machines
        super().__init__(Processes(lambda: {name: one.pid for name, one in machines.items()}))
        self._cluster, self._outage_s = cluster, outage_s
        self._outages: list[_Outage] = []
        self._ended = 0  # outages: what came back is another one than before
        self._is_new = False  # the release that runs

    def find(self, kind: str) -> list[Victim]:
        if kind not in OUTAGES:
            return super().find(kind)
        if self._outages:
            return []
        return [Victim(where, kind, self._ended) for where in self._places_of(kind)]

    def strike(self, kind: str, victim: Victim) -> None:
        if kind not in OUTAGES:
            super().strike(kind, victim)
            return
        if kind == ROLL_OUT:
            rolling = gevent.spawn(self._roll_out)
            self._outages.append(_Outage(rolling.ready, rolling.get))
            return
        until = time.monotonic() + self._outage_s
        end = self._begin(kind, victim.node)
        self._outages.append(_Outage(lambda: time.monotonic() >= until, end))

    def patience_s(self, kind: str) -> float:
        if kind == ROLL_OUT:
            return ROLL_OUT_LIMIT_S
        return super().patience_s(kind) + (self._outage_s if kind in OUTAGES else 0.0)

    def tend(self) -> None:
        for outage in [one for one in self._outages if one.is_due()]:
            outage.end()
            self._outages.remove(outage)
            self._ended += 1

    def is_whole(self) -> bool:
        """Every node's proxy, the head's too, answers that all stages are there."""
        nodes = self._cluster.nodes.values()
        return not self._outages and all(_is_ready(node.url) for node in nodes)

    def _places_of(self, kind: str) -> list[str]:
        workers = [name for name in self._cluster.machines if name != HEAD_NODE]
        if kind == HEAD:
            return [HEAD_NODE]
        if kind == MACHINE:
            return workers
        if kind == ROLL_OUT:
            return ["all"]
        return [*workers, HEAD_NODE] if kind == NETWORK else ["stores"]

    def _roll_out(self) -> None:
        """Another environment makes every replica another one, as new code does."""
        self._is_new = not self._is_new
        new = {"runtime_env": {"env_vars": {"PHONEX_RELEASE": "2"}}}
        self._cluster.roll_out(new if self._is_new else {})

    def _begin(self, kind: str, where: str) -> Callable[[], None]:
        """Begin an outage; what ends it."""
        if kind in (MACHINE, HEAD):
            self._cluster.machines[where].kill()
            return lambda: self._cluster.start_node(where)
        if kind == NETWORK:
            self._cluster.machines[where].cut()
            return self._cluster.machines[where].mend
        names = {words: name for name, words in STORES.items()}
        store = self._cluster.stores[names[kind]]
        store.kill()
        return store.start


def _is_ready(url: str) -> bool:
    try:
        with Exchange(url, "GET", "/readyz", timeout_s=WHOLE_LIMIT_S) as answer:
            answer.read()
            return answer.status == 200
    except (OSError, HTTPException):
        return False
