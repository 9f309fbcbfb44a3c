"""The ingress of a service on this machine: which processes it is, and what they hold."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psutil

INGRESS = "ServeReplica:phonex:Ingress"
MIB = 2**20


def ingress_memory(port: int) -> dict[int, float]:
    """Resident MiB by process id, of the service that listens on this port; empty where that cannot
    be told, as of a service on another machine."""
    held = {}
    for process in _beside_listeners(port):
        with contextlib.suppress(psutil.Error):  # it ended meanwhile
            if INGRESS in " ".join(process.cmdline()):
                held[process.pid] = process.memory_info().rss / MIB
    return held


def _beside_listeners(port: int) -> Iterator[psutil.Process]:
    """Ray's proxy listens, and the supervisor that answers in its stead while it is away; the
    replicas are children of the proxy's raylet."""
    pids = {
        connection.pid
        for connection in psutil.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1] == port
    }
    for pid in pids - {None}:
        with contextlib.suppress(psutil.Error):
            if parent := psutil.Process(pid).parent():
                yield from parent.children()
