"""`phonex voices export | import`: a voice as one file, from one service to another."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from config.service_config import ConfigError
from serve_app.cli.client import Client
from serve_app.cli.openvoice_voices import import_openvoice
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server, console
from serve_app.store.values import name_key
from serve_app.voice_files import READ_FIRST, SUFFIX, is_voice_file, other_than_voice

STANDARD = "-"
PICKLES = (b"PK\x03\x04", b"\x80")  # how PyTorch's files begin, of now and of old
PRIVATE = 0o600

Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="file, - for standard output; NAME.voice unless said"),
]


def export_voice(
    voice: Annotated[str, typer.Argument(help="id or name of a registered voice")],
    output: Output = None,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Write a voice to one file, which another service with the same engine can import. Whoever has
    it can speak with the voice."""
    with Client(server, api_key) as client:
        data = client.export_voice(voice)
    if str(output) == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    file = output or Path(name_key(voice) + SUFFIX)
    _write_privately(file, data)
    console.print(f"[green]{escape(str(file))}[/green]: {len(data):,} bytes")


def import_voice(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="of `voices export`, or OpenVoice's .pth"),
    ],
    name: Annotated[str | None, typer.Option(help="its name here; the file's by default")] = None,
    consent: Annotated[
        bool, typer.Option("--consent", help="state that the speaker consents")
    ] = False,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
    owner: Annotated[
        str | None, typer.Option(help="of a .pth: whose key it belongs to, where keys are in use")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="of a .pth: the service's serve_config.yaml")
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(envvar="PHONEX_DATA_DIR", help="of a .pth: where the service's records live"),
    ] = None,
) -> None:
    """Bring in a voice: a file of `voices export`, through a running service; or a target_se .pth
    of OpenVoice V2, for the neural engine, on the machine of the service."""
    with file.open("rb") as opened:
        begin = opened.read(READ_FIRST)
    if is_voice_file(begin):
        if owner is not None or config is not None:
            raise ConfigError(
                "--owner and --config are for OpenVoice's .pth: this file goes to a running "
                "service (--server), and belongs to the key that brings it (--api-key)."
            )
        with Client(server, api_key) as client:
            voice_id = client.import_voice(file, name or "", consent=consent)["voice_id"]
        console.print(f"[green]{escape(voice_id)}[/green]: brought in")
    elif begin.startswith(PICKLES):
        voice_id = import_openvoice(file, name, owner, config, data_dir, consent=consent).voice_id
        console.print(f"[green]{escape(voice_id)}[/green]: brought in for the neural engine")
    else:
        instead = other_than_voice(begin, "phonex voices export", "phonex voices add")
        raise ConfigError(f"{file} is no voice file of Phonex, and no .pth. {instead}")
    sys.stdout.write(f"{voice_id}\n")


def _write_privately(file: Path, data: bytes) -> None:
    """Readable by nobody else, as the voice is in it; a file of that name becomes so, too."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE)
    with os.fdopen(descriptor, "wb") as opened:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # a pipe or a device is others' to guard
            os.fchmod(descriptor, PRIVATE)
        opened.write(data)
