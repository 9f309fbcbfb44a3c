"""A data folder has one service, however the second is started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.service_config import ray_environment
from serve_app.host.node import EXIT_FAILED_TO_DEPLOY
from tests.long import long_test
from tests.running import ROOT, RunningService, free_port

SUPERVISED = ["-m", "serve_app.host.node", str(os.getpid())]


@long_test
@pytest.mark.timeout(200)
def test_a_service_that_no_supervisor_started_is_refused_in_words(
    service: RunningService, tmp_path: Path
) -> None:
    """What `serve run` does: it deploys the file, and asks nobody for the folder first."""
    document = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
    document["http_options"]["port"] = free_port()
    document["applications"][0]["args"] = {
        "engine": "embedded",
        "data_dir": str(service.data_dir),
    }
    ended = subprocess.run(
        [sys.executable, *SUPERVISED],
        input=json.dumps(document),
        env={name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
        | ray_environment(),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert ended.returncode == EXIT_FAILED_TO_DEPLOY, ended.stderr
    told = f"another service uses the data folder {service.data_dir}: application 'phonex' of Ray's"
    explained = ended.stderr.partition("The service cannot start: ")[2]
    assert told in explained
    assert "Traceback" not in explained
    assert service.client.get("/readyz").status_code == 200
