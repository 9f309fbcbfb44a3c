"""`phonex say` and `phonex clone`: a text to an audio file; `phonex read`: how it will be said."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from serve_app.cli import player
from serve_app.cli.client import Client, ClientError
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server, console
from serve_app.cli.texts import STANDARD, check_place, read_text, written

BOOK = ".m4b"

Text = Annotated[
    str | None, typer.Argument(help="what to say; - or nothing for standard input", metavar="TEXT")
]
File = Annotated[
    Path | None,
    typer.Option("--file", exists=True, dir_okay=False, help="a text file to say, in UTF-8"),
]
Ssml = Annotated[
    Path | None,
    typer.Option("--ssml", exists=True, dir_okay=False, help="a file of SSML to say, in UTF-8"),
]
Output = Annotated[
    Path,
    typer.Option("-o", "--output", help="file to write, - for standard output, as it is made; its "
                 "suffix tells the format: wav mp3 flac opus ogg aac pcm ulaw alaw"),
]  # fmt: skip
Play = Annotated[bool, typer.Option("--play", help="play it while it is made, and write no file")]
Format = Annotated[
    str | None, typer.Option("--format", help="the format, whatever the file is called")
]
Language = Annotated[str, typer.Option(help="EN ES FR ZH JP KR, or a tag such as en-GB")]
Speaker = Annotated[str | None, typer.Option(help="a base speaker; see GET /tts/speakers")]
Speed = Annotated[float, typer.Option(help="0.5 to 2.0")]
Pitch = Annotated[float, typer.Option(help="-12 to 12 semitones")]
Seed = Annotated[int | None, typer.Option(help="the same seed gives the same audio")]
CAPTION_FORMS = ("vtt", "srt", "json")
Captions = Annotated[
    Path | None,
    typer.Option(
        "--captions", dir_okay=False, help="captions to write, too; the suffix tells: vtt srt json"
    ),
]


def say(
    text: Text = None,
    file: File = None,
    ssml: Ssml = None,
    output: Output = Path("out.wav"),
    format: Format = None,  # noqa: A002  the option's name
    language: Language = "EN",
    speaker: Speaker = None,
    speed: Speed = 1.0,
    pitch: Pitch = 0.0,
    seed: Seed = None,
    play: Play = False,
    captions: Captions = None,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Speak a text with a base speaker; a file to an .m4b is a book."""
    fields = speech_fields(language, speaker, speed, pitch, seed)
    if not play and _is_book(output, file, text, ssml, format, captions):
        _make_book(file, output, fields, server, api_key)
        return
    body = written(text, file, ssml) | fields | {"format": _format(format, output)}
    _speak(server, api_key, output, body, play, captions)


