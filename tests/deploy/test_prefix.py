"""A real service below a path, behind a proxy that takes the path off: nginx, and a small one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.deploy.proxies import PATH, nginx_around
from tests.running import RunningService, free_port

# One location says its prefix in a header, as the settings of this service believe.
SITE = """\
server {{
    listen 127.0.0.1:{port};
    client_max_body_size 30m;
    location /voice/ {{
        proxy_pass {upstream}/;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Prefix "";
    }}
    location /site/voice/ {{
        proxy_pass {upstream}/;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Prefix /site;
    }}
}}
"""
PREFIXES = ["/voice", "/site/voice"]


@pytest.fixture(scope="module", params=["nginx", "small"])
def site(
    request: pytest.FixtureRequest,
    second: RunningService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The URL of the proxy."""
    if request.param == "small":
        with small_proxy(second.url) as url:
            yield url
        return
    if not shutil.which("nginx", path=PATH):
        pytest.skip("nginx is not installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    (folder / "phonex.conf").write_text(SITE.format(port=port, upstream=second.url))
    nginx = subprocess.Popen(
        nginx_around(folder),
        env=os.environ | {"PATH": PATH},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        yield url
    finally:
        nginx.send_signal(signal.SIGTERM)
        nginx.wait(20)


def wait_for(url: str, limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while True:
        try:
            httpx.get(url)
        except httpx.HTTPError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


@contextmanager
def small_proxy(upstream: str) -> Iterator[str]:
    """Takes a prefix off and passes the rest on, one request at a time."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            prefix = next((one for one in PREFIXES if self.path.startswith(f"{one}/")), None)
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length)
            if prefix is None:
                self.send_error(404)
                return
            headers = {name: value for name, value in self.headers.items() if name != "Connection"}
            headers.pop("X-Forwarded-Prefix", None)
            if prefix == "/site/voice":
                headers["X-Forwarded-Prefix"] = "/site"
            url = f"{upstream}{self.path.removeprefix(prefix)}"
            answer = httpx.request(self.command, url, headers=headers, content=body, timeout=60)
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name not in ("date", "server", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_DELETE = _pass  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_what_the_service_names_can_be_asked_for(site: str, prefix: str) -> None:
    with httpx.Client(timeout=90) as client:
        page = client.get(f"{site}{prefix}/sandbox")
        assert page.status_code == 200
        slow = client.post(
            f"{site}{prefix}/tts", json={"text": "Below."}, headers={"Prefer": "respond-async"}
        )
        assert slow.status_code == 202, slow.text
        assert slow.headers["location"].startswith(f"{prefix}/status/")
        state = client.get(site + slow.headers["location"], params={"wait": 60}).json()
        assert state["status"] == "completed"
        audio = client.get(site + state["audio_url"])
        assert (audio.status_code, audio.content[:4]) == (200, b"RIFF")
        moved = client.post(f"{site}{prefix}/tts/", json={"text": "Moved."}, follow_redirects=True)
        assert moved.status_code == 200, moved.text
        home = client.get(
            f"{site}{prefix}/", headers={"Accept": "text/html"}, follow_redirects=True
        )
        assert str(home.url) == f"{site}{prefix}/sandbox"
        contract = client.get(f"{site}{prefix}/openapi.json").json()
        assert contract["servers"][0]["url"] == prefix


def test_a_client_of_the_proxy_cannot_choose_the_prefix(site: str) -> None:
    for told in ("/evil", "//evil.example"):
        answer = httpx.get(f"{site}/voice/openapi.json", headers={"X-Forwarded-Prefix": told})
        assert answer.json()["servers"][0]["url"] == "/voice"


def test_the_service_itself_is_asked_without_it(second: RunningService) -> None:
    assert second.client.get("/readyz").status_code == 200
    answer = second.client.post("/tts", json={"text": "Here."})
    assert answer.json()["audio_url"].startswith("/voice/audio/")
