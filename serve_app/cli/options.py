"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

DEFAULT_SERVER = "http://127.0.0.1:8000"

console = Console(stderr=True)  # standard output is for what scripts read


def shown(words: object) -> str:
    """What others wrote, for the console: on a line, no markup, and nothing a terminal obeys."""
    return escape("".join(one if one.isprintable() else "\ufffd" for one in str(words)))


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
Config = Annotated[
    Path | None, typer.Option(help="a serve_config.yaml; ./serve_config.yaml where there is one")
]
