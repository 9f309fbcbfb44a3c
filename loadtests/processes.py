"""The ingress of a service on this machine: which processes it is, and what they hold."""

from __future__ import annotations

import psutil

INGRESS = "ServeReplica:phonex:Ingress"
MIB = 2**20


def ingress_memory(port: int) -> dict[int, float]:
    """Resident MiB by process id, of the service that listens on this port; empty where that cannot
    be told, as of a service on another machine."""
    try:
        return {
            process.pid: process.memory_info().rss / MIB
            for process in _beside_listener(port)
            if INGRESS in " ".join(process.cmdline())
        }
    except psutil.Error:
        return {}


def _beside_listener(port: int) -> list[psutil.Process]:
    """Ray's proxy listens; the replicas are children of the same raylet."""
    for connection in psutil.net_connections("inet"):
        here = connection.laddr[1] if connection.laddr else None
        listens = connection.status == psutil.CONN_LISTEN and here == port
        raylet = psutil.Process(connection.pid).parent() if listens and connection.pid else None
        if raylet:
            return raylet.children()
    return []
