"""A real Prometheus with the project's own configuration, scraping a running service."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
import yaml

from tests.running import ROOT, RunningService, free_port

CONFIG = ROOT / "config" / "monitoring"
WAYS = ("ray", "phonex")  # the scrape jobs: Ray's agents, the service's own /metrics
RAYS_FOLDER = Path("/tmp/ray")  # noqa: S108  its default
INSTALL = "Prometheus is not installed: apt-get install prometheus"


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(INSTALL)
    return found


def discovery_file(service: RunningService) -> Path:
    """Where this service says where its Ray's agents are; the well-known place holds the file of
    whichever service of the machine wrote last."""
    (pid,) = service.pids("serve_app.host.node")
    (session,) = RAYS_FOLDER.glob(f"session_*_{pid}")
    return session / "prom_metrics_service_discovery.json"


class Prometheus:
    def __init__(self, folder: Path, service: RunningService) -> None:
        config = yaml.safe_load((CONFIG / "prometheus.yml").read_text())
        # The longest a scrape may take is its interval; an agent's page is a megabyte.
        config["global"] = {"scrape_interval": "5s", "evaluation_interval": "5s"}
        config["rule_files"] = [str(CONFIG / "alerts.yml")]
        (ray,) = config["scrape_configs"]
        ray["file_sd_configs"] = [
            {"files": [str(discovery_file(service))], "refresh_interval": "1s"}
        ]
        own = {"targets": [service.url.removeprefix("http://")]}
        config["scrape_configs"].append({"job_name": "phonex", "static_configs": [own]})
        path = folder / "prometheus.yml"
        path.write_text(yaml.safe_dump(config))
        port = free_port()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=10)
        self._process = subprocess.Popen(
            [
                need("prometheus"),
                f"--config.file={path}",
                f"--storage.tsdb.path={folder / 'series'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            env=os.environ | {"GOMAXPROCS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=(folder / "prometheus.log").open("wb"),
        )

    def __enter__(self) -> Self:
        self.wait_for("vector(1)", limit_s=30)  # until it answers at all
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._client.close()

    def query(self, expression: str) -> list[float]:
        """The values of an expression's series now. Raises ValueError with Prometheus' words."""
        answer = self._client.get("/query", params={"query": expression}).json()
        if answer["status"] != "success":
            raise ValueError(answer["error"])
        result = answer["data"]["result"]
        values = (
            [result]
            if answer["data"]["resultType"] == "scalar"
            else [series["value"] for series in result]
        )
        return [float(value) for _, value in values if not math.isnan(float(value))]

    def query_range(self, expression: str, start: float, end: float, step: float) -> Any:
        """[{metric: labels, values: [[time, value]]}] of an expression."""
        params: dict[str, Any] = {"query": expression, "start": start, "end": end, "step": step}
        return self._client.get("/query_range", params=params).json()["data"]["result"]

    def wait_for(self, expression: str, limit_s: float) -> None:
        """Until an expression has a value."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            try:
                if self.query(expression):
                    return
            except httpx.HTTPError:
                pass  # it is still starting
            time.sleep(0.3)
        raise AssertionError(f"{expression} had no value within {limit_s:.0f} s")
