"""The `phonex` command."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from config.service_config import ConfigError, find_config, override, read_settings
from config.settings import Settings
from engines.errors import EngineError
from engines.registry import choose
from serve_app.checkpoints.errors import ModelsError
from serve_app.cli.capacity import capacity
from serve_app.cli.client import Client, ClientError
from serve_app.cli.export import exports
from serve_app.cli.install_service import install_service
from serve_app.cli.keys import keys
from serve_app.cli.models import models
from serve_app.host import supervisor
from serve_app.host.exposure import ExposedWithoutKey, is_loopback, refuse_exposed
from serve_app.store.errors import StoreError
from serve_app.store.records import open_records
from telemetry.logs import choose_format

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Phonex: text to speech and voice cloning over HTTP.",
)
voices = typer.Typer(no_args_is_help=True, help="Registered voices of a running service.")
app.add_typer(voices, name="voices")
app.add_typer(models, name="models")
app.add_typer(keys, name="keys")
app.command()(install_service)
app.command(  # its options are those of `python -m loadtests capacity`, which also shows the help
    "capacity",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(capacity)
app.add_typer(exports, name="export")
console = Console(stderr=True)

Server = Annotated[str, typer.Option(envvar="PHONEX_SERVER", help="URL of a running service")]
ApiKey = Annotated[
    str | None,
    typer.Option(
        envvar="PHONEX_API_KEY",
        show_default=False,
        help="a key of the service, where it asks for one; others see the command line, so prefer "
        "the variable",
    ),
]
DEFAULT_SERVER = "http://127.0.0.1:8000"
Config = Annotated[
    Path | None, typer.Option(help="a serve_config.yaml; ./serve_config.yaml where there is one")
]
Output = Annotated[Path, typer.Option("-o", "--output", help="file to write; its suffix tells "
                                      "the format: wav mp3 flac opus ogg")]  # fmt: skip
Language = Annotated[str, typer.Option(help="EN ES FR ZH JP KR, or a tag such as en-GB")]
Speaker = Annotated[str | None, typer.Option(help="a base speaker; see GET /tts/speakers")]
Speed = Annotated[float, typer.Option(help="0.5 to 2.0")]
Pitch = Annotated[float, typer.Option(help="-12 to 12 semitones")]
Seed = Annotated[int | None, typer.Option(help="the same seed gives the same audio")]


FAILURES = (ClientError, ConfigError, EngineError, ExposedWithoutKey, ModelsError, StoreError)


def main() -> None:
    """Run the command; a failure prints one sentence, never a stack trace."""
    try:
        app()
    except FAILURES as error:
        _fail(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        _fail(f"{error.filename}: {error.strerror}")


def _fail(reason: str) -> NoReturn:
    # Escaped: the brackets of an extra are no markup.
    console.print(f"[red]phonex:[/red] {escape(reason)}", highlight=False, soft_wrap=True)
    sys.exit(1)


@app.command()
def serve(
    config: Config = None,
    profile: Annotated[
        str, typer.Option(help="cpu, gpu or cluster, where no --config is given")
    ] = "cpu",
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="port to listen on")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(envvar="PHONEX_DATA_DIR", help="where records and audio live")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="open to other machines without any API key")
    ] = False,
) -> None:
    """Run the service until Ctrl-C, and restart it when it dies."""
    document = find_config(config, profile)
    override(document, host=host, port=port, data_dir=data_dir, insecure=insecure)
    settings = read_settings(document)
    override(document, log_format=choose_format(settings.logs))  # of this terminal, if it is one
    choice = choose(settings)
    http = document["http_options"]
    address, number = http.get("host", "127.0.0.1"), http.get("port", 8000)
    _refuse_exposed(settings, address)
    if not supervisor.port_is_free(address, number):
        raise ConfigError(f"{address}:{number} is in use. Pass --port, or stop what runs there.")
    url = supervisor.base_url(document)
    reason = f" ({choice.note})" if choice.note else ""
    console.print(f"engine: {choice.spec.name}{reason}", highlight=False, markup=False)
    status = console.status("Starting Ray and three stages; this takes about 20 seconds…")

    def on_state(state: str) -> None:
        if state == "starting":
            status.start()
            return
        status.stop()
        if state == "ready":
            _say_what_next(url, settings.data_dir)
        else:
            console.print(f"[yellow]{escape(state)}[/yellow]")

    code = supervisor.supervise(document, on_state)
    status.stop()
    if code:
        console.print("[red]phonex:[/red] the service did not start. `phonex doctor` may know why.")
    sys.exit(code)


def _refuse_exposed(settings: Settings, host: str) -> None:
    """What the ingress refuses as well, said before Ray takes its time to start."""
    if is_loopback(host) or settings.http.insecure:
        return
    with open_records(settings.database_url, settings.data_dir) as records:
        any_key = bool(records.list_keys())
    refuse_exposed(host, any_key=any_key, insecure=False)


@app.command()
def say(
    text: str,
    output: Output = Path("out.wav"),
    language: Language = "EN",
    speaker: Speaker = None,
    speed: Speed = 1.0,
    pitch: Pitch = 0.0,
    seed: Seed = None,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Speak a text with a base speaker."""
    _speak(server, api_key, output, _body(text, language, speaker, speed, pitch, seed))


