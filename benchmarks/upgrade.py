"""A new version under load: how long nothing is accepted, and whether accepted work is lost.

Rolling: `deploy/rollout.sh` brings a changed config to a running Ray cluster, so that every replica
is replaced. Restart: one node is stopped and started, as `systemctl restart phonex` does.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from config.service_config import load_config, override, ray_environment
from tests.running import ROOT, RunningService, free_port

CLIENTS = 4
SETTLE_S = 5.0
FINISH_LIMIT_S = 240.0
TEXT = "The ferry leaves at noon. Bring a coat, for the wind is cold on the water."


class Load:
    """Clients that hand in a job every few tenths of a second and never stop asking."""

    def __init__(self, url: str) -> None:
        self.accepted: list[str] = []
        self.answers: list[tuple[float, int]] = []  # when, and the status; 0: no connection
        self._url = url
        self._stop = threading.Event()

    @contextmanager
    def running(self) -> Iterator[Load]:
        threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, timeout=10.0) as client:
            while not self._stop.wait(0.3):
                status = 0
                with contextlib.suppress(httpx.HTTPError):
                    answer = client.post(
                        "/tts", json={"text": TEXT}, headers={"Prefer": "respond-async"}
                    )
                    status = answer.status_code
                    if status == httpx.codes.ACCEPTED:
                        self.accepted.append(answer.json()["audio_id"])
                self.answers.append((time.monotonic(), status))

    def figures(self) -> dict[str, Any]:
        served = sorted(moment for moment, status in self.answers if status == 202)
        refused = [status for _, status in self.answers if status != 202]
        return {
            "accepted": len(self.accepted),
            "not accepted": len(refused),
            "longest gap, s": max(b - a for a, b in itertools.pairwise(served)),
        }


def count_lost(url: str, audio_ids: list[str]) -> int:
    """How many of them do not complete."""
    deadline = time.monotonic() + FINISH_LIMIT_S
    left = list(audio_ids)
    with httpx.Client(base_url=url, timeout=30.0) as client:
        while left and time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                answer = client.get(f"/audio/{left[0]}", params={"wait": 10})
                if answer.status_code == httpx.codes.OK:
                    left.pop(0)
    return len(left)


@contextmanager
def running_cluster(folder: Path) -> Iterator[str]:
    """A Ray node of its own, with a dashboard to deploy to; its URL."""
    dashboard = free_port()
    ports = {
        "port": free_port(),
        "dashboard-port": dashboard,
        "dashboard-agent-listen-port": free_port(),
        "dashboard-agent-grpc-port": free_port(),
        "metrics-export-port": free_port(),
        "ray-client-server-port": free_port(),
    }
    log = folder / "ray.log"
    process = subprocess.Popen(
        [
            *(Path(sys.prefix) / "bin" / "ray", "start", "--head", "--block"),
            *("--node-ip-address=127.0.0.1", "--include-dashboard=true", "--disable-usage-stats"),
            *(f"--{name}={port}" for name, port in ports.items()),
            f"--temp-dir={folder}/ray",
        ],
        cwd=ROOT,
        env=_environment(),
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{dashboard}"
    try:
        _wait_until_up(url, process, log)
        yield url
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)


TOKEN = secrets.token_hex(32)


def _environment() -> dict[str, str]:
    path = f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}"
    python_path = f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"
    own = {"PATH": path, "PYTHONPATH": python_path, "RAY_AUTH_TOKEN": TOKEN}
    return os.environ | ray_environment() | own


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/api/gcs_healthz", timeout=2.0).status_code == httpx.codes.OK:
                return
        time.sleep(0.5)
    raise AssertionError(f"Ray did not start:\n{log.read_text()[-2000:]}")


def _roll_out(config: Path, dashboard: str, url: str) -> None:
    subprocess.run(
        ["bash", ROOT / "deploy" / "rollout.sh", config],
        env=_environment() | {"RAY_DASHBOARD": dashboard, "PHONEX_URL": url},
        check=True,
    )


def measure_rolling(ingress_replicas: int) -> dict[str, Any]:
    # Ray's sockets need short paths.
    with tempfile.TemporaryDirectory(prefix="phx", dir="/tmp") as name:
        folder = Path(name)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        document = load_config(None)
        override(document, port=port, data_dir=folder / "data")
        deployments = document["applications"][0]["deployments"]
        deployments[0]["num_replicas"] = ingress_replicas
        first, second = folder / "first.yaml", folder / "second.yaml"
        first.write_text(yaml.safe_dump(document))
        # Another environment makes every replica another one, as new code does.
        document["applications"][0]["runtime_env"] = {"env_vars": {"PHONEX_RELEASE": "2"}}
        second.write_text(yaml.safe_dump(document))
        with running_cluster(folder) as dashboard:
            _roll_out(first, dashboard, url)
            with Load(url).running() as load:
                time.sleep(SETTLE_S)
                began = time.monotonic()
                _roll_out(second, dashboard, url)
                took = time.monotonic() - began
                time.sleep(SETTLE_S)
            lost = count_lost(url, load.accepted)
    name = f"rolling, {ingress_replicas} ingress replica{'s' if ingress_replicas > 1 else ''}"
    return {"upgrade": name, "took, s": took, **load.figures(), "lost": lost}


def measure_restart() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        service = RunningService(Path(folder), {})
        try:
            service.wait_until_ready()
            with Load(service.url).running() as load:
                time.sleep(SETTLE_S)
                began = time.monotonic()
                service.restart()
                service.wait_until_ready()
                took = time.monotonic() - began
                time.sleep(SETTLE_S)
            lost = count_lost(service.url, load.accepted)
        finally:
            service.stop()
    return {"upgrade": "restart of one node", "took, s": took, **load.figures(), "lost": lost}


def measure() -> list[dict[str, Any]]:
    return [measure_restart(), measure_rolling(1), measure_rolling(2)]
