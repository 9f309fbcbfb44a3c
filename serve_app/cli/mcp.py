"""`phonex mcp`: a running service as assistants know tools."""

from __future__ import annotations

import importlib.util
import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from config.installing import install_hint
from serve_app.cli.client import ClientError
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server

FOLDER = Path("~/Phonex")

Folder = Annotated[
    Path,
    typer.Option(
        envvar="PHONEX_FOLDER",
        file_okay=False,
        help="where audio is written and recordings are read; nothing outside of it is touched",
    ),
]


def mcp(server: Server = DEFAULT_SERVER, api_key: ApiKey = None, folder: Folder = FOLDER) -> None:
    """Speak the Model Context Protocol on standard input and output: tools for assistants."""
    if not importlib.util.find_spec("mcp"):
        raise ClientError(f"this needs the package mcp: {install_hint('mcp')}")
    from serve_app.cli.mcp_server import serve_mcp

    # Standard output is the protocol's.
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr, force=True)
    serve_mcp(server, api_key, folder)
