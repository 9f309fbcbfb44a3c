"""The command as its entry point runs it, and a real server for it."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from serve_app.cli import main as cli
from serve_app.cli import options
from tests.serve_app.http_server import HttpServer


@dataclass
class Ended:
    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What was said, without the line breaks of a narrow terminal."""
        return " ".join((self.out + self.err).split())


Phonex = Callable[..., Ended]


@pytest.fixture
def phonex(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Phonex:
    """Runs the command as its entry point does."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PHONEX_SERVER", raising=False)

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["phonex", *arguments])
        monkeypatch.setattr(options.console, "file", sys.stderr)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpServer]:
    server = HttpServer(tmp_path_factory.mktemp("service"))
    yield server
    server.stop()


def busy_port() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening


def hide(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """As if these were not installed."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in modules else find_spec(name)
    )
