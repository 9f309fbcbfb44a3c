"""What the command-line client makes of a server's answers."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from phonex_client import Retries
from serve_app.cli import client as cli_client
from serve_app.cli import speech_client
from serve_app.cli.client import Client, ClientError
from tests.clients.meddling import Cut, Meddler, Refuse
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
        with pytest.raises(ClientError, match="no name"):
            client.remove_voice("..")
        assert [voice["voice_id"] for voice in client.list_voices()] == ["who"]


@pytest.mark.parametrize(
    "url",
    [
        "http://ada:pa55word@127.0.0.1:1",
        "http://pa55word@127.0.0.1:1/below",
        *("ftp://ada:pa55word@127.0.0.1", "http://ada:pa55word@[::1", "http://ada:pa55word@"),
        *("http://ada:pa55word@h:port", "ada:pa55word@127.0.0.1:1"),
    ],
)
def test_the_password_of_an_address_is_not_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Assistants and whoever asks `phonex wyoming` hear these words."""
    monkeypatch.setattr(cli_client, "PATIENCE", Retries(patience_s=0.0))
    monkeypatch.setattr(speech_client, "PATIENCE", Retries(patience_s=0.0))

    async def ask() -> None:
        async with speech_client.SpeechClient(url) as client:
            await client.health()

    told = []
    with pytest.raises(ClientError) as refused, Client(url) as client:
        client.health()
    told.append("".join(traceback.format_exception(refused.value)))
    with pytest.raises(ClientError) as refused:
        asyncio.run(ask())
    told.append(str(refused.value))
    assert not [words for words in told if "pa55word" in words]


@pytest.mark.parametrize("retry_after", ["0", "Sun, 22 Nov 2020 20:31:42 GMT", "soon"])
def test_a_busy_server_is_asked_again(retry_after: str, http: HttpServer) -> None:
    """Retry-After may be seconds or a date (RFC 9110, 10.2.3)."""
    busy = Refuse(503, f"Retry-After: {retry_after}\r\n")
    with Meddler(http.port, [busy]) as between, Client(between.url) as client:
        assert client.health()["tts_ready"] is True
        assert between.done == [busy]


def test_an_answer_that_is_lost_makes_no_second_job(http: HttpServer) -> None:
    with Meddler(http.port, [Cut(0)]) as between, Client(between.url) as client:
        job, audio = client.speak({"text": "Hello.", "format": "wav"}, lambda done, total: None)
        assert between.done == [Cut(0)]
        listed = client.list_jobs({"limit": 5})["jobs"]
    assert [one["job_id"] for one in listed] == [job["job_id"]]
    assert audio.startswith(b"RIFF")


@pytest.mark.parametrize("url", ["http://::1:8000", "http://[::1", "::1", "http://[nonsense]:80"])
def test_a_url_that_is_none_says_how_ipv6_is_written(url: str) -> None:
    with pytest.raises(ClientError, match=r"http://\[::1\]:8000"):
        Client(url)
