"""Ports of this machine's loopback that lead into the box.

`python -m clusterbox.relay DESCRIPTOR=HOST:PORT …`

The listening sockets are made outside and inherited; this process runs inside, so what it connects
to is there. A socket stays in the network in which it was made.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Awaitable, Callable

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
CHUNK_BYTES = 64 * 1024


async def serve(routes: dict[int, tuple[str, int]]) -> None:
    """Pass on what comes in at each descriptor to its address."""
    for descriptor, target in routes.items():
        await asyncio.start_server(_passing_to(*target), sock=socket.socket(fileno=descriptor))
    await asyncio.Event().wait()


def _passing_to(host: str, port: int) -> Handler:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            try:
                there_reader, there_writer = await asyncio.open_connection(host, port)
            except OSError:
                return  # as refused as can be
            with contextlib.closing(there_writer):
                await asyncio.gather(_copy(reader, there_writer), _copy(there_reader, writer))

    return pass_on


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()


def parse(words: list[str]) -> dict[int, tuple[str, int]]:
    routes = {}
    for word in words:
        descriptor, _, target = word.partition("=")
        host, _, port = target.rpartition(":")
        routes[int(descriptor)] = (host, int(port))
    return routes


if __name__ == "__main__":
    asyncio.run(serve(parse(sys.argv[1:])))
