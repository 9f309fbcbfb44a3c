"""`phonex voices`: from a recording to its removal, and in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from serve_app.host import supervisor
from tests.running import free_port
from tests.serve_app.cli.conftest import Phonex
from tests.serve_app.fakes import recording
from tests.serve_app.http_server import HttpServer


def test_a_voice_from_its_recording_to_its_removal(phonex: Phonex, http: HttpServer) -> None:
    Path("me.wav").write_bytes(recording())
    at = ("--server", http.url)
    added = phonex("voices", "add", "John Doe", "me.wav", "me.wav", "--consent", *at)
    assert added.code == 0, added.words
    assert added.out == "john_doe\n"  # for scripts; the rest goes to standard error
    assert "s of speech heard" in added.err
    assert "john_doe" in phonex("voices", "list", *at).out
    with httpx.Client(base_url=http.url) as client:
        assert client.get("/voice/john_doe").json()["consent"] is True
    assert phonex("clone", "Hello.", "--voice", "John Doe", "-o", "c.wav", *at).code == 0
    assert Path("c.wav").read_bytes().startswith(b"RIFF")
    assert phonex("voices", "remove", "john_doe", *at).code == 0
    gone = phonex("voices", "remove", "john_doe", *at)
    assert gone.code == 1
    assert "There is no such voice" in gone.words


def test_names_that_look_like_markup_are_shown_as_they_are(
    phonex: Phonex, http: HttpServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("me.wav").write_bytes(recording())
    refused = phonex("voices", "add", "[/b]", "me.wav", "--server", http.url)
    assert (refused.code, "letters, digits" in refused.words) == (1, True), refused.words

    def ready(_: object, on_state: Callable[[str], None]) -> int:
        on_state("ready")
        return 0

    monkeypatch.setattr(supervisor, "supervise", ready)
    data = tmp_path / "[" / "b]"
    served = phonex("serve", "--port", str(free_port()), "--data-dir", str(data))
    assert served.code == 0
    assert f"audio in {data}" in served.words


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (recording(), "It is a recording, of which phonex voices add learns a voice."),
        (recording()[:30], "It is a recording, of which phonex voices add learns a voice."),
        (b"", "It is empty."),
        (b"# A page of text\n", "phonex voices export writes one."),
        (bytes(5000), "phonex voices export writes one."),
    ],
)
def test_what_is_no_voice_file_is_told_by_what_it_is(
    phonex: Phonex, http: HttpServer, content: bytes, told: str
) -> None:
    Path("noise.wav").write_bytes(content)
    refused = phonex("voices", "import", "noise.wav", "--server", http.url)
    assert refused.code == 1
    assert f"noise.wav is no voice file of Phonex, and no .pth. {told}" in refused.words
    with httpx.Client(base_url=http.url) as client:
        answer = client.post("/voice/import", files={"voice_file": ("noise.wav", content)})
    told = told.replace("phonex voices add", "POST /voice/register")
    told = told.replace("phonex voices export", "GET /voice/{id}/export")
    assert answer.json()["type"] == "urn:phonex:problem:unreadable-voice-file"
    assert answer.json()["detail"] == f"This is no voice file. {told}"


def test_a_voice_moves_in_a_file(phonex: Phonex, http: HttpServer) -> None:
    Path("me.wav").write_bytes(recording())
    at = ("--server", http.url)
    assert phonex("voices", "add", "Uncle Bob", "me.wav", "--consent", *at).code == 0
    done = phonex("voices", "export", "Uncle Bob", *at)
    assert done.code == 0, done.words
    file = Path("uncle_bob.voice")
    assert file.stat().st_mode & 0o077 == 0
    assert phonex("voices", "export", "uncle_bob", "-o", "b.voice", *at).code == 0
    assert Path("b.voice").stat().st_size == file.stat().st_size
    Path("[").mkdir()
    tagged = Path("[/b].voice")  # a tag that nothing opened, to who takes it for markup
    tagged.touch(0o644)
    shown = phonex("voices", "export", "uncle_bob", "-o", str(tagged), *at)
    assert (shown.code, str(tagged) in shown.words) == (0, True), shown.words
    assert tagged.stat().st_mode & 0o077 == 0  # though it was there, for everybody
    taken = phonex("voices", "import", str(file), *at)
    assert (taken.code, "choose another name" in taken.words) == (1, True)
    brought = phonex("voices", "import", str(file), "--name", "Robert", *at)
    assert (brought.code, brought.out) == (0, "robert\n"), brought.words
    assert phonex("clone", "Hello.", "--voice", "robert", *at).code == 0
    assert phonex("voices", "remove", "uncle_bob", *at).code == 0
    assert phonex("voices", "import", str(file), *at).out == "uncle_bob\n"
    for voice in ("uncle_bob", "robert"):
        assert phonex("voices", "remove", voice, *at).code == 0
    gone = phonex("voices", "export", "robert", *at)
    assert (gone.code, "There is no such voice" in gone.words) == (1, True)
    local = phonex("voices", "import", str(file), "--owner", "ada", *at)
    assert (local.code, "--owner" in local.words) == (1, True)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    damaged = phonex("voices", "import", str(file), *at)
    assert (damaged.code, "damaged" in damaged.words) == (1, True)


def test_a_recording_that_is_not_there_is_told(phonex: Phonex, http: HttpServer) -> None:
    failed = phonex("voices", "add", "me", "nothing.wav", "--server", http.url)
    assert failed.code == 2
    assert "nothing.wav" in failed.words
