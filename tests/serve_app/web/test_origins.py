"""Pages of other origins, and names that were pointed at us: refused, on every route there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Scope

from config.settings import HttpSettings
from serve_app import ingress
from serve_app.errors import BadRequest, ForeignOrigin, UnknownHost
from serve_app.proxy import Front
from serve_app.service import Service
from serve_app.store.errors import StoreUnavailable
from serve_app.web.origins import SAFE_METHODS, Origins, check_host, check_origin
from tests.serve_app.applications import add_key, application, fill, forget_copy, routes_of
from tests.serve_app.fakes import Failing, recording, run

HOST = "127.0.0.1:8000"
EVIL = "http://evil.example"
OWN = f"http://{HOST}"
SAMPLE = {"voice_sample": ("a.wav", recording())}

Sent = list[tuple[str, str]]


def scope_of(headers: Sent, method: str = "POST", kind: str = "http") -> Scope:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return {"type": kind, "method": method, "path": "/tts", "headers": raw}


def is_refused(headers: Sent, *allowed: str, **asked: str) -> bool:
    try:
        check_origin(scope_of(headers, **asked), allowed)
    except ForeignOrigin:
        return True
    return False


def names_of_others() -> Iterator[Sent]:
    """Headers of requests that a foreign page makes."""
    host = ("host", HOST)
    for origin in (
        EVIL,
        "https://evil.example",
        "null",
        "",
        "http://127.0.0.1",  # without the port
        "http://127.0.0.1:8001",
        "http://localhost:8000",  # another origin than the address, to a browser
        "http://127.0.0.1:8000.evil.example",
        "http://127.0.0.1:8000@evil.example",
        "http://evil.example/127.0.0.1:8000",
        "chrome-extension://abcdefghijklmnop",
        "file://",
        "ftp://127.0.0.1:8000",
        "127.0.0.1:8000",
    ):
        yield [host, ("origin", origin)]
    for site in ("cross-site", "same-site", "Cross-Site", "something-new", ""):
        yield [host, ("sec-fetch-site", site)]
    yield [host, ("origin", OWN), ("sec-fetch-site", "cross-site")]  # the same, but for TLS
    yield [host, ("origin", EVIL), ("sec-fetch-site", "same-origin")]
    yield [host, ("origin", OWN), ("origin", EVIL)]
    yield [host, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]
    yield [("host", "[::1]:8000"), ("origin", "http://[::2]:8000")]
    yield [("origin", EVIL)]


@pytest.mark.parametrize("headers", list(names_of_others()), ids=str)
def test_a_foreign_page_changes_nothing(headers: Sent) -> None:
    for method in ("POST", "DELETE", "PUT", "PATCH", "get", "QUERY"):
        assert is_refused(headers, method=method)
    assert is_refused(headers, kind="websocket", method="GET")
    for method in SAFE_METHODS:
        assert not is_refused(headers, method=method)
    assert not is_refused(headers, "*")


@pytest.mark.parametrize(
    "headers",
    [
        [("host", HOST)],  # curl
        [],
        [("host", HOST), ("origin", OWN)],
        [("host", HOST), ("origin", OWN), ("sec-fetch-site", "same-origin")],
        [("host", HOST), ("sec-fetch-site", "none")],
        [("host", "LOCALHOST:8000"), ("origin", "http://localhost:8000")],
        [("host", "voice.example.org."), ("origin", "https://voice.example.org")],
        [("host", "voice.example.org:443"), ("origin", "https://voice.example.org")],
        [("host", "voice.example.org"), ("origin", "http://voice.example.org:80")],
        [("host", "[::1]:8000"), ("origin", "http://[::1]:8000")],
        # proxies that ask by another name, and say by which they were asked
        [("host", HOST), ("x-forwarded-host", "voice.example.org:8443"),
         ("origin", "https://voice.example.org:8443")],
        [("host", HOST), ("x-forwarded-host", "voice.example.org, inner:80"),
         ("origin", "https://voice.example.org")],
    ],
    ids=str,
)  # fmt: skip
def test_the_services_own_page_and_programs_may(headers: Sent) -> None:
    assert not is_refused(headers)
    assert not is_refused(headers, kind="websocket")


def test_listed_origins_may_and_no_others() -> None:
    listed = ("https://page.example", "null")
    for origin in listed:
        cross = [("host", HOST), ("origin", origin), ("sec-fetch-site", "cross-site")]
        assert not is_refused(cross, *listed)
        assert is_refused([*cross, ("origin", EVIL)], *listed)
    for origin in (EVIL, "http://page.example", "https://page.example.evil.example"):
        assert is_refused([("host", HOST), ("origin", origin)], *listed)
    assert is_refused([("host", HOST), ("sec-fetch-site", "cross-site")], *listed)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LocalHost:8000", "localhost.", "phonex.localhost", "127.0.0.1",
        "127.9.9.9:80", "[::1]", "[::1]:8000", "[::ffff:127.0.0.1]", "10.1.2.3:8000",
        "0.0.0.0:8000", "[fd00::1]:80",
    ],
)  # fmt: skip
def test_addresses_and_localhost_always_work(host: str) -> None:
    check_host(Headers({"host": host}), ())
    check_host(Headers({"host": host}), ("voice.example.org",))


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:8000", "EVIL.example.", "localhost.evil.example",
        "127.0.0.1.evil.example", "notlocalhost", "evil-127.0.0.1.nip.io", "2130706433", "127.1",
        "phonex:8000", "example.org", "evilexample.org", "voice.example.org.evil.example",
    ],
)  # fmt: skip
def test_any_other_name_has_to_be_listed(host: str) -> None:
    for allowed in ((), ("voice.example.org",), ("*.example.org",)):
        with pytest.raises(UnknownHost, match="allowed_hosts"):
            check_host(Headers({"host": host}), allowed)
    check_host(Headers({"host": host}), ("*",))


def test_listed_names_work_in_any_spelling() -> None:
    allowed = HttpSettings(allowed_hosts=("Voice.Example.org.", "*.example.com", "phonex"))
    for host in ("voice.example.org", "VOICE.example.org.:8443", "a.example.com:80",
                 "a.b.example.com", "phonex:8000"):  # fmt: skip
        check_host(Headers({"host": host}), allowed.allowed_hosts)
    with pytest.raises(UnknownHost):
        check_host(Headers({"host": "example.com"}), allowed.allowed_hosts)


def test_a_request_without_a_host_passes_and_one_with_two_does_not() -> None:
    check_host(Headers({}), ())
    for hosts in ([HOST, HOST], [HOST, "evil.example"]):
        with pytest.raises(BadRequest):
            check_host(Headers(raw=[(b"host", host.encode()) for host in hosts]), ())


@pytest.mark.parametrize(
    "host",
    ["", " ", ":80", "a b", "a/b", "user@localhost", "[evil.example]", "[::1", "::1", "local\0host",
     "localhost:80:80", "localhost:http", "m\xfcnchen.example", "."],
)  # fmt: skip
def test_what_is_no_host_is_no_request(host: str) -> None:
    with pytest.raises(BadRequest):
        check_host(Headers(raw=[(b"host", host.encode("latin-1"))]), ())


@pytest.mark.parametrize(
    "name", ["https://voice.example.org", "voice.example.org:443", "", "*.", "a*b", "[::1]", "a..b"]
)
def test_a_setting_that_is_no_name_is_refused_at_start(name: str) -> None:
    with pytest.raises(ValidationError, match=r"http\.allowed_hosts"):
        HttpSettings(allowed_hosts=(name,))


def each(service: Service) -> list[tuple[str, str]]:
    routes = [(method, fill(path)) for method, path in routes_of(ingress.create_app(service))]
    assert len(routes) > 20
    return routes


def check_refused(answer: httpx.Response, status: int, kind: str) -> None:
    assert answer.status_code == status, answer.text
    assert not [name for name in answer.headers if name.startswith("access-control")]
    if answer.request.method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == f"urn:phonex:problem:{kind}"


CORS = {"cors_origins": ["https://page.example"]}


@pytest.mark.parametrize("http", [{}, CORS], ids=["closed", "with CORS"])
@pytest.mark.parametrize("keyed", [False, True], ids=["open", "with keys"])
def test_every_route_that_changes_something_refuses_foreign_pages(
    tmp_path: Path, http: dict[str, Any], keyed: bool
) -> None:
    async def scenario() -> None:
        async with application(tmp_path, http=http) as (service, client):
            key = add_key(service, "ada") if keyed else {}
            for method, path in each(service):
                for foreign in ({"Origin": EVIL}, {"Origin": "null"},
                                {"Sec-Fetch-Site": "same-site"}):  # fmt: skip
                    answer = await client.request(method, path, headers=key | foreign)
                    if method in SAFE_METHODS:
                        assert answer.status_code not in (403, 421) or path == "/metrics"
                        assert "access-control-allow-origin" not in answer.headers
                    else:
                        check_refused(answer, 403, "foreign-origin")
            assert not any(service.records.count_jobs().by_state.values())

    run(scenario())


def test_a_foreign_form_is_refused_and_the_pages_own_is_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (_, client):
            for path in ("/voice/register", "/clone/quick"):
                fields = {"text": "Hello."} if "quick" in path else {"voice_name": "Mine"}
                form: dict[str, Any] = {"data": fields, "files": SAMPLE}
                refused = await client.post(path, **form, headers={"Origin": EVIL})
                check_refused(refused, 403, "foreign-origin")
                own = await client.post(path, **form, headers={"Origin": "http://localhost"})
                assert own.status_code == 200, own.text

    run(scenario())


def test_every_route_of_an_open_service_refuses_a_rebound_name(tmp_path: Path) -> None:
    rebound = {"Host": "evil.example:8000", "Origin": "http://evil.example:8000"}

    async def scenario() -> None:
        async with application(tmp_path, http=CORS) as (service, client):
            for method, path in [*each(service), ("OPTIONS", "/tts"), ("GET", "/nothing")]:
                answer = await client.request(method, path, headers=rebound)
                check_refused(answer, 421, "unknown-host")
            assert (await client.get("/voice/list", headers={"Host": HOST})).status_code == 200

    run(scenario())


def test_with_keys_any_name_is_answered_until_some_are_listed(tmp_path: Path) -> None:
    names = {"allowed_hosts": ["voice.example.org"]}

    async def ask(client: httpx.AsyncClient, host: str, key: dict[str, str]) -> int:
        return (await client.get("/voice/list", headers=key | {"Host": host})).status_code

    async def scenario() -> None:
        async with application(tmp_path / "a") as (service, client):
            assert await ask(client, "phonex:8000", {}) == 421
            key = add_key(service, "ada")
            assert await ask(client, "phonex:8000", {}) == 401
            assert await ask(client, "phonex:8000", key) == 200
        async with application(tmp_path / "b", http=names) as (service, client):
            assert await ask(client, "voice.example.org", {}) == 200
            assert await ask(client, "evil.example", {}) == 421
            key = add_key(service, "ada")
            assert await ask(client, "voice.example.org", key) == 200
            assert await ask(client, "10.0.0.7:8000", key) == 200
            assert await ask(client, "evil.example", key) == 421

    run(scenario())


def test_probes_of_a_service_with_keys_wait_for_no_database(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            failing = Failing(service.records)
            failing.errors["read_keys"] = StoreUnavailable("away")
            service.keys._records = failing.as_records()
            forget_copy(service)
            probe = {"Host": "phonex:8000"}
            # Whether there are keys by now cannot be known: as before, there are none.
            assert (await client.get("/healthz", headers=probe)).status_code == 421
            failing.errors.clear()
            add_key(service, "ada")
            assert (await client.get("/healthz", headers=probe)).status_code == 200
            failing.calls.clear()
            forget_copy(service)
            assert (await client.get("/healthz", headers=probe)).status_code == 200
            assert failing.calls == []

    run(scenario())


def test_other_sites_may_not_embed_what_is_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        for http, policy in (({}, "same-site"), (CORS, None)):
            async with application(tmp_path / str(policy), http=http) as (_, client):
                answer = await client.get("/tts/speakers")
                assert answer.headers.get("cross-origin-resource-policy") == policy
                page = await client.get("/sandbox")
                assert page.headers["cross-origin-resource-policy"] == "same-origin"

    run(scenario())


def ask_door(http: HttpSettings | None, **request: Any) -> httpx.Response:
    async def scenario() -> httpx.Response:
        app = Front(PlainTextResponse("passed"), http)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(request.pop("method", "POST"), "/anything", **request)

    return run(scenario())


def test_the_door_refuses_the_same_before_the_ingress() -> None:
    foreign = {"Origin": EVIL, "X-Request-ID": "mine"}
    refused = ask_door(HttpSettings(), headers=foreign)
    check_refused(refused, 403, "foreign-origin")
    assert refused.headers["x-request-id"] == refused.json()["request_id"] == "mine"
    assert ask_door(HttpSettings(), method="GET", headers=foreign).text == "passed"
    assert ask_door(HttpSettings(cors_origins=(EVIL,)), headers=foreign).text == "passed"
    names = HttpSettings(allowed_hosts=("voice.example.org",), cors_origins=("*",))
    rebound = {"Host": "evil.example", "Origin": "https://page.example"}
    check_refused(ask_door(names, method="GET", headers=rebound), 421, "unknown-host")
    assert ask_door(names, headers={"Host": "voice.example.org"}).text == "passed"


def test_a_door_that_was_not_told_the_settings_leaves_it_to_the_ingress() -> None:
    assert ask_door(None, headers={"Origin": EVIL}).text == "passed"


def open_socket(app: Callable[[ASGIApp], ASGIApp], headers: Sent) -> list[str]:
    """What happens to a WebSocket."""
    seen: list[str] = []

    async def inner(scope: Scope, receive: object, send: object) -> None:
        seen.append("opened")

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        seen.append(f"{message['type']} {message.get('code')}")

    async def scenario() -> None:
        await app(inner)(scope_of(headers, kind="websocket"), receive, send)

    run(scenario())
    return seen


def test_a_socket_is_opened_by_the_services_own_page_alone(tmp_path: Path) -> None:
    def door(inner: ASGIApp) -> ASGIApp:
        return Front(inner, HttpSettings())

    async def opened(check: Callable[[Service], Awaitable[None]]) -> None:
        async with application(tmp_path) as (service, _):
            await check(service)

    assert open_socket(door, [("host", HOST), ("origin", OWN)]) == ["opened"]
    assert open_socket(door, [("host", HOST), ("origin", EVIL)]) == ["websocket.close 1008"]

    async def through_the_ingress(service: Service) -> None:
        keys = service.keys
        app = Origins(never, HttpSettings(), keys)
        for headers in ([("host", HOST), ("origin", EVIL)], [("host", "evil.example")]):
            sent: list[Message] = []

            async def send(message: Message, sent: list[Message] = sent) -> None:
                sent.append(message)

            async def receive() -> Message:
                return {"type": "websocket.connect"}

            await app(scope_of(headers, kind="websocket"), receive, send)
            assert sent == [{"type": "websocket.close", "code": 1008}]

    async def never(*_: object) -> None:
        raise AssertionError("a foreign page opened a socket")

    run(opened(through_the_ingress))
