"""The service on IPv6: it listens there, its clients find it, and what it prints can be asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import HAS_IPV6, PREFIX
from tests.running import ROOT, RunningService

pytestmark = pytest.mark.skipif(not HAS_IPV6, reason="this machine has no loopback address of IPv6")


def phonex(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "serve_app.cli.main", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_serves_there_and_says_where(second: RunningService) -> None:
    answer = second.client.post("/tts", json={"text": "Six."})
    assert answer.status_code == 200
    audio = second.client.get(answer.json()["audio_url"].removeprefix(PREFIX))
    assert audio.status_code == 200
    assert f"at {second.url} " in second.log.read_text()


def test_the_command_finds_it(second: RunningService, tmp_path: Path) -> None:
    file = tmp_path / "six.wav"
    said = phonex("say", "Six.", "-o", str(file), "--server", second.url)
    assert said.returncode == 0, said.stderr
    assert file.read_bytes()[:4] == b"RIFF"


def test_a_second_one_and_the_doctor_see_that_it_is_there(
    second: RunningService, tmp_path: Path
) -> None:
    where = f"[::1]:{second.port}"
    serve = ("serve", "--port", str(second.port), "--data-dir", str(tmp_path))
    refused = phonex(*serve, "--host", "::1")
    assert refused.returncode != 0
    assert f"{where}: it is in use" in " ".join(refused.stderr.split())
    config = tmp_path / "serve.yaml"
    config.write_text(f"applications: [{{}}]\nhttp_options: {{host: '::1', port: {second.port}}}\n")
    found = phonex("doctor", "--config", str(config))
    assert f"a service runs at {where}" in " ".join((found.stdout + found.stderr).split())


def test_every_address_is_more_than_this_machine(tmp_path: Path) -> None:
    open_to_all = phonex("serve", "--host", "::", "--data-dir", str(tmp_path))
    assert open_to_all.returncode != 0
    assert "can be reached from other machines" in " ".join(open_to_all.stderr.split())
