"""`phonex install-service`: the service as a systemd unit of its own user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from config.service_config import ConfigError, load_config, read_settings
from serve_app.host.exposure import is_loopback
from serve_app.host.supervisor import SILENCE_LIMIT_S, START_LIMIT_S, STOP_LIMIT_S

UNIT = Path("etc/systemd/system/phonex.service")
CONFIG = Path("etc/phonex/serve_config.yaml")
HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
MARGIN_S = 40.0  # what systemd allows beyond the supervisor's own limits

DEVICES_NVIDIA = """\
DevicePolicy=closed
DeviceAllow=char-nvidia-frontend rw
DeviceAllow=char-nvidia rw
DeviceAllow=char-nvidia-uvm rw
"""


class InstallError(ConfigError):
    """The unit cannot be installed; the message says why."""


@dataclass(frozen=True)
class File:
    """One file to install, its path without the leading slash."""

    path: Path
    content: str
    mode: int = 0o644
    keep: bool = False  # an administrator's: never overwritten


def install_service(
    dry_run: Annotated[bool, typer.Option(help="print what would be written and run")] = False,
    config: Annotated[
        Path | None, typer.Option(help="a serve_config.yaml to start with; the cpu profile else")
    ] = None,
    gpu: Annotated[bool, typer.Option(help="let the service use NVIDIA devices")] = False,
    memory_max: Annotated[str, typer.Option(help="as systemd writes it: 80%, 12G")] = "80%",
    command: Annotated[
        Path | None, typer.Option(help="the phonex to run; the one that runs now by default")
    ] = None,
    root: Annotated[Path, typer.Option(help="another root folder, for building images")] = Path(
        "/"
    ),
) -> None:
    """Install the service as a hardened systemd unit; run it again after an upgrade."""
    program = command or running_command()
    installed = root / CONFIG
    document = load_config(installed if installed.exists() else config)
    files = render(document, program, gpu=gpu, memory_max=memory_max)
    commands = commands_for(root)
    if dry_run:
        for file in files:
            print(f"# /{file.path}{' (kept where there is one)' if file.keep else ''}")
            print(file.content)
        print("# then")
        for line in commands:
            print(" ".join(line))
        return
    _check(program, root)
    for file in files:
        print(f"{_write(file, root)}: {root / file.path}")
    for line in commands:
        _run(line)
    print("Start it with: systemctl start phonex. Its log: journalctl -u phonex -f")


def running_command() -> Path:
    """The phonex that runs now, by the name it was called by: /opt/phonex/current stays that."""
    called = Path(sys.argv[0]).absolute()
    return called if called.name == "phonex" else Path(sys.prefix) / "bin" / "phonex"


def render(
    document: dict[str, Any], command: Path, *, gpu: bool = False, memory_max: str = "80%"
) -> list[File]:
    """All files of the service.

    Raises:
        ConfigError: the document has settings that cannot be used.
    """
    settings = read_settings(document)
    host = document["http_options"].get("host", "127.0.0.1")
    alone = is_loopback(host) and settings.database_url is None and settings.blob_url is None
    unit = _template("phonex.service").format(
        command=command,
        start_s=round(START_LIMIT_S + MARGIN_S),
        watchdog_s=round(SILENCE_LIMIT_S + START_LIMIT_S + MARGIN_S),
        stop_s=round(STOP_LIMIT_S + MARGIN_S / 2),
        memory_max=memory_max,
        private_devices="no" if gpu else "yes",
        devices=DEVICES_NVIDIA if gpu else "",
        network_reason="Nobody else is let in, or called."
        if alone
        else "Keep them behind a\n# firewall: this service meets other machines.",
        network="IPAddressDeny=any\nIPAddressAllow=localhost\n" if alone else "",
    )
    return [
        File(UNIT, unit),
        File(Path("etc/sysusers.d/phonex.conf"), _template("sysusers.conf")),
        File(Path("etc/tmpfiles.d/phonex.conf"), _template("tmpfiles.conf")),
        File(Path("etc/phonex/phonex.env"), _template("phonex.env"), mode=0o640, keep=True),
        File(CONFIG, yaml.safe_dump(document, sort_keys=False), mode=0o640, keep=True),
    ]


def commands_for(root: Path) -> list[list[str]]:
    """What makes the files take effect. In another root no manager runs that could reload."""
    there = [] if root == Path("/") else [f"--root={root}"]
    commands = [
        ["systemd-sysusers", *there, "phonex.conf"],
        ["systemd-tmpfiles", *there, "--create", "phonex.conf"],
        ["systemctl", *there, "enable", UNIT.name],
    ]
    return commands if there else [*commands[:2], ["systemctl", "daemon-reload"], commands[2]]


def _template(name: str) -> str:
    return (resources.files("config") / "systemd" / name).read_text()


def _check(command: Path, root: Path) -> None:
    """Raises InstallError where the installed unit could not start."""
    if os.geteuid() != 0:
        raise InstallError("installing a service needs root: sudo phonex install-service")
    if missing := [line[0] for line in commands_for(root) if not shutil.which(line[0])]:
        raise InstallError(f"this machine has no {missing[0]}: systemd is needed")
    if root != Path("/"):
        return
    if not os.access(command, os.X_OK):
        raise InstallError(f"{command} cannot be run: pass --command")
    for path in (command, Path(sys.executable).resolve()):
        if any(path.is_relative_to(folder) for folder in HIDDEN):
            raise InstallError(
                f"the service has a user of its own, who cannot see {path}. Install Phonex into "
                "/opt/phonex, with a Python outside of home folders; see docs/deploy.md."
            )


def _write(file: File, root: Path) -> str:
    """Write a file in one step; says what became of it."""
    target = root / file.path
    if target.exists():
        if file.keep:
            return "kept"
        if target.read_text() == file.content:
            return "unchanged"
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    temporary.touch(mode=file.mode)
    temporary.write_text(file.content)
    temporary.chmod(file.mode)
    temporary.replace(target)
    return "written"


def _run(line: list[str]) -> None:
    done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603  ours
    if done.returncode:
        raise InstallError(f"{' '.join(line)}: {done.stderr.strip() or done.returncode}")
