"""The command as a whole: its servers, its jobs, one sentence where it fails."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from config.installing import DISTRIBUTION
from config.settings import ProvenanceSettings, Settings
from serve_app.cli import doctor
from serve_app.cli.client import ClientError
from serve_app.work.marks import check_files
from tests.running import free_port
from tests.serve_app.cli.conftest import Phonex, busy_port
from tests.serve_app.http_server import HttpServer, StaticServer


def test_the_certificate_that_it_makes_is_what_the_settings_take(
    phonex: Phonex, tmp_path: Path
) -> None:
    pytest.importorskip("c2pa", reason="install the extra `provenance`")
    folder = tmp_path / "made"
    made = phonex("provenance", "init", "--folder", str(folder), "--organization", "Example")
    assert made.code == 0, made.err
    assert str(folder / "authority.pem") in made.err
    check_files(
        ProvenanceSettings(
            certificate_file=folder / "certificate.pem",
            private_key_file=folder / "private-key.pem",
        )
    )
    assert phonex("provenance", "init", "--folder", str(folder)).code == 1


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert phonex("voices", "list", "--server", http.url).code == 0
    found = {one.subject: one for one in doctor.examine(Settings(), "127.0.0.1", free_port())}
    assert found["proxy"].state == "ok"
    assert "http_proxy" in found["proxy"].detail


def test_the_release_is_told(phonex: Phonex) -> None:
    assert phonex("--version").out == f"phonex {version(DISTRIBUTION)}\n"


def test_the_server_can_be_named_in_the_environment(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHONEX_SERVER", http.url + "/")
    assert phonex("say", "Hello there.").code == 0
    assert Path("out.wav").exists()


def test_jobs_are_listed_shown_and_cancelled(phonex: Phonex, http: HttpServer) -> None:
    at = ("--server", http.url)
    with httpx.Client(base_url=http.url) as client:
        ids = [client.post("/tts", json={"text": "Hello."}).json()["job_id"] for _ in range(3)]
    first = phonex("jobs", "list", "--kind", "tts", "--limit", "2", *at)
    assert [ids[2] in first.out, ids[1] in first.out, ids[0] in first.out] == [True, True, False]
    assert f"--before {ids[1]}" in first.words
    assert ids[0] in phonex("jobs", "list", "--before", ids[1], *at).out
    assert json.loads(phonex("jobs", "show", ids[0], *at).out)["kind"] == "tts"
    assert "deleted" in phonex("jobs", "cancel", ids[0], *at).words
    gone = phonex("jobs", "show", ids[0], *at)
    assert (gone.code, "No job has the id" in gone.words) == (1, True)
    assert phonex("jobs", "list", "--state", "nonsense", *at).code == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("say", "Hi.", "--language", "xx"), "not served. Served: EN"),
        (("say", "Hi.", "--speed", "9"), "less than or equal to 2"),
        (("say", "..."), "no letter, digit"),
        (("say", "Hi.", "-o", "a.exe"), "format"),
        (("clone", "Hi.", "--voice", "nobody"), "No voice has the id 'nobody'"),
        (("voices", "add", "-x", "me.wav"), ""),
        (("voices", "add", "me", "text.wav"), "format is not accepted"),
    ],
)
def test_a_refusal_is_shown_in_words(
    phonex: Phonex, http: HttpServer, arguments: tuple[str, ...], sentence: str
) -> None:
    Path("text.wav").write_text("no recording at all")
    failed = phonex(*arguments, "--server", http.url)
    assert failed.code != 0
    assert sentence in failed.words


@pytest.mark.parametrize("command", [("say", "Hi."), ("voices", "list"), ("voices", "remove", "a")])
def test_without_a_server_it_says_how_to_start_one(
    phonex: Phonex, command: tuple[str, ...]
) -> None:
    with busy_port() as closed:
        port = closed.getsockname()[1]
    failed = phonex(*command, "--server", f"http://127.0.0.1:{port}")
    assert failed.code == 1
    assert "no Phonex answers at" in failed.words
    assert "phonex serve" in failed.words


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "http://[bad", "http://a b"])
def test_an_url_that_is_none_is_told(phonex: Phonex, url: str) -> None:
    failed = phonex("voices", "list", "--server", url)
    assert failed.code == 1
    assert url in failed.words


@pytest.mark.parametrize("content", [b"<html>a router's page</html>", b"[]", b"{}"])
def test_another_server_is_not_taken_for_ours(
    phonex: Phonex, content: bytes, tmp_path: Path
) -> None:
    with StaticServer(content) as other:
        for command in (("voices", "list"), ("say", "Hi.")):
            failed = phonex(*command, "--server", other.url)
            assert failed.code == 1
            assert "phonex:" in failed.err
            assert other.url in failed.words


def test_what_a_server_says_is_shown_and_not_obeyed(
    phonex: Phonex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ClientError("one\x1b[2J \x9b31m\u202etwo")

    monkeypatch.setattr("serve_app.cli.voices.Client", refuse)
    failed = phonex("voices", "list")
    assert failed.code == 1
    assert not any(one in failed.err for one in "\x1b\x9b\u202e")
    assert "two" in failed.err