def clone(
    voice: Annotated[str, typer.Option(help="id or name of a registered voice")],
    text: Text = None,
    file: File = None,
    ssml: Ssml = None,
    output: Output = Path("out.wav"),
    format: Format = None,  # noqa: A002  the option's name
    language: Language = "EN",
    speaker: Speaker = None,
    speed: Speed = 1.0,
    pitch: Pitch = 0.0,
    seed: Seed = None,
    play: Play = False,
    captions: Captions = None,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Speak a text with a registered voice; a file to an .m4b is a book."""
    fields = speech_fields(language, speaker, speed, pitch, seed) | {"voice_id": voice}
    if not play and _is_book(output, file, text, ssml, format, captions):
        _make_book(file, output, fields, server, api_key)
        return
    body = written(text, file, ssml) | fields | {"format": _format(format, output)}
    _speak(server, api_key, output, body, play, captions)


def read(
    text: Text = None,
    file: File = None,
    language: Language = "EN",
    speaker: Speaker = None,
    json_: Annotated[bool, typer.Option("--json", help="the answer as it came")] = False,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Show how a text will be said, word by word, without speaking it."""
    body = {"text": read_text(text, file), "language": language}
    with Client(server, api_key) as client:
        answer = client.read(body if speaker is None else body | {"speaker": speaker})
    if json_:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
        return
    table = Table("written", "said", "phones")
    for place, words in groupby(answer["words"], key=itemgetter("start", "end", "text")):
        stretch = list(words)
        said = " ".join(word["said"] for word in stretch)
        phones = " ".join(word["phones"] or "" for word in stretch)
        table.add_row(escape(place[-1]), escape(said), escape(phones))
    Console().print(table)
    for warning in answer["warnings"]:
        console.print(f"[yellow]{escape(warning)}[/yellow]")


def _format(asked: str | None, output: Path) -> str:
    return (asked or output.suffix.lstrip(".") or "wav").lower()


def speech_fields(
    language: str, speaker: str | None, speed: float, pitch: float, seed: int | None
) -> dict[str, Any]:
    """The fields of a request that say how something is said."""
    fields: dict[str, Any] = {"language": language, "speed": speed, "pitch": pitch}
    if speaker is not None:
        fields["speaker"] = speaker
    if seed is not None:
        fields["seed"] = seed
    return fields


def _is_book(
    output: Path,
    file: Path | None,
    text: str | None,
    ssml: Path | None,
    audio_format: str | None,
    captions: Path | None,
) -> bool:
    """Raises typer.BadParameter where something is asked for that a book has not."""
    if output.suffix.lower() != BOOK:
        return False
    if file is None:
        raise typer.BadParameter(f"an {BOOK} is made of a --file")
    others = {"TEXT": text, "--ssml": ssml, "--format": audio_format, "--captions": captions}
    if given := [name for name, value in others.items() if value is not None]:
        raise typer.BadParameter(f"an {BOOK} is made of a --file, without {', '.join(given)}")
    return True


def _make_book(
    file: Path | None, output: Path, fields: dict[str, Any], server: str, api_key: str | None
) -> None:
    from serve_app.cli.book import make_book  # which reads texts and options as this file does

    if file is not None:
        make_book(file, output, "aac", None, fields, server, api_key)


def _speak(
    server: str,
    api_key: str | None,
    output: Path,
    body: dict[str, Any],
    play: bool,
    captions: Path | None,
) -> None:
    form = captions.suffix.lstrip(".").lower() if captions else ""
    if captions and form not in CAPTION_FORMS:
        raise typer.BadParameter(f"captions are written to .{', .'.join(CAPTION_FORMS)} files")
    for file in (None if play else output, captions):
        if file is not None and str(file) != STANDARD:
            check_place(file)
    with Client(server, api_key) as client:
        if play:
            job = _play(client, body | {"format": player.FORMAT})
        elif str(output) == STANDARD and not _is_file(sys.stdout.fileno()):
            job = _pass_on(client, body)
        else:
            job = _write(client, output, body)
        if captions:
            captions.write_bytes(client.get_captions(job["audio_id"], form))
    for warning in job["warnings"]:
        console.print(f"[yellow]{escape(warning)}[/yellow]")
    if similarity := job.get("similarity"):
        console.print(describe_similarity(similarity), highlight=False)
    what = "played" if play else str(output)
    console.print(f"[green]{escape(what)}[/green]: {job['seconds']:.1f} s of audio")
    if captions:
        console.print(f"[green]{escape(str(captions))}[/green]: its captions")


MEANINGS = {
    "same": "as alike as recordings of one person",
    "between": "less alike than one person, more than two",
    "others": "no more alike than two people",
}


def describe_similarity(similarity: Mapping[str, Any]) -> str:
    """A clone's similarity in one line: what was measured, by what, and what it means."""
    if similarity["cosine"] is None:
        return f"similarity: not measured ({similarity['missing']})"
    same, others = similarity["same"], similarity["others"]
    return (
        f"similarity: cosine {similarity['cosine']:.2f} by {similarity['model']}, "
        f"{MEANINGS[similarity['verdict']]} (19 of 20 pairs of one: {same['from']:.2f} and more, "
        f"of two: up to {others['to']:.2f})"
    )


def _play(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    command = player.find_player()
    ids: list[str] = []
    if not player.play(command, client.stream(body, ids.append)):
        raise ClientError(f"{command[0]} did not play it to its end.")
    return client.get_job(ids[-1])


def _pass_on(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    """Write to a pipe as it is made."""
    ids: list[str] = []
    for chunk in client.stream(body, ids.append):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    return client.get_job(ids[-1])


def _is_file(descriptor: int) -> bool:
    """A file is written whole, with a header that tells its length."""
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def _write(client: Client, output: Path, body: dict[str, Any]) -> dict[str, Any]:
    with _progress_bar() as advance:
        job, data = client.speak(body, advance)
    if str(output) == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data)
    return job


@contextmanager
def _progress_bar() -> Iterator[Any]:
    columns = (
        TextColumn("speaking"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("pieces"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("speaking", total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance
