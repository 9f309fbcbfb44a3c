"""`phonex say` and `read`: a text to a file, a pipe, a player or a table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.serve_app.cli.conftest import Phonex
from tests.serve_app.http_server import HttpServer


def test_say_writes_the_file_in_its_suffixs_format(phonex: Phonex, http: HttpServer) -> None:
    for name, magic in (("a.wav", b"RIFF"), ("b.FLAC", b"fLaC"), ("c", b"RIFF")):
        done = phonex("say", "Hello there.", "-o", name, "--server", http.url)
        assert done.code == 0, done.words
        assert Path(name).read_bytes().startswith(magic)
        assert "s of audio" in done.words


def test_captions_are_written_beside_the_audio(phonex: Phonex, http: HttpServer) -> None:
    at = ("-o", "a.wav", "--server", http.url)
    for name, start in (("a.vtt", "WEBVTT\n"), ("a.SRT", "1\n00:00:0"), ("a.json", '{"audio_id"')):
        done = phonex("say", "It cost $3.50.", "--captions", name, *at)
        assert done.code == 0, done.words
        written = Path(name).read_text(encoding="utf-8")
        assert written.startswith(start)
        assert "It cost $3.50." in written
    refused = phonex("say", "Hello.", "--captions", "a.ass", *at)
    assert (refused.code, ".vtt, .srt, .json" in refused.words) == (2, True), refused.words


def test_a_file_that_cannot_be_written_is_told_before_anything_is_spoken(
    phonex: Phonex, http: HttpServer
) -> None:
    Path("folder").mkdir()
    Path("file").touch()
    before = httpx.get(f"{http.url}/jobs").json()["jobs"]
    for place, told in (
        (("-o", "nowhere/a.wav"), "nowhere: No such file or directory"),
        (("-o", "folder"), "folder: Is a directory"),
        (("-o", "file/a.wav"), "file"),
        (("-o", "a.wav", "--captions", "nowhere/a.vtt"), "nowhere: No such file or directory"),
    ):
        done = phonex("say", "Hello there.", *place, "--server", http.url)
        assert (done.code, told in done.err) == (1, True), done.words
    assert httpx.get(f"{http.url}/jobs").json()["jobs"] == before


def test_a_text_comes_from_a_file_or_standard_input(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ("--server", http.url, "--format", "flac")
    Path("text.txt").write_text("\ufeffA text with a mark in front: ¿qué?", encoding="utf-8")
    for arguments in (("--file", "text.txt"), ("-",), ()):
        with Path("text.txt").open() as standard:
            monkeypatch.setattr(sys, "stdin", standard)
            done = phonex("say", *arguments, "-o", "a.wav", *at)
        assert done.code == 0, done.words
        assert Path("a.wav").read_bytes().startswith(b"fLaC")
    twice = phonex("say", "Hi.", "--file", "text.txt", *at)
    assert (twice.code, "not both" in twice.words) == (2, True)
    Path("text.txt").write_bytes(b"caf\xe9")
    latin = phonex("say", "--file", "text.txt", *at)
    assert (latin.code, "not UTF-8" in latin.words) == (2, True)


def test_read_shows_how_a_text_will_be_said(phonex: Phonex, http: HttpServer) -> None:
    done = phonex("read", "It cost $3.50 ☘.", "--server", http.url)
    assert done.code == 0, done.words
    assert "three dollars fifty cents" in done.out
    assert "$3.50" in done.out
    assert "not spoken: ☘" in done.err
    answer = json.loads(phonex("read", "10€", "--json", "--server", http.url).out)
    assert [word["said"] for word in answer["words"]] == ["ten", "euros"]


def test_audio_goes_to_standard_output_alone(http: HttpServer) -> None:
    command = (sys.executable, "-m", "serve_app.cli.main", "say", "Hello.", "-o", "-")
    done = subprocess.run([*command, "--server", http.url], capture_output=True, check=True)
    assert done.stdout.startswith(b"RIFF")
    assert b"s of audio" in done.stderr


PLAYER = """
import sys
with open(sys.argv[1], "wb") as heard:
    heard.write(sys.stdin.buffer.read())
"""


def test_audio_is_played_while_it_is_made(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("player.py").write_text(PLAYER)
    monkeypatch.setenv("PHONEX_PLAYER", f"{sys.executable} player.py heard.wav")
    done = phonex("say", "Hello there.", "--play", "--server", http.url)
    assert done.code == 0, done.words
    heard = Path("heard.wav").read_bytes()
    assert heard[4:8] == b"\xff" * 4
    assert len(heard) > 1000
    assert "played" in done.words
    assert not Path("out.wav").exists()
    monkeypatch.setenv("PHONEX_PLAYER", "false")
    assert phonex("say", "Hello there.", "--play", "--server", http.url).code != 0
    monkeypatch.setenv("PHONEX_PLAYER", "no-such-player")
    missing = phonex("say", "Hello there.", "--play", "--server", http.url)
    assert "cannot be started" in missing.words
    monkeypatch.delenv("PHONEX_PLAYER")
    monkeypatch.setenv("PATH", "")
    nothing = phonex("say", "Hello there.", "--play", "--server", http.url)
    assert "PHONEX_PLAYER" in nothing.words


def test_a_pipe_gets_it_as_it_comes_and_a_file_with_its_length(
    http: HttpServer, tmp_path: Path
) -> None:
    say = (
        sys.executable,
        "-m",
        "serve_app.cli.main",
        "say",
        "Hello there.",
        "--seed",
        "3",
        "-o",
        "-",
    )
    command = [*say, "--server", http.url, "--seed", "1"]
    piped = subprocess.run(command, capture_output=True, check=True).stdout
    target = tmp_path / "redirected.wav"
    with target.open("wb") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, check=True)
    redirected = target.read_bytes()
    assert piped[44:] == redirected[44:]
    assert piped[4:8] == b"\xff" * 4
    assert int.from_bytes(redirected[4:8], "little") == len(redirected) - 8


def test_a_file_that_cannot_be_written_is_told(phonex: Phonex, http: HttpServer) -> None:
    failed = phonex("say", "Hello.", "-o", "no/such/folder/a.wav", "--server", http.url)
    assert failed.code == 1
    assert "no/such/folder" in failed.words
