"""The OpenAPI document against linters and against the service that it describes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.running import ROOT, RunningService

HERE = Path(__file__).parent
EXAMPLES = os.environ.get("PHONEX_SCHEMATHESIS_EXAMPLES", "10")  # requests an operation, or more
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


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service that strangers ask without mercy."""
    if importlib.util.find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed: pip install schemathesis")
    service = RunningService(tmp_path_factory.mktemp("asked"), {})
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.stop()


def schemathesis(service: RunningService, *options: str) -> None:
    """Fails with its report where an answer is not as the document says, or is a 5xx."""
    command = [sys.executable, "-m", "schemathesis.cli"]
    run = subprocess.run(
        [*command, "--config-file", str(HERE / "schemathesis.toml"),
         "run", f"{service.url}/openapi.json", "--max-examples", EXAMPLES, "--seed", "1",
         "--continue-on-failure", "--request-timeout", "60", "--warnings", "off", *options],
        cwd=service.folder, capture_output=True, text=True, check=False, timeout=MOST_S,
    )  # fmt: skip
    assert run.returncode == 0, (run.stdout + run.stderr)[-6000:]


def register(service: RunningService, recording: bytes, headers: dict[str, str]) -> None:
    """The voice that the document's examples name."""
    answer = service.client.post(
        "/voice/register",
        data={"voice_name": "My Voice"},
        files={"voice_sample": recording},
        headers=headers,
    )
    assert answer.status_code == 200, answer.text


def test_the_service_answers_as_the_document_says(asked: RunningService, recording: bytes) -> None:
    register(asked, recording, {})
    schemathesis(asked, "--exclude-checks", "ignored_auth")
    assert asked.client.get("/readyz").status_code == httpx.codes.OK


def test_with_keys_in_use_too(asked: RunningService, recording: bytes) -> None:
    added = subprocess.run(
        [sys.executable, "-m", "serve_app.cli.main", "keys", "add", "tester",
         "--data-dir", str(asked.data_dir)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    key = {"Authorization": f"Bearer {added.stdout.split()[-1]}"}
    register(asked, recording, key)
    schemathesis(asked, "--header", f"Authorization: {key['Authorization']}")
