"""Replicas of a service on this machine: which processes they are, and what the ingress holds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psutil

INGRESS = "Ingress"
MIB = 2**20


def ingress_memory(port: int) -> dict[int, float]:
    """Resident MiB by process id, of the service that listens on this port; empty where that cannot
    be told, as of a service on another machine."""
    held = {}
    for process in replicas(port, INGRESS):
        with contextlib.suppress(psutil.Error):  # it ended meanwhile
            held[process.pid] = process.memory_info().rss / MIB
    return held


def replicas(port: int, deployment: str) -> list[psutil.Process]:
    """The processes of a deployment, of the service that listens on this port."""
    title = f"ServeReplica:phonex:{deployment}"
    found = []
    for process in _beside_listeners(port):
        with contextlib.suppress(psutil.Error):
            if title in " ".join(process.cmdline()):
                found.append(process)
    return found


def _beside_listeners(port: int) -> Iterator[psutil.Process]:
    """Ray's proxy listens, and the supervisor that answers in its stead while it is away; the
    replicas are children of the proxy's raylet."""
    pids = {
        connection.pid
        for connection in psutil.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
        and connection.laddr
        and connection.laddr.port == port
    }
    for pid in pids - {None}:
        with contextlib.suppress(psutil.Error):
            if parent := psutil.Process(pid).parent():
                yield from parent.children()
