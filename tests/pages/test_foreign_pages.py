"""What a page of somebody else's can do to a service on its visitor's machine: nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.pages.conftest import CHROMIUM, FLAGS
from tests.running import RunningService

FORM = """\
<form method="post" enctype="multipart/form-data" action="{url}{path}">
  <input name="voice_name" value="stolen"><input name="text" value="Hello.">
  <input type="file" name="voice_sample"><button>Win a prize</button>
</form>"""
EVERYWHERE = "--host-resolver-rules=MAP *.example 127.0.0.1"  # as a rebound name resolves


@contextmanager
def page_elsewhere(html: str) -> Iterator[int]:
    """The port of a server that has this page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page in a browser for which every name leads to this machine."""
    rebound = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, EVERYWHERE])
    try:
        yield rebound.new_page()
    finally:
        rebound.close()


@pytest.mark.parametrize("path", ["/voice/register", "/clone/quick"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_a_foreign_form_is_refused(
    visitor: Page, service: RunningService, recording: bytes, path: str, host: str
) -> None:
    with page_elsewhere(FORM.format(url=service.url, path=path)) as port:
        visitor.goto(f"http://{host}:{port}/")
        sample = {"name": "a.wav", "mimeType": "audio/wav", "buffer": recording}
        visitor.locator("[type=file]").set_input_files(sample)  # type: ignore[arg-type]
        with visitor.expect_navigation() as answered:
            visitor.get_by_role("button", name="Win a prize").click()
    response = answered.value
    assert response is not None
    assert response.status == 403
    assert response.json()["type"] == "urn:phonex:problem:foreign-origin"
    assert "stolen" not in service.client.get("/voice/list").json()["voices"]


def test_a_foreign_script_neither_changes_nor_reads(visitor: Page, service: RunningService) -> None:
    tries = """async url => {
      const read = async (path, options) => {
        try { return await (await fetch(url + path, options)).text(); } catch { return ""; }
      };
      const body = new URLSearchParams({text: "Hello."});
      const blind = {method: "POST", mode: "no-cors", body};
      return [
        await read("/tts", blind), await read("/voice/list"), await read("/voice/x", {
          method: "DELETE"}), await read("/tts", {method: "POST", body: "{}", headers: {
          "Content-Type": "application/json", "X-Forwarded-Host": location.host}}),
      ];
    }"""
    with page_elsewhere("<p>Hello") as port:
        visitor.goto(f"http://evil.example:{port}/")
        assert visitor.evaluate(tries, service.url) == ["", "", "", ""]


def test_a_page_that_rebinds_its_name_meets_nobody(visitor: Page, service: RunningService) -> None:
    answer = visitor.goto(f"http://evil.example:{service.port}/voice/list")
    assert answer is not None
    assert answer.status == httpx.codes.MISDIRECTED_REQUEST
    assert answer.json()["type"] == "urn:phonex:problem:unknown-host"
    own = visitor.goto(f"http://phonex.localhost:{service.port}/sandbox")
    assert own is not None
    assert own.status == httpx.codes.OK
