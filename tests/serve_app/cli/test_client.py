"""What the command-line client makes of a server's answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from serve_app.cli.client import Client, ClientError
from tests.serve_app.fakes import recording
from tests.serve_app.http_server import HttpServer


@pytest.fixture
def http(tmp_path: Path) -> Iterator[HttpServer]:
    server = HttpServer(tmp_path / "data")
    yield server
    server.stop()


def test_a_name_never_becomes_part_of_the_address(http: HttpServer, tmp_path: Path) -> None:
    sample = tmp_path / "me.wav"
    sample.write_bytes(recording())
    with Client(http.url) as client:
        client.add_voice("who", [sample])
        with pytest.raises(ClientError, match="no such voice"):
            client.remove_voice("who?are=you")
        assert [voice["voice_id"] for voice in client.list_voices()] == ["who"]


@pytest.mark.parametrize("retry_after", ["0", "Sun, 22 Nov 2020 20:31:42 GMT", "soon"])
def test_a_busy_server_is_asked_again(retry_after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry-After may be seconds or a date (RFC 9110, 10.2.3)."""
    answers = [
        httpx.Response(503, headers={"Retry-After": retry_after}),
        httpx.Response(200, json={"status": "ok"}),
    ]
    with Client("http://phonex.test") as client:
        monkeypatch.setattr(
            client,
            "_http",
            httpx.Client(
                base_url="http://phonex.test",
                transport=httpx.MockTransport(lambda request: answers.pop(0)),
            ),
        )
        assert client.health() == {"status": "ok"}
    assert answers == []


@pytest.mark.parametrize("url", ["http://::1:8000", "http://[::1", "::1", "http://[nonsense]:80"])
def test_a_url_that_is_none_says_how_ipv6_is_written(url: str) -> None:
    with pytest.raises(ClientError, match=r"http://\[::1\]:8000"):
        Client(url)
