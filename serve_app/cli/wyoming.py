"""`phonex wyoming`: a running service as Home Assistant knows it."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from typing import Annotated

import typer

from config.installing import install_hint
from serve_app.cli.client import ClientError
from serve_app.cli.options import DEFAULT_SERVER, ApiKey, Server
from serve_app.host.exposure import is_loopback

PORT = 10_200  # of speech, by custom

Host = Annotated[
    str,
    typer.Option(
        help="where to listen; whoever reaches it speaks with your key, as the protocol has none"
    ),
]

logger = logging.getLogger("phonex.wyoming")


def wyoming(
    server: Server = DEFAULT_SERVER,
    api_key: ApiKey = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535)] = PORT,
) -> None:
    """Speak the Wyoming protocol for a running service: Home Assistant's voice."""
    if not importlib.util.find_spec("wyoming"):
        raise ClientError(f"this needs the package wyoming: {install_hint('wyoming')}")
    from serve_app.cli.wyoming_server import serve_wyoming

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if not is_loopback(host):
        logger.warning("Everybody who reaches %s:%d can speak with this key.", host, port)
    asyncio.run(serve_wyoming(server, api_key, host, port))
