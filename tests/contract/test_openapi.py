"""The OpenAPI document against linters and against the service that it describes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.running import ROOT, RunningService, add_key
from tests.serve_app.http_server import HttpServer

HERE = Path(__file__).parent
EXAMPLES = os.environ.get("PHONEX_SCHEMATHESIS_EXAMPLES", "2")  # requests an operation, or more
MOST_S = 240


def test_redocly_has_nothing_to_say(tmp_path: Path) -> None:
    redocly = shutil.which("redocly")
    if redocly is None:
        pytest.skip("redocly is not installed: npm install --global @redocly/cli@2.77.0")
    contract = tmp_path / "openapi.json"
    with contract.open("wb") as file:
        subprocess.run(
            [sys.executable, "-m", "serve_app.contract"], cwd=ROOT, check=True, stdout=file
        )
    linted = subprocess.run(
        [redocly, "lint", str(contract), "--config", str(HERE / "redocly.yaml")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"REDOCLY_TELEMETRY": "off"},
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "warning" not in linted.stdout.lower()


def schemathesis(url: str, folder: Path, *options: str) -> None:
    """Fails with its report where an answer is not as the document says, or is a 5xx."""
    if importlib.util.find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed: pip install schemathesis")
    command = [sys.executable, "-m", "schemathesis.cli"]
    run = subprocess.run(
        [*command, "--config-file", str(HERE / "schemathesis.toml"),
         "run", f"{url}/openapi.json", "--url", url, "--max-examples", EXAMPLES, "--seed", "1",
         "--continue-on-failure", "--request-timeout", "60", "--warnings", "off", *options],
        cwd=folder, capture_output=True, text=True, check=False, timeout=MOST_S,
    )  # fmt: skip
    assert run.returncode == 0, (run.stdout + run.stderr)[-6000:]


def register(client: httpx.Client, recording: bytes) -> None:
    """The voice that the document's examples name."""
    answer = client.post(
        "/voice/register", data={"voice_name": "My Voice"}, files={"voice_sample": recording}
    )
    assert answer.status_code in (200, 409), answer.text


def test_the_service_answers_as_the_document_says(
    second: RunningService, recording: bytes, tmp_path: Path
) -> None:
    register(second.client, recording)
    schemathesis(second.url, tmp_path, "--exclude-checks", "ignored_auth")
    assert second.client.get("/readyz").status_code == httpx.codes.OK


def test_with_keys_in_use_too(recording: bytes, tmp_path: Path) -> None:
    """Of one process, as keys stay in use for good."""
    http = HttpServer(tmp_path)
    try:
        key = f"Bearer {add_key(tmp_path, 'tester')}"
        with httpx.Client(base_url=http.url, headers={"Authorization": key}) as client:
            register(client, recording)
        # Its coverage of every parameter is the same without keys, and was asked above.
        asked = ("--phases", "examples,fuzzing")
        schemathesis(http.url, tmp_path, "--header", f"Authorization: {key}", *asked)
    finally:
        http.stop()
