"""A node ends when its raylet is gone or given up, or when it is a head that is cut off, so that
its service manager starts another."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from tests.running import ROOT, words_of

LIMIT_S = 15.0
# `ray start --block`, as it is when its raylet has ended in good order: it waits for ever.
RAY = """\
#!/usr/bin/env bash
trap 'kill $(jobs -p); exit 143' TERM
echo "$@" > "$(dirname "$0")/arguments"
(exec -a raylet/raylet sleep 600) &
while :; do sleep 0.1; done
"""


@contextlib.contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    ray = folder / "ray"
    ray.write_text(RAY)
    ray.chmod(0o700)
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            ["bash", ROOT / "deploy" / "ray-node.sh", *arguments],
            env=os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"} | environment,
            stdout=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):  # what it started may outlive it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with running(tmp_path, "--address=head:6379") as process:
        yield process


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Its address; it refuses connections afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def raylet_of(node: subprocess.Popen[bytes]) -> psutil.Process:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        for one in psutil.Process(node.pid).children(recursive=True):
            if words_of(one)[:1] == ["raylet/raylet"]:
                time.sleep(1.0)  # the script has seen it, too
                return one
        time.sleep(0.05)
    raise AssertionError("it starts no raylet")


def test_it_ends_with_its_raylet(node: subprocess.Popen[bytes], tmp_path: Path) -> None:
    raylet = raylet_of(node)
    assert (tmp_path / "arguments").read_text().split() == [
        *("start", "--block", "--address=head:6379")
    ]
    raylet.terminate()
    assert node.wait(LIMIT_S) != 0


def test_a_stop_is_passed_on(node: subprocess.Popen[bytes]) -> None:
    raylet = raylet_of(node)
    node.terminate()
    assert node.wait(LIMIT_S) == 143  # as Ray ended, not by force
    assert not raylet.is_running() or raylet.status() == psutil.STATUS_ZOMBIE


def test_it_ends_with_ray(node: subprocess.Popen[bytes]) -> None:
    raylet_of(node)
    (ray,) = [one for one in psutil.Process(node.pid).children() if "start" in words_of(one)]
    ray.kill()
    assert node.wait(LIMIT_S) == 128 + signal.SIGKILL


def test_a_head_that_is_cut_off_ends_before_it_gives_all_nodes_up(tmp_path: Path) -> None:
    with contextlib.ExitStack() as while_it_is_there:
        address = f"redis://{while_it_is_there.enter_context(redis())}"
        with running(
            tmp_path, "--head", RAY_REDIS_ADDRESS=address, PHONEX_CUT_OFF_LIMIT_S="2"
        ) as node:
            raylet = raylet_of(node)
            with pytest.raises(subprocess.TimeoutExpired):
                node.wait(4.0)  # longer than the limit: what is in reach ends nothing
            while_it_is_there.close()
            assert node.wait(LIMIT_S) != 0
            assert "out of reach" in (tmp_path / "out").read_text()
            assert not raylet.is_running() or raylet.status() == psutil.STATUS_ZOMBIE


def test_a_worker_needs_no_redis(tmp_path: Path) -> None:
    with redis() as address:
        pass
    with running(
        tmp_path, "--address=head:6379", RAY_REDIS_ADDRESS=address, PHONEX_CUT_OFF_LIMIT_S="1"
    ) as node:
        raylet_of(node)
        with pytest.raises(subprocess.TimeoutExpired):
            node.wait(4.0)


def test_a_node_that_the_head_gave_up_ends_though_its_raylet_hangs(tmp_path: Path) -> None:
    answers = [200]

    class Agent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/api/local_raylet_healthz"
            self.send_response(answers[-1])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not among the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Agent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        port = f"--dashboard-agent-listen-port={server.server_port}"
        with running(tmp_path, "--address=head:6379", port) as node:
            raylet = raylet_of(node)
            raylet.suspend()
            with pytest.raises(subprocess.TimeoutExpired):
                node.wait(8.0)  # longer than three refusals take
            answers.append(503)
            assert node.wait(2 * LIMIT_S) != 0
            assert "given up by the head" in (tmp_path / "out").read_text()
            assert not raylet.is_running() or raylet.status() == psutil.STATUS_ZOMBIE
    finally:
        server.shutdown()
        server.server_close()
