"""The commands of `python -m loadtests`."""

from __future__ import annotations

import sys

import typer

from config.service_config import ConfigError
from loadtests.capacity_command import capacity
from loadtests.chaos_command import chaos
from loadtests.chaos_table import chaos_table
from loadtests.errors import ServiceError
from loadtests.fuzz_command import fuzz
from loadtests.isolation_command import isolation
from loadtests.local import StartError
from loadtests.overload_command import overload
from loadtests.printing import console
from loadtests.run_command import run
from loadtests.stream_command import stream
from loadtests.survival_command import survival

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Load tests against a running service; one is started where no --server is given.",
)
for command in (run, capacity, overload, isolation, stream, chaos, chaos_table, survival, fuzz):
    app.command()(command)


def main() -> None:
    """Run the command; a failure prints one sentence."""
    try:
        app()
    except (ServiceError, StartError, ConfigError) as error:
        console.print(f"[red]loadtests:[/red] {error}", highlight=False, markup=True)
        sys.exit(2)
