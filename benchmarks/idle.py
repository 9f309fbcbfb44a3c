"""What a service takes that nobody asks anything of: processor time and threads by process."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

from tests.running import RunningService

SETTLE_S = 30.0
SECONDS = float(os.environ.get("PHONEX_IDLE_S", "60"))
LEAST = 0.05  # percent of a core: processes that take less are one row
# By which words of its command line a process is known.
PARTS = {
    "ingress": "ServeReplica:phonex:Ingress",
    "stages": "ServeReplica:phonex",
    "proxy": "ray::ProxyActor",
    "controller": "ray::ServeController",
    "raylet": "raylet/raylet",
    "gcs": "gcs_server",
    "dashboard agent": "ray::DashboardAgent",
    "log monitor": "log_monitor.py",
    "node": "serve_app.host.node",
    "supervisor": "serve_app.cli.main",
    "engines' workers": "engines.workers.worker",
}


def measure() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        service = RunningService(Path(folder), {})
        try:
            service.wait_until_ready()
            time.sleep(SETTLE_S)
            before = cpu_seconds(service)
            time.sleep(SECONDS)
            after = cpu_seconds(service)
            threads = count_threads(service)
        finally:
            service.stop()
    shares = {part: 100 * (after[part] - before[part]) / SECONDS for part in after}
    rows: list[dict[str, Any]] = [
        {"process": part, "% of a core": share, "threads": threads[part]}
        for part, share in sorted(shares.items(), key=lambda one: -one[1])
        if share >= LEAST
    ]
    total = {"process": "all", "% of a core": sum(shares.values()), "threads": threads.total()}
    return [*rows, total]


def cpu_seconds(service: RunningService) -> Counter[str]:
    taken: Counter[str] = Counter()
    for part, process in processes(service):
        times = process.cpu_times()
        taken[part] += times.user + times.system  # type: ignore[assignment]
    return taken


def count_threads(service: RunningService) -> Counter[str]:
    counted: Counter[str] = Counter()
    for part, process in processes(service):
        counted[part] += process.num_threads()
    return counted


def processes(service: RunningService) -> list[tuple[str, psutil.Process]]:
    found = []
    for pid in service.pids(""):
        process = psutil.Process(pid)
        command = " ".join(process.cmdline())
        part = next((part for part, words in PARTS.items() if words in command), "others")
        found.append((part, process))
    return found
