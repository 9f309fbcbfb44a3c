"""`phonex book` makes a file or a folder of a text, and goes on where it was stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import av
import httpx
import pytest
from typer.testing import CliRunner, Result

from engines.audio.join import CONTAINERS
from serve_app.cli import book as command
from serve_app.cli.client import Away, Client, ClientError
from serve_app.cli.main import app
from tests.serve_app.http_server import HttpServer

TEXT = """\
Before the first chapter.

# The sea

It was calm. Nobody spoke.

# The shore

It was not.
"""
TITLES = ["The tide", "The sea", "The shore"]


@pytest.fixture
def http(tmp_path: Path) -> Iterator[HttpServer]:
    server = HttpServer(tmp_path / "data")
    yield server
    server.stop()


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "tide.txt"
    file.write_text(TEXT)
    return file


def run(http: HttpServer, *arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--server", http.url])


def jobs(http: HttpServer) -> int:
    count: int = httpx.get(f"{http.url}/jobs", params={"limit": 200}).json()["count"]
    return count


def chapters(path: Path) -> list[str]:
    with av.open(str(path)) as made:
        return [one["metadata"]["title"] for one in made.chapters()]


@pytest.mark.parametrize("verb", [["book"], ["say", "--file"]])
def test_a_text_becomes_one_file_with_its_chapters(
    http: HttpServer, tmp_path: Path, text: Path, verb: list[str]
) -> None:
    output = tmp_path / "new" / "out.m4b"
    result = run(http, *verb, text, "-o", output)
    assert result.exit_code == 0, result.output
    assert chapters(output) == ["tide", *TITLES[1:]]
    assert "chapter 2 of 3: The sea" in result.output
    assert re.search(r"^batch [0-9a-f-]{36}: 3 chapters$", result.output, re.MULTILINE)
    assert result.output.splitlines()[-1].endswith("out.m4b: 3 chapters, 0:06 min")
    assert [path.name for path in output.parent.iterdir()] == ["out.m4b"]


def test_the_same_command_again_makes_nothing_again(
    http: HttpServer, tmp_path: Path, text: Path
) -> None:
    output = tmp_path / "out.m4b"
    first = run(http, "book", text, "-o", output, "--title", "The tide")
    assert first.exit_code == 0, first.output
    data = output.read_bytes()
    output.unlink()
    assert run(http, "book", text, "-o", output, "--title", "The tide").exit_code == 0
    assert output.read_bytes() == data
    assert jobs(http) == 3
    assert run(http, "book", text, "-o", output, "--speed", 1.5).exit_code == 0
    assert jobs(http) == 6


def test_again_makes_it_anew_and_deletes_what_there_was(
    http: HttpServer, tmp_path: Path, text: Path
) -> None:
    for options in ([], ["--again"], []):
        assert run(http, "book", text, "-o", tmp_path / "out.m4b", *options).exit_code == 0
        assert jobs(http) == 3


@pytest.mark.parametrize("audio_format", CONTAINERS)
def test_a_folder_gets_a_file_of_each_chapter(
    http: HttpServer,
    tmp_path: Path,
    text: Path,
    audio_format: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(  # so that there are parts to be joined
        "serve_app.cli.chapters.Chapter.parts",
        lambda chapter: [chapter.heading or "Before.", *chapter.text.split("\n")],
    )
    folder = tmp_path / "book"
    result = run(http, "book", text, "-o", folder, "--format", audio_format)
    assert result.exit_code == 0, result.output
    names = [f"{name}.{audio_format}" for name in ("01-tide", "02-The-sea", "03-The-shore")]
    assert sorted(path.name for path in folder.iterdir()) == names
    for path in folder.iterdir():
        with av.open(str(path)) as made:
            assert sum(frame.samples for frame in made.decode(audio=0)) > 1_000


def test_a_book_of_more_parts_than_one_answer_holds_is_whole(
    http: HttpServer, tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PAGE", 1)
    result = run(http, "book", text, "-o", tmp_path / "book", "--format", "wav")
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "book").iterdir())) == len(TITLES)
    assert "3 chapters" in result.output


def test_what_could_not_be_made_is_told_and_no_book_is_written(
    http: HttpServer, tmp_path: Path, text: Path
) -> None:
    output = tmp_path / "out.m4b"
    result = run(http, "book", text, "-o", output, "--language", "KR")
    assert result.exit_code == 1
    assert isinstance(result.exception, ClientError)
    assert "3 of 3 parts were not made" in str(result.exception)
    assert "The sea: The language 'KR' is not served" in " ".join(result.output.split())
    assert not output.exists()


def test_a_service_that_is_away_is_waited_for(
    http: HttpServer, tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "LOOK_S", 0.01)
    answers = Client.get_batch
    failures = iter([Away("no Phonex answers")] * 3)

    def sometimes(self: Client, batch_id: str, **asked: float) -> dict[str, object]:
        for failure in failures:
            raise failure
        return answers(self, batch_id, **asked)

    monkeypatch.setattr(Client, "get_batch", sometimes)
    result = run(http, "book", text, "-o", tmp_path / "out.m4b")
    assert result.exit_code == 0, result.output
    assert result.output.count("waiting: no Phonex answers") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "book.mp3"], "an .m4b file or a folder"),
        (["-o", "folder", "--format", "doc"], "wav, mp3"),
    ],
)
def test_what_cannot_be_a_book_is_refused_before_anything_is_made(
    http: HttpServer, text: Path, arguments: list[str], told: str
) -> None:
    result = run(http, "book", text, *arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.output.replace("│", " ").split())
    assert jobs(http) == 0


@pytest.mark.parametrize("verb", [["say"], ["clone", "--voice", "me"]])
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--captions", "book.vtt"], "without --captions"),
        (["--format", "mp3"], "without --format"),
        (["And this."], "without TEXT"),
    ],
)
def test_what_a_book_has_not_is_refused_and_not_left_out(
    http: HttpServer, tmp_path: Path, text: Path, verb: list[str], arguments: list[str], told: str
) -> None:
    result = run(http, *verb, "--file", text, "-o", tmp_path / "out.m4b", *arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.output.replace("│", " ").split())
    assert jobs(http) == 0


def test_an_empty_text_is_no_book(http: HttpServer, tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("\n* * *\n")
    result = run(http, "book", file)
    assert isinstance(result.exception, ClientError)
    assert "nothing to say" in str(result.exception)
