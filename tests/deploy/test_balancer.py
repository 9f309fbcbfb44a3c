"""The balancer in front of a cluster's nodes, really running: whom it asks, and whom again."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from clusterbox.balancer import EXAMPLE, config_for
from tests.deploy.proxies import PATH
from tests.running import free_port

LIMIT_S = 15.0


@dataclass
class Node:
    """Answers what it is told to, and notes what it is asked beside checks."""

    name: str
    status: int = 200
    breaks_off: bool = False
    checks: int = 0
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[str]:
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == "/healthz":
                    node.checks += 1
                else:
                    node.asked.append(f"{self.command} {self.path}")
                    if node.breaks_off:
                        self.close_connection = True
                        return
                body = node.name.encode()
                # By Ray's own way of asking, the proxy of a node that was given up is well.
                self.send_response(200 if self.path.startswith("/-/") else node.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815  as the standard library has it

            def log_message(self, *_: object) -> None:
                """Not among the tests' output."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


@pytest.fixture
def nodes() -> list[Node]:
    return [Node("one"), Node("two")]


@pytest.fixture
def client(nodes: list[Node], tmp_path: Path) -> Iterator[httpx.Client]:
    haproxy = shutil.which("haproxy", path=PATH)
    if haproxy is None:
        pytest.skip("haproxy is not installed: apt-get install haproxy")
    port = free_port()
    with ExitStack() as stack:
        addresses = {node.name: stack.enter_context(node.running()) for node in nodes}
        config = tmp_path / "haproxy.cfg"
        config.write_text(config_for(addresses, f"127.0.0.1:{port}", EXAMPLE.read_text()))
        process = subprocess.Popen([haproxy, "-db", "-f", str(config)])
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as asking:
                wait_for_checks(nodes)
                yield asking
        finally:
            process.terminate()
            process.wait()


def wait_for_checks(nodes: list[Node], more: int = 2) -> None:
    """Until it has asked each how it is, so often more."""
    before = [node.checks for node in nodes]
    deadline = time.monotonic() + LIMIT_S
    while any(node.checks < count + more for node, count in zip(nodes, before, strict=True)):
        assert time.monotonic() < deadline, "the nodes are not checked"
        time.sleep(0.1)


def test_a_node_that_says_500_to_everybody_is_left_out(
    client: httpx.Client, nodes: list[Node]
) -> None:
    nodes[0].status = 500
    wait_for_checks(nodes, 4)
    nodes[0].asked.clear()
    assert {client.post("/tts", json={}).text for _ in range(10)} == {"two"}
    assert nodes[0].asked == []
    nodes[0].status = 200
    wait_for_checks(nodes, 4)
    assert {client.post("/tts", json={}).text for _ in range(10)} == {"one", "two"}


def test_what_may_be_asked_twice_is_asked_another_node(
    client: httpx.Client, nodes: list[Node]
) -> None:
    nodes[0].status = 500
    for _ in range(4):
        assert client.get("/voice/list").text == "two"
        assert client.post("/tts", json={}, headers={"Idempotency-Key": "a"}).text == "two"


def test_what_may_not_be_is_asked_once(client: httpx.Client, nodes: list[Node]) -> None:
    for node in nodes:
        node.status = 500
    assert client.post("/tts", json={}).status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert len(nodes[0].asked + nodes[1].asked) == 1


def test_what_nodes_say_while_there_is_no_ingress_reaches_the_client(
    client: httpx.Client, nodes: list[Node]
) -> None:
    for node in nodes:
        node.status = 503
    wait_for_checks(nodes, 4)
    answer = client.post("/tts", json={})
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert answer.text in ("one", "two")


def test_a_node_that_breaks_off_is_told_of_as_a_problem(
    client: httpx.Client, nodes: list[Node]
) -> None:
    for node in nodes:
        node.breaks_off = True
    problem = check_problem(client.post("/tts", json={}), httpx.codes.BAD_GATEWAY)
    assert "may have heard" in problem["detail"]
    assert len(nodes[0].asked + nodes[1].asked) == 1  # which is what the detail is about


def test_that_no_node_is_left_is_told_of_as_a_problem(
    client: httpx.Client, nodes: list[Node]
) -> None:
    for node in nodes:
        node.status = 500
    deadline = time.monotonic() + LIMIT_S
    while (answer := client.post("/tts", json={})).status_code != httpx.codes.SERVICE_UNAVAILABLE:
        assert time.monotonic() < deadline, "nodes that say 500 to everybody are asked"
        time.sleep(0.1)
    assert check_problem(answer, 503)["type"] == "urn:phonex:problem:service-unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def check_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    return problem
