"""`phonex book`: a text file to an audio book, whoever is killed meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any, ParamSpec, TypeVar

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from engines.audio.join import CONTAINERS, join_files
from serve_app.cli.chapters import Chapter, split_chapters
from serve_app.cli.client import Away, Client, ClientError, Gone
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server, console
from serve_app.cli.speak import Language, Pitch, Seed, Speaker, Speed, speech_fields
from serve_app.cli.texts import read_file
from serve_app.work.archives import safe_name

BOOK = ".m4b"
LOOK_S = 2.0  # between two looks at a batch
PATIENCE_S = 900.0  # with a service that is away
MOST_KEYS = 100  # batches of the same book that were deleted
PAGE = 1_000  # items of a batch in one answer, the most there are
FINISHED = ("completed", "failed", "cancelled", "deleted", "refused")

ParamsT = ParamSpec("ParamsT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Book:
    """What is to be made, and of what."""

    title: str
    chapters: list[Chapter]
    output: Path
    audio_format: str  # of the items
    fields: dict[str, Any]  # of every item, but for its text

    def body(self) -> bytes:
        """The batch, the same bytes whenever the same is asked for."""
        items = []
        for chapter in self.chapters:
            for number, text in enumerate(chapter.parts()):
                title = {"title": chapter.title} if number == 0 else {}
                items.append({"text": text, **title, **self.fields, "format": self.audio_format})
        return json.dumps({"title": self.title, "items": items}).encode()


def book(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a text or Markdown "
                                         "file, in UTF-8")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="an .m4b file, or a folder "
                                                "for a file of each chapter; FILE.m4b unless "
                                                "given")] = None,
    format: Annotated[str, typer.Option("--format", help="of the files in a folder: wav mp3 flac "  # noqa: A002
                                        "opus ogg aac")] = "mp3",
    title: Annotated[str | None, typer.Option(help="of the book; the file's name unless "
                                              "given")] = None,
    voice: Annotated[str | None, typer.Option(help="id or name of a registered voice")] = None,
    language: Language = "EN",
    speaker: Speaker = None,
    speed: Speed = 1.0,
    pitch: Pitch = 0.0,
    seed: Seed = None,
    again: Annotated[bool, typer.Option("--again", help="make it anew, though the service has it "
                                        "or a part of it")] = False,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:  # fmt: skip
    """Make an audio book of a text, with chapters. Run again, it goes on where it was stopped."""
    fields = speech_fields(language, speaker, speed, pitch, seed)
    if voice is not None:
        fields["voice_id"] = voice
    make_book(
        file, output or Path(file.stem + BOOK), format, title, fields, server, api_key, again=again
    )


def make_book(
    file: Path,
    output: Path,
    audio_format: str,
    title: str | None,
    fields: dict[str, Any],
    server: str,
    api_key: str | None,
    *,
    again: bool = False,
) -> None:
    """Have a book made and write it. Called again with the same, it goes on with what there is.

    Args:
        output: an .m4b file, or a folder.
        audio_format: of the files in a folder.
        fields: of every request, but for text and format.
    """
    whole = output.suffix.lower() == BOOK
    if not whole and (output.suffix and not output.is_dir()):
        raise typer.BadParameter(f"a book is an {BOOK} file or a folder, not {output.name}")
    if not whole and audio_format not in CONTAINERS:
        raise typer.BadParameter(f"the format is one of {', '.join(CONTAINERS)}")
    name = file.stem if title is None else title
    chapters = split_chapters(read_file(file), name)
    if not chapters:
        raise ClientError(f"there is nothing to say in {file}")
    wanted = Book(name[:200], chapters, output, "aac" if whole else audio_format, fields)
    with Client(server, api_key) as client:
        batch_id = _begin(client, wanted.body(), again=again)
        console.print(f"batch {batch_id}: {len(chapters)} chapters", highlight=False)
        batch = _follow(client, batch_id, wanted)
        _check(batch)
        if whole:
            output.parent.mkdir(parents=True, exist_ok=True)
            with _replacing(output) as written:
                _fetch(client, f"/batch/{batch_id}/audio", written, format="m4b")
        else:
            _write_folder(client, wanted, batch["items"])
    seconds = sum(item["seconds"] for item in batch["items"])
    minutes, rest = divmod(round(seconds), 60)
    console.print(
        f"[green]{escape(str(output))}[/green]: {len(chapters)} chapters, {minutes}:{rest:02} min",
        soft_wrap=True,
        highlight=False,
    )


def _begin(client: Client, body: bytes, *, again: bool) -> str:
    """The id of the batch of this book: the one there is, or a new one."""
    digest = hashlib.sha256(body).hexdigest()[:40]
    for number in range(MOST_KEYS):
        try:
            batch = _patiently(client.create_batch, body, f"book-{digest}-{number}")
        except Gone:  # that one was deleted
            continue
        batch_id: str = batch["batch_id"]
        if not again:
            return batch_id
        _patiently(client.delete_batch, batch_id)
        again = False
    raise ClientError(f"this book was deleted {MOST_KEYS} times: change its title")


def _follow(client: Client, batch_id: str, wanted: Book) -> dict[str, Any]:
    """The batch with all its items, once it has ended."""
    with _telling(wanted) as tell:
        while True:
            batch = _look(client, batch_id)
            tell(batch)
            if batch["state"] == "ended":
                return batch


def _look(client: Client, batch_id: str) -> dict[str, Any]:
    """How a batch stands, with all its items, however many pages they are."""
    batch = _patiently(client.get_batch, batch_id, wait=LOOK_S, limit=PAGE)
    page = batch
    while page["next"] is not None:
        page = _patiently(client.get_batch, batch_id, start=page["next"], limit=PAGE)
        batch["items"] += page["items"]
    return batch


def _check(batch: dict[str, Any]) -> None:
    """Raise ClientError where something was not made, and say what."""
    lost = [item for item in batch["items"] if item["status"] != "completed"]
    for item in lost:
        problem = item["problem"] or {"detail": f"it was {item['status']}"}
        name = item["title"] or f"part {item['index'] + 1}"
        console.print(f"[red]{escape(name)}[/red]: {escape(problem['detail'])}", highlight=False)
    if lost:
        raise ClientError(
            f"{len(lost)} of {batch['total']} parts were not made. Mend the text and run this "
            "again; or add --again to make all of it anew."
        )


def _write_folder(client: Client, wanted: Book, items: list[dict[str, Any]]) -> None:
    wanted.output.mkdir(parents=True, exist_ok=True)
    left = iter(items)
    width = max(2, len(str(len(wanted.chapters))))
    for number, chapter in enumerate(wanted.chapters, 1):
        parts = [next(left) for _ in chapter.parts()]
        name = f"{safe_name(chapter.title, number, width)}.{wanted.audio_format}"
        with (
            _replacing(wanted.output / name) as written,
            tempfile.TemporaryDirectory(prefix="phonex-book-") as scratch,
        ):
            if len(parts) == 1:
                _fetch(client, f"/audio/{parts[0]['audio_id']}", written)
                continue
            paths = [Path(scratch, f"{part['index']}.{wanted.audio_format}") for part in parts]
            for part, path in zip(parts, paths, strict=True):
                with path.open("w+b") as single:
                    _fetch(client, f"/audio/{part['audio_id']}", single)
            joined = Path(scratch, f"joined.{wanted.audio_format}")
            join_files(paths, joined, wanted.audio_format)
            with joined.open("rb") as source:
                while chunk := source.read(2**20):
                    written.write(chunk)


def _fetch(client: Client, path: str, file: IO[bytes], **asked: str) -> None:
    def fetch() -> None:
        file.seek(0)
        file.truncate()
        client.download(path, file, **asked)

    _patiently(fetch)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name once it is whole; what is left of one that was cut off goes."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _patiently(
    call: Callable[ParamsT, ResultT], *args: ParamsT.args, **kwargs: ParamsT.kwargs
) -> ResultT:
    """What a call answers, however often the service is killed meanwhile."""
    deadline = time.monotonic() + PATIENCE_S
    told = False
    while True:
        try:
            return call(*args, **kwargs)
        except Away as error:
            if time.monotonic() > deadline:
                raise
            if not told:
                console.print(
                    f"[yellow]waiting:[/yellow] {escape(str(error))}",
                    highlight=False,
                    soft_wrap=True,
                )
            told = True
            time.sleep(LOOK_S)


@contextmanager
def _telling(wanted: Book) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Says how far the book is: a bar on a terminal, a line for each chapter elsewhere."""
    sizes = [len(chapter.parts()) for chapter in wanted.chapters]
    total = len(wanted.chapters)

    def finished(batch: dict[str, Any]) -> list[int]:
        """The chapters that nothing more will come of."""
        ends = [item["status"] in FINISHED for item in batch["items"]]
        starts = [sum(sizes[:number]) for number in range(total)]
        return [n for n, size in enumerate(sizes) if all(ends[starts[n] : starts[n] + size])]

    if not console.is_terminal:
        told: set[int] = set()

        def tell(batch: dict[str, Any]) -> None:
            for number in finished(batch):
                if number not in told:
                    title = escape(wanted.chapters[number].title)
                    console.print(
                        f"chapter {number + 1} of {total}: {title} ({batch['progress']:.0f} %)",
                        highlight=False,
                        soft_wrap=True,
                    )
            told.update(finished(batch))

        yield tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("speaking", total=100)

        def show(batch: dict[str, Any]) -> None:
            description = f"{len(finished(batch))} of {total} chapters"
            progress.update(task, completed=batch["progress"], description=description)

        yield show
