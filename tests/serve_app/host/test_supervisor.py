"""The supervisor: restarts what dies, gives up on what cannot start, leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.service_config import ray_environment
from serve_app.host import supervisor
from serve_app.host.node import EXIT_FAILED_TO_DEPLOY
from serve_app.host.supervisor import (
    base_url,
    port_fault,
    port_is_free,
    supervise,
)
from tests.running import ROOT, free_port

pytestmark = pytest.mark.timeout(60)

# Run in place of `python -m serve_app.host.node`. It behaves as `life` in the document says, one
# word for each start; what it was given it writes down.
CHILD = """#!{python}
import http.server, json, os, signal, socket, subprocess, sys, time
document = json.load(sys.stdin)
folder = document["folder"]
with open(folder + "/starts", "a") as starts:
    starts.write("%d\\n" % os.getpid())
life = document["life"][len(open(folder + "/starts").readlines()) - 1]
json.dump([sys.argv[1:], dict(os.environ), document], open(folder + "/given", "w"))
if life.startswith("exit"):
    sys.exit(int(life[4:]))
helper = subprocess.Popen(["sleep", "600"])
open(folder + "/helpers", "a").write("%d\\n" % helper.pid)
if life == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
answered = 0
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global answered
        answered += self.path != "/asked"  # the supervisor's own
        if life == "dies" and answered > 2:
            os._exit(9)
        if life == "silent" and answered > 2:
            time.sleep(600)
        self.send_response(200 if life != "never ready" else 503)
        self.end_headers()
    def log_message(self, *a): pass
class Server(http.server.HTTPServer):
    def server_bind(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as Ray's proxy does
        super().server_bind()
server = Server(("127.0.0.1", document["http_options"]["port"]), Handler)
server.serve_forever()
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    child = tmp_path / "child"
    child.write_text(CHILD.format(python=sys.executable))
    child.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(child))
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.05,))
    monkeypatch.setattr(supervisor, "STOP_LIMIT_S", 1.0)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Supervised:
    """One run of `supervise`, stopped by a signal after so many times of a state."""

    def __init__(self, folder: Path, *life: str) -> None:
        self.folder = folder
        self.document: dict[str, Any] = {
            "http_options": {"host": "127.0.0.1", "port": free_port()},
            "folder": str(folder),
            "applications": [{}],
            "life": [*life, *["lives"] * 9],
        }
        self.states: list[str] = []

    def run(self, until: str, times: int = 1, stop: int = signal.SIGTERM) -> int:
        def on_state(state: str) -> None:
            self.states.append(state)
            if sum(said.startswith(until) for said in self.states) == times:
                os.kill(os.getpid(), stop)

        return supervise(self.document, on_state, check_period_s=0.05)

    def pids(self, name: str) -> list[int]:
        path = self.folder / name
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def check_nothing_is_left(self) -> None:
        deadline = time.monotonic() + 5  # what is killed is not gone at the same moment
        while any(_runs(pid) for pid in self.pids("starts") + self.pids("helpers")):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_and_leaves_no_process(tmp_path: Path, stop: int) -> None:
    supervised = Supervised(tmp_path)
    assert supervised.run(until="ready", stop=stop) == 0
    assert supervised.states == ["starting", "ready"]
    assert len(supervised.pids("starts")) == len(supervised.pids("helpers")) == 1
    supervised.check_nothing_is_left()


def test_a_child_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    supervised = Supervised(tmp_path, "stubborn")
    started = time.monotonic()
    assert supervised.run(until="ready") == 0
    assert time.monotonic() - started < 10
    supervised.check_nothing_is_left()


@pytest.mark.parametrize(
    ("life", "reason"),
    [
        ("dies", "restarting: the service ended with status 9"),
        ("exit1", "restarting: the service ended with status 1"),
        ("silent", "restarting: no answer for"),
        ("never ready", "restarting: not ready after"),
    ],
)
def test_a_child_that_serves_no_more_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, life: str, reason: str
) -> None:
    ready_at_first = life in ("dies", "silent")
    if ready_at_first:
        monkeypatch.setattr(supervisor, "SILENCE_LIMIT_S", 1.0)
        monkeypatch.setattr(supervisor, "ANSWER_LIMIT_S", 1.0)
    else:
        monkeypatch.setattr(supervisor, "START_LIMIT_S", 4.0)
    supervised = Supervised(tmp_path, life)
    assert supervised.run(until="ready", times=2 if ready_at_first else 1) == 0
    (said,) = [state for state in supervised.states if state.startswith("restarting")]
    assert said.startswith(reason)
    assert len(supervised.pids("starts")) == 2
    supervised.check_nothing_is_left()  # the first one's helpers went with it


@pytest.mark.skipif(sys.platform != "linux", reason="no other system hands a port over")
def test_no_connection_is_refused_while_a_child_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.5,))
    supervised = Supervised(tmp_path, "dies")
    url = f"http://127.0.0.1:{supervised.document['http_options']['port']}/asked"
    heard: list[str] = []
    done = threading.Event()

    def ask() -> None:
        client = supervisor.probing()
        while not done.is_set():
            try:
                answer = client.get(url)
                away = answer.headers.get("content-type") == "application/problem+json"
                heard.append(answer.json()["detail"] if away else str(answer.status_code))
            except (
                httpx.ConnectError
            ) as error:  # also where this machine has no port left to ask from
                heard.append("refused" if "refused" in str(error) else str(error))
            except httpx.HTTPError:  # it died under this one
                heard.append("broken")

    def run() -> int:
        try:
            return supervised.run(until="ready", times=2)
        finally:
            done.set()

    asker = threading.Timer(0.2, ask)  # the port is open by then, or soon
    asker.start()
    assert run() == 0
    asker.join()
    assert supervisor.STARTS_AGAIN in heard
    while heard[0] == "refused":  # asked before the port was open
        heard.pop(0)
    stopped = heard.index("refused") if "refused" in heard else len(heard)
    assert set(heard[stopped:]) <= {"refused"}  # none before the stop
    supervised.check_nothing_is_left()


