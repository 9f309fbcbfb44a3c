"""`phonex verify`: whether a recording is speech of a running service."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from serve_app.cli.client import Client
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server, console


def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    json_: Annotated[bool, typer.Option("--json", help="the answer as it came")] = False,
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
) -> None:
    """Say whether a recording is speech that the service generated. Exits with 1 where no mark is
    found."""
    with Client(server, api_key) as client, console.status(f"Looking at {escape(file.name)}…"):
        answer = client.verify(file)
    if json_:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    else:
        mark = answer["watermark"]
        found = f"{mark['technique']}: p = {mark['p_value']:.0e}, of {answer['seconds']:.1f} s"
        sys.stdout.write(f"{answer['message']}\n{found}\n")
        if signed := answer["manifest"]:
            by = signed["signer"] or "nobody known"
            sys.stdout.write(f"{signed['technique']}: {signed['state']}, signed by {by}\n")
    sys.exit(0 if answer["generated"] else 1)
