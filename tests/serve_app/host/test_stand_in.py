"""What answers on the service's port while nobody else does."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from config.settings import HttpSettings
from serve_app.host import stand_in
from serve_app.host.stand_in import StandIn, open_beside_proxy
from serve_app.host.supervisor import port_fault
from serve_app.web.away import Away
from tests.conftest import HAS_IPV6
from tests.running import free_port

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform != "linux", reason="no other system hands a port over"),
]

Open = Callable[..., str]


@pytest.fixture
def stands_in() -> Iterator[Open]:
    opened: list[StandIn] = []

    def open_one(host: str = "127.0.0.1", **http: Any) -> str:
        port = free_port()
        listening = open_beside_proxy({"host": host, "port": port})
        assert listening
        app = Away(HttpSettings(**http), lambda: "It is away.", 3.0)
        opened.append(StandIn(listening, lambda: app))
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    yield open_one
    for one in opened:
        one.close()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def connect(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(url)), timeout=10)


@pytest.mark.parametrize("host", ["127.0.0.1", *(["::1"] if HAS_IPV6 else [])])
def test_every_request_is_asked_to_come_back(stands_in: Open, host: str) -> None:
    url = stands_in(host)
    for method, path in (("GET", "/healthz"), ("GET", "/readyz"), ("POST", "/tts"), ("PUT", "/")):
        answer = httpx.request(method, url + path, headers={"X-Request-ID": "mine"})
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.headers["retry-after"], answer.headers["connection"]) == ("3", "close")
        told = answer.json()
        assert told["type"].endswith("service-starting")
        assert (told["detail"], told["request_id"]) == ("It is away.", "mine")
    head = httpx.head(url + "/audio/1")
    assert (head.status_code, head.content) == (503, b"")


def test_the_clients_of_other_apis_read_their_own_errors(stands_in: Open) -> None:
    url = stands_in()
    assert httpx.post(f"{url}/v1/audio/speech").json()["error"]["message"] == "It is away."
    assert "detail" in httpx.post(f"{url}/v1/text-to-speech/1").json()


def test_whoever_listens_beside_it_is_given_everything_at_once(stands_in: Open) -> None:
    url = stands_in()
    for _ in range(3):
        assert httpx.get(url).status_code == 503
        with closing(socket.socket()) as proxy:
            proxy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            proxy.bind(("127.0.0.1", port_of(url)))
            proxy.listen()
            proxy.settimeout(10)
            for _ in range(20):
                with closing(connect(url)), closing(proxy.accept()[0]):
                    pass


def test_what_the_proxy_refuses_is_refused(stands_in: Open) -> None:
    url = stands_in(allowed_hosts=("phonex.example",))
    foreign = httpx.post(f"{url}/voice/register", headers={"Origin": "http://evil.example"})
    assert (foreign.status_code, foreign.json()["type"][-14:]) == (403, "foreign-origin")
    rebound = httpx.get(url, headers={"Host": "evil.example"})
    assert (rebound.status_code, rebound.json()["type"][-12:]) == (421, "unknown-host")
    assert "access-control-allow-origin" not in foreign.headers
    assert httpx.get(url, headers={"Host": "phonex.example"}).status_code == 503


def test_pages_that_may_read_answers_may_read_this_one(stands_in: Open) -> None:
    url = stands_in(cors_origins=("http://page.example",))
    answer = httpx.post(f"{url}/tts", headers={"Origin": "http://page.example"})
    assert answer.status_code == 503
    assert answer.headers["access-control-allow-origin"] == "http://page.example"
    asked = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"}
    assert httpx.options(f"{url}/tts", headers=asked).status_code == 200


def test_who_sends_a_large_body_hears_the_answer(stands_in: Open) -> None:
    url = stands_in()
    answer = httpx.post(f"{url}/voice/register", content=b"x" * 20_000_000)
    assert answer.status_code == 503


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\x02", b"GET / HTTP/1.1\r\nX: " + b"x" * 10**6, b"\r\n" * 10**5, b""]
)
def test_what_is_no_request_is_hung_up_on(stands_in: Open, sent: bytes) -> None:
    url = stands_in()
    with closing(connect(url)) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(10) == b""
        except OSError:  # hung up on before all of it was sent; or before it was shut
            pass
    assert httpx.get(url).status_code == 503


def test_who_sends_nothing_keeps_nobody_away_for_long(
    stands_in: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "MOST_CONNECTIONS", 4)
    monkeypatch.setattr(stand_in, "REQUEST_LIMIT_S", 1.0)
    url = stands_in()
    silent = [connect(url) for _ in range(4)]
    silent[0].sendall(b"GET / HTTP/1.1\r\nX: ")
    with closing(connect(url)) as fifth:
        assert hung_up(fifth)
    for one in silent:
        assert hung_up(one)  # after a second, however little it sent
        one.close()
    assert httpx.get(url).status_code == 503


def hung_up(connection: socket.socket) -> bool:
    try:
        return connection.recv(10) == b""
    except ConnectionError:
        return True


def test_a_crowd_is_answered(stands_in: Open) -> None:
    url = stands_in()
    statuses: list[int] = []

    def ask() -> None:
        with httpx.Client() as client:
            statuses.extend(client.get(url).status_code for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [503] * 400


def test_once_closed_it_leaves_the_port_alone(stands_in: Open) -> None:
    port = free_port()
    listening = open_beside_proxy({"port": port})
    assert listening
    assert port_fault("127.0.0.1", port) == "it is in use"  # a second service is refused
    one = StandIn(listening, lambda: Away(HttpSettings(), str, 3.0))
    one.close()
    deadline = time.monotonic() + 5
    while port_fault("127.0.0.1", port):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({"RAY_ADDRESS": "127.0.0.1:6379"}, {}),  # its proxies may be another user's
        ({"SERVE_SOCKET_REUSE_PORT_ENABLED": "0"}, {}),
        ({}, {"ssl_keyfile": "key.pem", "ssl_certfile": "cert.pem"}),
        ({}, {"host": "192.0.2.1"}),  # an address that no machine has
    ],
)
def test_a_port_that_cannot_be_shared_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], options: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert open_beside_proxy({"port": free_port()} | options) is None


def test_a_port_in_use_is_left_alone() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert open_beside_proxy({"port": other.getsockname()[1]}) is None