def test_what_cannot_be_deployed_is_not_tried_again(tmp_path: Path) -> None:
    supervised = Supervised(tmp_path, f"exit{EXIT_FAILED_TO_DEPLOY}")
    assert supervised.run(until="ready") == EXIT_FAILED_TO_DEPLOY
    assert supervised.states == ["starting"]
    assert len(supervised.pids("starts")) == 1


def test_it_stops_at_once_between_two_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (60.0,))
    supervised = Supervised(tmp_path, "exit1")
    started = time.monotonic()
    assert supervised.run(until="restarting") == 0
    assert time.monotonic() - started < 10
    assert len(supervised.pids("starts")) == 1  # none was started only to be stopped


def test_a_stop_before_the_child_is_ready(tmp_path: Path) -> None:
    supervised = Supervised(tmp_path, "never ready")
    assert supervised.run(until="starting") == 0
    supervised.check_nothing_is_left()


def test_a_child_that_reads_nothing_is_replaced_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start: Callable[[dict[str, Any]], subprocess.Popen[bytes]] = supervisor._start
    starts = 0

    def first_dies_at_once(document: dict[str, Any]) -> subprocess.Popen[bytes]:
        nonlocal starts
        starts += 1
        with monkeypatch.context() as patch:
            if starts == 1:
                patch.setattr(sys, "executable", "/bin/false")
                return start(document | {"padding": "x" * 2**20})
            return start(document)

    monkeypatch.setattr(supervisor, "_start", first_dies_at_once)
    supervised = Supervised(tmp_path)
    assert supervised.run(until="ready") == 0
    assert "restarting: the service ended with status 1" in supervised.states


def test_the_child_is_given_the_document_and_rays_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONEX_TEST_SECRET", "passed on")
    supervised = Supervised(tmp_path)
    supervised.run(until="ready")
    arguments, environment, document = json.loads((tmp_path / "given").read_text())
    assert arguments == ["-m", "serve_app.host.node", str(os.getpid())]
    assert document == supervised.document
    assert environment.items() >= (ray_environment() | {"PHONEX_TEST_SECRET": "passed on"}).items()


@pytest.mark.parametrize("life", ["lives", "silent"])
def test_the_watchdog_is_fed_only_while_the_service_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, life: str
) -> None:
    monkeypatch.setattr(supervisor, "SILENCE_LIMIT_S", 2.0)
    monkeypatch.setattr(supervisor, "ANSWER_LIMIT_S", 0.2)
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

        def listen() -> None:
            while message := manager.recv(4096):
                heard.append(message.decode().splitlines()[0])

        listener = threading.Thread(target=listen)
        listener.start()
        supervised = Supervised(tmp_path, life)
        if life == "lives":
            threading.Timer(4.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
        supervised.run(until="restarting")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", str(tmp_path / "notify"))
        listener.join()
    assert heard[:2] == ["READY=1", "WATCHDOG=1"]
    assert heard.count("READY=1") == 1
    fed = heard.count("WATCHDOG=1")
    assert fed > 10 if life == "lives" else fed <= 3


def test_a_supervisor_that_is_killed_leaves_no_orphan(tmp_path: Path) -> None:
    orphan = (
        "import os, sys, time; from serve_app.host.node import die_with; "
        "die_with(int(sys.argv[1]));"
        "print(os.getpid(), flush=True); time.sleep(600)"
    )
    supervisor = (
        "import os, subprocess, sys;"
        f"subprocess.run([{sys.orig_argv[0]!r}, '-c', {orphan!r}, str(os.getpid())])"
    )
    process = subprocess.Popen(
        [sys.orig_argv[0], "-c", supervisor], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout
    pid = int(process.stdout.readline())
    assert _runs(pid)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 5
    while _runs(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_port_is_free_or_not() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert not port_is_free("127.0.0.1", port)
    assert port_is_free("127.0.0.1", port)


def has_ipv6() -> bool:
    return socket.has_ipv6 and port_fault("::1", 0) is None


def test_why_nothing_can_listen_is_told() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert port_fault("127.0.0.1", listening.getsockname()[1]) == "it is in use"
    # An address of documentation, which no machine has.
    assert port_fault("192.0.2.1", 0) == "cannot assign requested address"
    assert port_fault("voice.invalid", 0)


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
def test_a_port_of_ipv6_is_free_or_not() -> None:
    with socket.socket(socket.AF_INET6) as listening:
        listening.bind(("::1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        assert port_fault("::1", port) == port_fault("::", port) == "it is in use"
    assert port_is_free("::1", port)


def test_the_url_to_ask_is_below_the_route_prefix_and_not_below_the_root_path() -> None:
    for route_prefix, path in (("/", ""), ("/voice", "/voice"), (None, "")):
        document = {
            "http_options": {"root_path": "/outer"},
            "applications": [{"route_prefix": route_prefix}],
        }
        assert base_url(document) == f"http://127.0.0.1:8000{path}"


@pytest.mark.parametrize(
    ("http", "url"),
    [
        ({"host": "::1", "port": 9000}, "http://[::1]:9000"),
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "fd00::7"}, "http://[fd00::7]:8000"),
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 9000}, "http://127.0.0.1:9000"),
        ({"host": "10.0.0.7"}, "http://10.0.0.7:8000"),
    ],
)
def test_the_url_to_ask(http: dict[str, Any], url: str) -> None:
    assert base_url({"http_options": http}) == url
