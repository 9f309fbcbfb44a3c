"""What systemd hears: ready once, alive while it answers, stopping; and who may not speak."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve_app.host.systemd import Notifier


@pytest.fixture(params=["path", "abstract"])
def manager(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    """The service manager's end."""
    abstract = f"@phonex-test-{os.getpid()}"
    address = str(tmp_path / "notify") if request.param == "path" else abstract
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address.replace("@", "\0"))
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield manager


def test_the_manager_hears_it(manager: socket.socket) -> None:
    notifier = Notifier()
    notifier.ready()
    notifier.alive()
    notifier.stopping()
    heard = [manager.recv(4096).decode().splitlines()[0] for _ in range(3)]
    assert heard == ["READY=1", "WATCHDOG=1", "STOPPING=1"]


@pytest.mark.usefixtures("manager")
def test_children_do_not_speak_in_our_name() -> None:
    Notifier()
    assert "NOTIFY_SOCKET" not in os.environ


def test_without_a_manager_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Notifier().ready()


def test_a_manager_that_is_gone_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    Notifier().ready()


def test_a_manager_that_does_not_read_holds_nobody_up(manager: socket.socket) -> None:
    notifier = Notifier()
    for _ in range(2000):  # far more than a socket keeps
        notifier.alive()
    assert manager.recv(4096) == b"WATCHDOG=1"