@app.command()
def clone(
    text: str,
    voice: Annotated[str, typer.Option(help="id or name of a registered voice")],
    output: Output = Path("out.wav"),
    language: Language = "EN",
    speaker: Speaker = None,
    speed: Speed = 1.0,
    pitch: Pitch = 0.0,
    seed: Seed = None,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Speak a text with a registered voice."""
    body = _body(text, language, speaker, speed, pitch, seed)
    _speak(server, api_key, output, body | {"voice_id": voice})


@voices.command("add")
def add_voice(
    name: str,
    samples: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    consent: Annotated[
        bool, typer.Option("--consent", help="state that the speaker consents")
    ] = False,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Learn a voice from one or more recordings."""
    with Client(server, api_key) as client, console.status(f"Learning {name!r}…"):
        voice = client.add_voice(name, samples, consent=consent)
    console.print(
        f"[green]{voice['voice_id']}[/green]: {voice['speech_seconds']:.1f} s of speech heard"
    )
    for quality in voice["quality"]:
        for warning in quality["warnings"]:
            console.print(f"[yellow]{escape(warning)}[/yellow]")
    print(voice["voice_id"])


@voices.command("list")
def list_voices(server: Server = DEFAULT_SERVER, api_key: ApiKey = None) -> None:
    """All registered voices."""
    with Client(server, api_key) as client:
        registered = client.list_voices()
    table = Table("voice_id", "name", "speech", "engine")
    for voice in registered:
        speech = f"{voice['speech_seconds']:.1f} s"
        table.add_row(escape(voice["voice_id"]), escape(voice["name"]), speech, voice["engine"])
    Console().print(table)


@voices.command("remove")
def remove_voice(voice: str, server: Server = DEFAULT_SERVER, api_key: ApiKey = None) -> None:
    """Forget a voice."""
    with Client(server, api_key) as client:
        client.remove_voice(voice)
    console.print(f"{voice} is removed.")


@app.command()
def doctor(config: Config = None, profile: str = "cpu") -> None:
    """Say what is there, what is missing, and what to do about it."""
    from serve_app.cli.doctor import examine

    document = find_config(config, profile)
    settings = read_settings(document)
    http = document.get("http_options", {})
    table = Table("", "subject", "found", "what to do", box=None)
    marks = {
        "ok": "[green]ok[/green]",
        "warning": "[yellow]!![/yellow]",
        "missing": "[red]no[/red]",
    }
    failed = False
    for finding in examine(settings, http.get("host", "127.0.0.1"), http.get("port", 8000)):
        table.add_row(
            marks[finding.state],
            finding.subject,
            escape(finding.detail),
            escape(finding.advice),
        )
        failed = failed or finding.state == "missing"
    Console().print(table)
    sys.exit(1 if failed else 0)


def _body(
    text: str, language: str, speaker: str | None, speed: float, pitch: float, seed: int | None
) -> dict[str, Any]:
    body: dict[str, Any] = {"text": text, "language": language, "speed": speed, "pitch": pitch}
    if speaker is not None:
        body["speaker"] = speaker
    if seed is not None:
        body["seed"] = seed
    return body


def _speak(server: str, api_key: str | None, output: Path, body: dict[str, Any]) -> None:
    body["format"] = output.suffix.lstrip(".").lower() or "wav"
    with Client(server, api_key) as client, _progress_bar() as advance:
        job, data = client.speak(body, advance)
    output.write_bytes(data)
    for warning in job["warnings"]:
        console.print(f"[yellow]{escape(warning)}[/yellow]")
    console.print(f"[green]{output}[/green]: {job['seconds']:.1f} s of audio")


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


def _say_what_next(url: str, data_dir: Path) -> None:
    option = "" if url == DEFAULT_SERVER else f" --server {url}"
    console.print(
        f"\n[green]Phonex is ready[/green] at {url} (records and audio in {data_dir})\n\n"
        "Try next, in another terminal:\n"
        f"  phonex say 'Hello, world!' -o hello.wav{option}\n"
        f"  phonex voices add me recording.mp3{option}\n"
        f"  phonex clone 'Hello with my voice!' --voice me -o me.wav{option}\n"
        f"  curl {url}/tts -H 'Content-Type: application/json' -d '{{\"text\": \"Hello\"}}'\n"
        f"  open {url}/docs\n\n"
        "Ctrl-C stops it.",
        highlight=False,
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
