"""The unit that `phonex install-service` writes: sound, tight, and written twice without harm."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config.service_config import load_config
from serve_app.cli import install_service
from serve_app.cli.install_service import UNIT, InstallError, render
from serve_app.cli.main import app
from serve_app.host import supervisor
from tests.running import ROOT

EXPOSURE_LIMIT = 1.5  # of 10, as `systemd-analyze security` counts; "safe" begins below 2
COMMAND = Path(sys.prefix) / "bin" / "phonex"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="apt-get install systemd"
)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root installs services")


def unit_of(changes: dict[str, Any] | None = None, host: str | None = None, **options: Any) -> str:
    document = load_config(None)
    document["applications"][0]["args"].update(changes or {})
    if host:
        document["http_options"]["host"] = host
    command = COMMAND if COMMAND.exists() else Path("/bin/true")
    return render(document, command, **options)[0].content


def service_section(unit: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as documented
    parser.read_string(unit)
    return parser["Service"]


@needs_systemd
@pytest.mark.parametrize("gpu", [False, True])
def test_systemd_accepts_the_unit(tmp_path: Path, gpu: bool) -> None:
    path = tmp_path / UNIT.name
    path.write_text(unit_of(gpu=gpu))
    done = subprocess.run(
        ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False
    )
    about_us = [line for line in done.stderr.splitlines() if "phonex" in line]
    assert not about_us, done.stderr
    assert done.returncode == 0, done.stderr


@needs_systemd
@pytest.mark.parametrize(
    ("host", "gpu", "limit"),
    # Open to other machines it cannot deny their addresses; a GPU needs its devices.
    [("127.0.0.1", False, EXPOSURE_LIMIT), ("0.0.0.0", False, 1.7), ("127.0.0.1", True, 1.9)],
)
def test_the_unit_is_as_tight_as_stated(tmp_path: Path, host: str, gpu: bool, limit: float) -> None:
    path = tmp_path / UNIT.name
    path.write_text(unit_of(host=host, gpu=gpu))
    done = subprocess.run(
        [
            *("systemd-analyze", "security", "--offline=true", "--no-pager"),
            *(f"--threshold={limit * 10:.0f}", path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_systemd
def test_systemd_accepts_the_unit_beside_it_and_finds_it_tight(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "systemd" / "phonex-wyoming.service").read_text()
    installed = "/opt/phonex/current/bin/phonex"
    assert f"ExecStart={installed} wyoming\n" in unit
    path = tmp_path / "phonex-wyoming.service"
    path.write_text(unit.replace(installed, "/bin/true"))
    checks = (["verify"], ["security", "--offline=true", "--no-pager", "--threshold=15"])
    for check in checks:
        done = subprocess.run(
            ["systemd-analyze", *check, path], capture_output=True, text=True, check=False
        )
        about_us = [line for line in done.stderr.splitlines() if "phonex" in line]
        assert not about_us, done.stderr
        assert done.returncode == 0, done.stdout + done.stderr


def test_only_a_service_of_its_own_machine_is_cut_off_from_the_others() -> None:
    assert service_section(unit_of())["IPAddressDeny"] == "any"
    for open_to_others in (
        unit_of(host="0.0.0.0"),
        unit_of({"database_url": "postgresql://db.example/phonex"}),
        unit_of({"blob_url": "s3://bucket"}),
    ):
        assert "IPAddressDeny" not in service_section(open_to_others)


def test_systemd_waits_for_what_the_supervisor_is_allowed() -> None:
    unit = service_section(unit_of())
    assert int(unit["TimeoutStartSec"]) > supervisor.START_LIMIT_S
    assert int(unit["WatchdogSec"]) > supervisor.SILENCE_LIMIT_S + supervisor.START_LIMIT_S
    assert int(unit["TimeoutStopSec"]) > supervisor.STOP_LIMIT_S
    assert unit["Restart"] == "always"
    assert unit["KillMode"] == "mixed"


def test_a_dry_run_prints_everything_and_writes_nothing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["install-service", "--dry-run", "--root", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "ExecStart=" in done.output
    assert "/etc/phonex/serve_config.yaml" in done.output
    assert f"systemctl --root={tmp_path} enable phonex.service" in done.output
    assert not list(tmp_path.iterdir())


def test_it_refuses_without_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    done = CliRunner().invoke(app, ["install-service", "--root", str(tmp_path)])
    assert isinstance(done.exception, InstallError)
    assert "sudo" in str(done.exception)
    assert not list(tmp_path.iterdir())


def test_it_refuses_a_command_that_its_user_cannot_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "access", lambda *_: True)
    written: list[object] = []
    monkeypatch.setattr(install_service, "_write", lambda *file: written.append(file))
    done = CliRunner().invoke(app, ["install-service", "--command", "/root/venv/bin/phonex"])
    assert "/opt/phonex" in str(done.exception)
    assert not written


@needs_systemd
@needs_root
def test_installing_twice_keeps_what_the_administrator_wrote(tmp_path: Path) -> None:
    def install() -> str:
        done = CliRunner().invoke(app, ["install-service", "--root", str(tmp_path)])
        assert done.exit_code == 0, f"{done.output} {done.exception}"
        return done.output.replace("\n", " ")

    assert install().count("written") == 5
    secrets = tmp_path / "etc/phonex/phonex.env"
    secrets.write_text("PGPASSWORD=secret\n")
    config = tmp_path / "etc/phonex/serve_config.yaml"
    config.write_text(config.read_text().replace("127.0.0.1", "0.0.0.0"))
    (tmp_path / UNIT).write_text("# changed by hand")
    again = install()
    assert again.count("kept") == 2
    assert again.count("written") == 1
    assert secrets.read_text() == "PGPASSWORD=secret\n"
    assert secrets.stat().st_mode & 0o007 == 0
    assert "IPAddressDeny" not in (tmp_path / UNIT).read_text()  # the installed config decides
    assert install().count("unchanged") == 3
    assert "phonex" in (tmp_path / "etc/passwd").read_text()
    assert (tmp_path / "etc/systemd/system/multi-user.target.wants" / UNIT.name).is_symlink()
