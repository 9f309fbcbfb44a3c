"""A service of our own for a load test that was given none."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from config.service_config import application_args, find_config

START_LIMIT_S = 180.0
STOP_LIMIT_S = 90.0


class StartError(Exception):
    """The service did not get ready; the message has the end of its log."""


@contextlib.contextmanager
def local_service_with_keys() -> Iterator[tuple[str, tuple[str, str]]]:
    """The same for two owners: its URL, and a key of each."""
    with tempfile.TemporaryDirectory(prefix="phonex-load-") as folder:
        keys = _add_key(folder, "a"), _add_key(folder, "b")
        with _serve(folder) as url:
            yield url, keys


def _add_key(folder: str, owner: str) -> str:
    command = (sys.executable, "-m", "serve_app.cli.main", "keys", "add", owner)
    added = subprocess.run(
        (*command, "--data-dir", f"{folder}/data"), capture_output=True, text=True, check=False
    )
    if added.returncode:
        raise StartError(f"no key could be added:\n{added.stderr}")
    return added.stdout.strip()


@contextlib.contextmanager
def local_service() -> Iterator[str]:
    """Run `phonex serve` on a free port of loopback, with its data in a folder that goes after.

    Yields its URL. Raises StartError.
    """
    with tempfile.TemporaryDirectory(prefix="phonex-load-") as folder, _serve(folder) as url:
        yield url


@contextlib.contextmanager
def given_or_local(url: str | None) -> Iterator[str]:
    """The URL that was given, or that of a service of our own. Raises StartError."""
    if url:
        yield url.rstrip("/")
        return
    Console(stderr=True).print("Starting a service for this test …")
    with local_service() as started:
        yield started


@contextlib.contextmanager
def _serve(folder: str) -> Iterator[str]:
    service = LocalService(Path(folder))
    try:
        service.wait_until_ready()
        yield service.url
    finally:
        service.stop()


class LocalService:
    """`phonex serve` on a free port of loopback.

    Args:
        folder: for its data, its log and its config.
        settings: on top of the packaged ones, by name or section.
        shape: changes the rest of the config.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, object] = {},
        shape: Callable[[dict[str, Any]], None] = lambda document: None,
    ) -> None:
        self.data_dir = folder / "data"
        self.log = folder / "service.log"
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        document = find_config(None)
        application_args(document).update(settings)
        shape(document)
        config = folder / "serve_config.yaml"
        config.write_text(yaml.safe_dump(document))
        self._command = [
            *(sys.executable, "-m", "serve_app.cli.main", "serve", "--config", str(config)),
            *("--port", str(port), "--data-dir", str(self.data_dir)),
        ]
        self.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        """Raises StartError."""
        _wait_until_ready(self.url, self._process, self.log)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):  # refused, or 503 while it starts
            urllib.request.urlopen(f"{url}/readyz", timeout=5).close()  # noqa: S310  http
            return
        time.sleep(0.25)
    raise StartError(f"the service did not get ready:\n{log.read_text()[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
