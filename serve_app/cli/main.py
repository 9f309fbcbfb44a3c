"""The `phonex` command."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from config.installing import DISTRIBUTION
from config.service_config import ConfigError, find_config, override, read_settings
from engines.errors import EngineError
from serve_app.checkpoints.errors import ModelsError
from serve_app.cli.backup import backup, restore
from serve_app.cli.book import book
from serve_app.cli.capacity import capacity
from serve_app.cli.client import ClientError
from serve_app.cli.export import exports
from serve_app.cli.install_service import install_service
from serve_app.cli.jobs import jobs
from serve_app.cli.keys import keys
from serve_app.cli.mcp import mcp
from serve_app.cli.models import models
from serve_app.cli.options import Config, console
from serve_app.cli.provenance import provenance
from serve_app.cli.serve import serve
from serve_app.cli.setup import setup
from serve_app.cli.speak import clone, read, say
from serve_app.cli.verify import verify
from serve_app.cli.voices import voices
from serve_app.cli.wyoming import wyoming
from serve_app.host.exposure import ExposedWithoutKey
from serve_app.host.packages import InstallFailed
from serve_app.store.errors import StoreError
from serve_app.work.manifests import ManifestsUnusable
from serve_app.work.marks import WeakSecret

FAILURES = (
    *(ClientError, ConfigError, EngineError, ExposedWithoutKey, InstallFailed),
    *(ManifestsUnusable, ModelsError, StoreError, WeakSecret),
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Phonex: text to speech and voice cloning over HTTP.",
)
for command in (serve, say, clone, read, book, verify, backup, restore):
    app.command()(command)
app.add_typer(voices, name="voices")
app.add_typer(jobs, name="jobs")
app.add_typer(models, name="models")
app.add_typer(setup, name="setup")
app.add_typer(keys, name="keys")
app.add_typer(provenance, name="provenance")
app.command()(install_service)
app.command()(wyoming)
app.command()(mcp)
app.command(  # its options are those of `python -m loadtests capacity`, which also shows the help
    "capacity",
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(capacity)
app.add_typer(exports, name="export")


def _show_version(asked: bool) -> None:
    if asked:
        print(f"phonex {version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="say which release"),
    ] = False,
) -> None:
    """What stands before a subcommand."""


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
    # Words of a server or a file may be in it, which a terminal must show and not obey.
    shown = "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in reason)
    # Escaped: the brackets of an extra are no markup.
    console.print(f"[red]phonex:[/red] {escape(shown)}", highlight=False, soft_wrap=True)
    sys.exit(1)


@app.command()
def doctor(
    config: Config = None,
    profile: str = "cpu",
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="port to listen on")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(envvar="PHONEX_DATA_DIR", help="where records and audio live")
    ] = None,
) -> None:
    """Say what is there, what is missing, and what to do about it, for a service that would be
    started with the same options."""
    from serve_app.cli.doctor import examine

    document = find_config(config, profile)
    override(document, host=host, port=port, data_dir=data_dir)
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


if __name__ == "__main__":
    main()
