"""The service on IPv6: it listens there, its clients find it, and what it prints can be asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve_app.host.supervisor import port_fault
from tests.running import ROOT, RunningService

pytestmark = pytest.mark.skipif(
    port_fault("::1", 0) is not None, reason="this machine has no loopback address of IPv6"
)


@pytest.fixture(scope="module")
def on_ipv6(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    service = RunningService(tmp_path_factory.mktemp("ipv6"), {}, "--host", "[::1]")
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.stop()


def phonex(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "serve_app.cli.main", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_serves_there_and_says_where(on_ipv6: RunningService) -> None:
    answer = on_ipv6.client.post("/tts", json={"text": "Six."})
    assert answer.status_code == 200
    assert on_ipv6.client.get(answer.json()["audio_url"]).status_code == 200
    assert f"at {on_ipv6.url} " in on_ipv6.log.read_text()


def test_the_command_finds_it(on_ipv6: RunningService, tmp_path: Path) -> None:
    file = tmp_path / "six.wav"
    said = phonex("say", "Six.", "-o", str(file), "--server", on_ipv6.url)
    assert said.returncode == 0, said.stderr
    assert file.read_bytes()[:4] == b"RIFF"


def test_a_second_one_and_the_doctor_see_that_it_is_there(
    on_ipv6: RunningService, tmp_path: Path
) -> None:
    where = f"[::1]:{on_ipv6.port}"
    serve = ("serve", "--port", str(on_ipv6.port), "--data-dir", str(tmp_path))
    second = phonex(*serve, "--host", "::1")
    assert second.returncode != 0
    assert f"{where}: it is in use" in " ".join(second.stderr.split())
    config = tmp_path / "serve.yaml"
    config.write_text(
        f"applications: [{{}}]\nhttp_options: {{host: '::1', port: {on_ipv6.port}}}\n"
    )
    found = phonex("doctor", "--config", str(config))
    assert f"a service runs at {where}" in " ".join((found.stdout + found.stderr).split())


def test_every_address_is_more_than_this_machine(tmp_path: Path) -> None:
    open_to_all = phonex("serve", "--host", "::", "--data-dir", str(tmp_path))
    assert open_to_all.returncode != 0
    assert "can be reached from other machines" in " ".join(open_to_all.stderr.split())
