"""Options that several commands share."""

from __future__ import annotations

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
JsonFile = Annotated[Path | None, typer.Option("--json", help="write all figures here")]
REPORT = Path("loadtest-report")


def check_choice(name: str, value: str, choices: Any) -> None:
    """Raises typer.BadParameter."""
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}", param_hint=name)
