"""nginx, Caddy and PHP before an upstream: what passes, what does not, who holds the key."""

from __future__ import annotations

import email
import email.policy
import http.client
import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.deploy.proxies import KEY, KINDS, running_proxy
from tests.deploy.upstream import Upstream

UUID = "00000000-0000-4000-8000-000000000000"
# Of the service, and not for the visitors of a site.
# All visitors share the proxy's key: a list of jobs would hand each the audio of the others, a list
# of consents their names, and a voice file the voice itself.
CLOSED = {
    *("/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/jobs"),
    *("/voice/list/deleted", "/voice/{voice_id}/export", "/webhooks/secret"),
}
CLOSED_TO = {("GET", "/v1/audio/voice_consents")}
SOCKET = "/v1/audio/speech/stream"


@pytest.fixture(scope="module")
def noted(
    kind: str, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of the proxy in front of the upstream that takes notes."""
    folder = tmp_path_factory.mktemp(kind)
    with (
        running_proxy(kind, folder, upstream.address) as url,
        httpx.Client(base_url=url, timeout=20) as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def forget(upstream: Upstream) -> None:
    upstream.seen.clear()
    upstream.first_bytes.clear()
    upstream.go_on.clear()


def test_it_answers_by_no_name_but_its_own(
    kind: str, noted: httpx.Client, upstream: Upstream
) -> None:
    if kind not in ("nginx", "caddy"):
        pytest.skip("the names of a PHP site are those of the server around it")
    rebound = noted.get("/voice/list", headers={"Host": "evil.example"})
    assert rebound.content == b"" or rebound.status_code == 421
    assert upstream.seen == []


def test_it_adds_its_key_and_drops_what_the_visitor_sent(
    noted: httpx.Client, upstream: Upstream
) -> None:
    answer = noted.post(
        "/tts",
        json={"text": "hello"},
        headers={
            "Authorization": "Bearer of-somebody-else",
            "X-API-Key": "of-somebody-else",
            "xi-api-key": "of-somebody-else",
            "Cookie": "session=secret",
            "X-Forwarded-For": "203.0.113.9",
            "X-Forwarded-Proto": "gopher",
            "Idempotency-Key": "once",
            "Prefer": "respond-async",
        },
    )
    assert answer.status_code == 200
    (seen,) = upstream.seen
    assert seen.headers["authorization"] == [f"Bearer {KEY}"]
    assert not any(seen.headers.get("x-api-key", []) + seen.headers.get("xi-api-key", []))
    assert "cookie" not in seen.headers
    assert seen.headers["x-forwarded-for"] == ["127.0.0.1"]
    assert seen.headers["x-forwarded-proto"] == ["http"]
    assert seen.headers["idempotency-key"] == ["once"]
    assert seen.headers["prefer"] == ["respond-async"]
    assert seen.body == b'{"text":"hello"}'
    assert KEY not in answer.text + str(answer.headers)


def test_it_forwards_every_route_of_the_contract(
    noted: httpx.Client, upstream: Upstream, client: httpx.Client
) -> None:
    routes = {
        (method.upper(), path)
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for method in methods
        if path not in CLOSED
    } | {("HEAD", "/audio/{audio_id}"), ("HEAD", "/batch/{batch_id}/audio")}
    routes -= CLOSED_TO
    refused = set()
    for method, path in sorted(routes):
        filled = path.replace("{language}", "EN").replace("{voice_id}", "me")
        filled = filled.replace("{audio_id}", UUID).replace("{model_id}", "tts-1")
        filled = filled.replace("{consent_id}", "cons_1").replace("{batch_id}", UUID)
        answer = noted.request(method, filled, params={"wait": 5})
        if answer.status_code != 200 or upstream.seen[-1].path != f"{filled}?wait=5":
            refused.add((method, path))
    assert not refused, "deploy/proxy must let these pass, or CLOSED must name them"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in sorted(CLOSED)),
        ("GET", "/v1/audio/voice_consents"),
        ("POST", SOCKET),
        ("POST", "/v1/text-to-speech/me/stream-input"),
        ("POST", "/v1/text-to-speech/me/with-timestamps/stream"),
        ("POST", "/v1/voices/add"),
        ("POST", "/voice/import/me"),
        ("DELETE", "/v1/audio/voices"),
        ("GET", "/-/routes"),
        ("GET", "//metrics"),
        ("GET", "/audio/../metrics"),
        ("GET", "/audio/%2e%2e/metrics"),
        ("GET", "/voice/list/../../metrics"),
        ("GET", "/voice/"),
        ("GET", f"/audio/{UUID}/more"),
        ("POST", "/tts/speakers"),
        ("POST", f"/audio/{UUID}"),
        ("PUT", "/tts"),
        ("PATCH", "/voice/me"),
        ("GET", "/tts"),
        ("DELETE", "/voice/register/me"),
        ("GET", "/metrics?x=/health"),
    ],
)
def test_it_refuses_everything_else(
    noted: httpx.Client, upstream: Upstream, method: str, path: str
) -> None:
    base = noted.base_url
    connection = http.client.HTTPConnection(base.host, base.port or 80, timeout=20)
    connection.request(method, base.raw_path.decode().rstrip("/") + path)  # nothing normalized
    answer = connection.getresponse()
    assert answer.status == 404
    connection.close()
    assert upstream.seen == []


def test_refusals_are_problems(noted: httpx.Client) -> None:
    answer = noted.get("/metrics")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_foreign_page_cannot_use_the_key(noted: httpx.Client, upstream: Upstream) -> None:
    answer = noted.post("/tts", content=b"{}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert upstream.seen == []


def test_a_body_over_the_limit_is_refused(noted: httpx.Client, upstream: Upstream) -> None:
    base = noted.base_url
    connection = http.client.HTTPConnection(base.host, base.port or 80, timeout=20)
    connection.putrequest("POST", base.raw_path.decode().rstrip("/") + "/voice/register")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(27 * 2**20))
    connection.endheaders()
    try:
        for _ in range(27):
            connection.send(bytes(2**20))
    except ConnectionError:
        pass  # refused before all of it was read
    assert connection.getresponse().status == 413
    connection.close()
    assert all(len(seen.body) < 27 * 2**20 for seen in upstream.seen)


def test_a_download_passes_as_it_comes(noted: httpx.Client, upstream: Upstream) -> None:
    with noted.stream("GET", "/audio/slow") as answer:
        parts = answer.iter_raw()
        first = next(parts)
        upstream.go_on.set()
        assert first + b"".join(parts) == b'{"a": 1}'
    assert not upstream.gave_up


def test_an_upload_passes_as_it_comes(kind: str, noted: httpx.Client, upstream: Upstream) -> None:
    if not KINDS[kind].streams_uploads:
        pytest.skip("PHP makes files of an upload before it runs the script")
    arrived = threading.Event()
    half = 512 * 1024

    def body() -> Iterator[bytes]:
        yield b"a" * half
        if upstream.first_bytes.wait(10):
            arrived.set()
        yield b"b" * half

    answer = noted.post("/clone/quick", content=body(), headers={"Content-Length": str(2 * half)})
    assert answer.status_code == 200
    assert arrived.is_set()
    assert upstream.seen[0].body == b"a" * half + b"b" * half


def test_a_service_that_is_away_is_a_503(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running_proxy(kind, tmp_path_factory.mktemp(kind), "127.0.0.1:9") as url:
        answer = httpx.get(f"{url}/health", timeout=20)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"


def test_php_refuses_what_it_would_lose(kind: str, noted: httpx.Client, upstream: Upstream) -> None:
    if not kind.startswith("php"):
        pytest.skip("only PHP keeps one file of a name")
    twice = [("voice_sample", ("a.wav", bytes(65536))), ("voice_sample", ("b.wav", bytes(65536)))]
    answer = noted.post("/voice/register", data={"voice_name": "x"}, files=twice)
    assert answer.status_code == 422
    assert "voice_sample[]" in answer.json()["title"]
    assert upstream.seen == []


def test_a_form_arrives_as_it_was_sent(noted: httpx.Client, upstream: Upstream) -> None:
    sample = bytes(range(256)) * 4096  # 1 MiB
    answer = noted.post(
        "/clone/quick",
        data={"text": 'Grüße, "you"\r\n--there', "language": "EN"},
        files={"voice_sample": ("an ä.wav", sample)},
    )
    assert answer.status_code == 200
    (seen,) = upstream.seen
    head = f"content-type: {seen.headers['content-type'][0]}\r\n\r\n".encode()
    form = email.message_from_bytes(head + seen.body, policy=email.policy.HTTP)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.walk()}
    assert parts["text"].get_payload(decode=True) == 'Grüße, "you"\r\n--there'.encode()
    assert parts["voice_sample"].get_payload(decode=True) == sample
    assert parts["language"].get_payload(decode=True) == b"EN"
