"""Options that several commands share."""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

import typer

from loadtests.users import MIXES

Server = Annotated[
    str | None, typer.Option(envvar="PHONEX_SERVER", help="URL of a running service")
]
Mix = Annotated[str, typer.Option(help=f"of users: {', '.join(MIXES)}")]
Folder = Annotated[Path, typer.Option("-o", "--output", help="folder for the report and its JSON")]
Seed = Annotated[int, typer.Option(help="the same seed draws the same users and texts")]
P99 = Annotated[float, typer.Option(help="objective: seconds to finished audio, p99")]
Factor = Annotated[
    float, typer.Option(help="objective: seconds to finished audio a second of it, p95")
]
Errors = Annotated[float, typer.Option(min=0, max=1, help="objective: share of errors")]
Window = Annotated[float, typer.Option(min=1, help="seconds each rate is measured for")]
DrawnSeed = Annotated[int, typer.Option(help="the same seed draws the same; drawn when absent")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="write all figures here")]
REPORT = Path("loadtest-report")


def check_choice(name: str, value: str, choices: Any) -> None:
    """Raises typer.BadParameter."""
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}", param_hint=name)


def read_kinds(text: str, known: Collection[str]) -> list[str]:
    """Those of a list with commas. Raises typer.BadParameter where one is not known."""
    kinds = [kind.strip() for kind in text.split(",") if kind.strip()]
    if unknown := set(kinds) - {*known}:
        raise typer.BadParameter(f"no such kind: {', '.join(sorted(unknown))}", param_hint="kinds")
    return kinds


def drawn(seed: int) -> int:
    """The seed that was given, or a new one."""
    return seed if seed >= 0 else time.time_ns() % 10**9
