"""`phonex voices`: registered voices of a running service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from serve_app.cli.client import Client
from serve_app.cli.moving_voices import export_voice, import_voice
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server, console, shown

voices = typer.Typer(no_args_is_help=True, help="Registered voices of a running service.")
voices.command("export")(export_voice)
voices.command("import")(import_voice)


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
    with Client(server, api_key) as client, console.status(f"Learning {escape(repr(name))}…"):
        voice = client.add_voice(name, samples, consent=consent)
    learnt = shown(voice["voice_id"])
    console.print(f"[green]{learnt}[/green]: {voice['speech_seconds']:.1f} s of speech heard")
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
        cells = (voice["voice_id"], voice["name"], speech, voice["engine"])
        table.add_row(*(shown(cell) for cell in cells))
    Console().print(table)


@voices.command("remove")
def remove_voice(voice: str, server: Server = DEFAULT_SERVER, api_key: ApiKey = None) -> None:
    """Forget a voice."""
    with Client(server, api_key) as client:
        client.remove_voice(voice)
    console.print(f"{voice} is removed.", markup=False)
