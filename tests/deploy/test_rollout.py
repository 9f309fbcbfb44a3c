"""deploy/rollout.sh with the real `serve` command and a dashboard that deploys in words only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import ray
import yaml

from config.service_config import load_config
from tests.running import ROOT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="apt-get install bash")

BAD = "cannot be deployed"  # in an application's args


class Dashboard:
    """The part of Ray's dashboard that `serve` speaks to. A config with BAD in it fails."""

    def __init__(self) -> None:
        self.deployed: list[dict[str, Any]] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        dashboard = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = dashboard.details()
                if "version" in self.path:
                    answer = {"ray_version": ray.__version__, "ray_commit": "", "version": "4"}
                self._answer(answer)

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                dashboard.deployed.append(json.loads(body))
                self._answer({})

            def _answer(self, document: dict[str, Any]) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(document).encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()

    def details(self) -> dict[str, Any]:
        applications = self.deployed[-1]["applications"] if self.deployed else []
        return {
            "controller_info": {},
            "proxy_location": "HeadOnly",
            "http_options": {"host": "127.0.0.1", "port": 8000},
            "grpc_options": {},
            "proxies": {},
            "target_capacity": None,
            "target_groups": [],
            "applications": {
                one["name"]: {
                    "name": one["name"],
                    "route_prefix": "/",
                    "docs_path": None,
                    "status": "DEPLOY_FAILED" if BAD in str(one["args"]) else "RUNNING",
                    "message": "",
                    "last_deployed_time_s": 0.0,
                    "deployed_app_config": one,
                    "source": "declarative",
                    "external_scaler_enabled": False,
                    "deployments": {},
                }
                for one in applications
            },
        }


@pytest.fixture
def dashboard() -> Dashboard:
    return Dashboard()


def config_marked(mark: str) -> dict[str, Any]:
    document = load_config(None)
    document["applications"][0]["args"] = {"mark": mark}
    return document


def roll_out(
    dashboard: Dashboard, folder: Path, *arguments: str, mark: str
) -> subprocess.CompletedProcess[str]:
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(config_marked(mark)))
    with dashboard.running() as url:
        return subprocess.run(
            ["bash", ROOT / "deploy" / "rollout.sh", config, *arguments],
            env=os.environ
            | {"RAY_DASHBOARD": url, "PHONEX_READY_LIMIT_S": "30"}
            | {"PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )


def test_a_config_that_cannot_be_deployed_is_taken_back(
    dashboard: Dashboard, tmp_path: Path
) -> None:
    dashboard.deployed.append(config_marked("first"))
    done = roll_out(dashboard, tmp_path, mark=BAD)
    assert done.returncode == 1, done.stdout + done.stderr
    marks = [document["applications"][0]["args"]["mark"] for document in dashboard.deployed]
    assert marks == ["first", BAD, "first"]
    assert all(document["http_options"]["port"] == 8000 for document in dashboard.deployed)


def test_new_code_comes_with_its_config(dashboard: Dashboard, tmp_path: Path) -> None:
    done = roll_out(dashboard, tmp_path, "https://example.org/phonex.whl", mark="new")
    assert done.returncode == 0, done.stdout + done.stderr
    (application,) = dashboard.deployed[0]["applications"]
    assert application["runtime_env"]["py_modules"] == ["https://example.org/phonex.whl"]
    assert application["args"] == {"mark": "new"}
