"""A real service for tests: `phonex serve` in processes of its own, on a free port."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

ROOT = Path(__file__).parent.parent
START_LIMIT_S = 150.0
MARK = "PHONEX_TEST_RUN"
STARTS = "engine: "  # what the command prints once nothing stands in its way

NOBODY = "http://127.0.0.1:9/"  # a callback that is tried and fails
WEBHOOKS = {"allowed_hosts": ["http://127.0.0.1:9"], "allow_private": True}


class RunningService:
    """A started service, and what a test may do to it.

    Args:
        options: more of `phonex serve`.
    """

    def __init__(self, folder: Path, settings: dict[str, Any], *options: str) -> None:
        self.folder = folder
        self.data_dir = folder / "data"
        self.port = free_port()
        host = options[options.index("--host") + 1] if "--host" in options else "127.0.0.1"
        self.url = f"http://{host}:{self.port}"
        self.log = folder / "service.log"
        self._mark = uuid.uuid4().hex
        config = folder / "serve_config.yaml"
        document = yaml.safe_load((ROOT / "serve_config.yaml").read_text())
        document["applications"][0]["args"].update(settings)
        config.write_text(yaml.safe_dump(document))
        self._command = [
            *(sys.executable, "-m", "serve_app.cli.main", "serve", "--config", str(config)),
            *("--port", str(self.port), "--data-dir", str(self.data_dir), *options),
        ]
        self.start_anew()

    def start_anew(self) -> None:
        """At first, and after a `stop`."""
        self.start()
        self.client = httpx.Client(base_url=self.url, timeout=90.0)

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=os.environ | {MARK: self._mark},
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def start_again(self, limit_s: float = 30.0) -> int:
        """What systemd does with Restart=always and RestartSec=1, once the command has ended: start
        it until it stays. How often it had to."""
        deadline = time.monotonic() + limit_s
        starts = 0
        self._process.wait(limit_s)
        while time.monotonic() < deadline:
            time.sleep(1.0)
            before = self.log.read_text().count(STARTS)
            self.start()
            starts += 1
            while self._process.poll() is None:  # a port that is in use ends it
                if self.log.read_text().count(STARTS) > before:
                    return starts
                time.sleep(0.1)
        raise AssertionError(f"it does not start again:\n{self.log.read_text()[-4000:]}")

    def wait_until_ready(self, limit_s: float = START_LIMIT_S) -> None:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(httpx.HTTPError):
                if self.client.get("/readyz").status_code == httpx.codes.OK:
                    return
            time.sleep(0.25)
        raise AssertionError(f"the service did not get ready:\n{self.log.read_text()[-4000:]}")

    def end(self) -> int:
        """What `systemctl stop` does: the exit status, after a drain."""
        self._process.terminate()
        return self._process.wait(90)

    def restart(self) -> None:
        """What `systemctl restart` does."""
        self.end()
        self.start()

    def pids(self, title: str) -> list[int]:
        """Processes of this service whose command line contains `title`."""
        return [pid for pid in self._all_pids() if title in _read(pid, "cmdline")]

    def kill(self, title: str) -> int:
        """`kill -9` every process with that title; how many there were."""
        pids = self.pids(title)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)

    def resident_mib(self, title: str) -> float:
        """Resident memory of those processes."""
        pages = sum(int(_read(pid, "statm").split()[1]) for pid in self.pids(title))
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> int:
        self.client.close()
        try:
            return self.end()
        finally:
            for pid in self._all_pids():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _all_pids(self) -> set[int]:
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
        parents = {pid: _parent(pid) for pid in pids}
        ours = {pid for pid in pids if f"{MARK}={self._mark}" in _read(pid, "environ")}
        # A process that sets its title may write over its environment: Ray's agents do.
        while more := {pid for pid in pids if parents[pid] in ours} - ours:
            ours |= more
        return ours


def _parent(pid: int) -> int:
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return int(fields[1]) if fields else 0


def _read(pid: int | str, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def add_key(data_dir: Path, owner: str) -> str:
    """A key by `phonex keys add`. A service that runs on this folder follows within two seconds."""
    command = (sys.executable, "-m", "serve_app.cli.main", "keys", "add", owner)
    added = subprocess.run(
        [*command, "--data-dir", str(data_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return added.stdout.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; nothing where it has ended meanwhile."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:  # a zombie, too
        return []


def run_loadtests(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m loadtests` to its end; what it printed and how it ended is the test's to judge.

    A test that is given up takes along what the command started: a service that nobody stops would
    be in the way of all tests after it.
    """
    command = [sys.executable, "-m", "loadtests", *arguments]
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        printed, told = running.communicate()
    except BaseException:
        command_itself = psutil.Process(running.pid)
        for process in [*command_itself.children(recursive=True), command_itself]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        running.wait()
        raise
    return subprocess.CompletedProcess(command, running.returncode, printed, told)
