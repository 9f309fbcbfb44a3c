"""Listens on the service's port beside Ray's proxy, and is given what comes while there is none.

Two sockets listen on the port: this one as long as the supervisor lives, and the proxy's while that
lives. A filter of one instruction tells Linux to give each new connection to the second of them;
where there is no second, it goes to the first. So the hand-over is the kernel's, in both
directions, and nobody has to notice anything. Both belong to one user, as Linux demands of whoever
shares a port.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

import h11
from starlette.types import ASGIApp, Message

from serve_app.host import ray_private

SO_ATTACH_REUSEPORT_CBPF = 51  # of socket(7), which Python does not name
SECOND_SOCKET = struct.pack("HBBI", 0x06, 0, 0, 1)  # BPF_RET | BPF_K: the socket of index 1
BACKLOG = 256
MOST_CONNECTIONS = 256  # more are closed unheard
REQUEST_LIMIT_S = 5.0  # for the head of a request to come, and for the answer to go
LINGER_S = 2.0  # for a body that nobody will read, so that its sender hears the answer
HEAD_BYTES = 32 * 1024
READ_BYTES = 64 * 1024


def open_beside_proxy(http_options: Mapping[str, Any]) -> socket.socket | None:
    """A listening socket; None where the port cannot be shared, and is refused while the service
    is away: other systems than Linux, TLS in Ray's proxy, and a cluster that we joined, whose
    proxies may belong to another user."""
    joined = os.environ.get("RAY_ADDRESS", "local") != "local"
    if sys.platform != "linux" or joined or not ray_private.proxy_shares_port(http_options):
        return None
    host, port = http_options.get("host", "127.0.0.1"), http_options.get("port", 8000)
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
        instruction = ctypes.create_string_buffer(SECOND_SOCKET, len(SECOND_SOCKET))
        program = struct.pack("HL", 1, ctypes.addressof(instruction))
        listening.setsockopt(socket.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program)
        listening.listen(BACKLOG)
    except OSError:  # a kernel without such filters, or a port that is in use
        listening.close()
        return None
    return listening


class StandIn:
    """Answers on a listening socket, in a thread of its own, until it is closed.

    Every connection is answered once and closed: the next one may be the proxy's.

    Args:
        make_app: called in the thread, because what it imports takes a moment.
        root_path: below which the service is, as ASGI has it.
    """

    def __init__(
        self, listening: socket.socket, make_app: Callable[[], ASGIApp], root_path: str = ""
    ) -> None:
        self._listening = listening
        self._make_app = make_app
        self._root_path = root_path
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()
        self._connections = 0
        self._thread = threading.Thread(target=self._run, name="stand-in", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """From now on nobody listens but the proxy."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def _run(self) -> None:
        self._app = self._make_app()
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._listening)
        await self._stopped.wait()
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._connections >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._connections += 1
        try:
            with contextlib.suppress(OSError, TimeoutError, h11.RemoteProtocolError):
                async with asyncio.timeout(REQUEST_LIMIT_S):
                    await self._answer(reader, writer)
                async with asyncio.timeout(LINGER_S):
                    while await reader.read(READ_BYTES):
                        pass
        finally:
            self._connections -= 1
            writer.transport.abort()  # waits for nobody

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request. What is none is hung up on."""
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)
        while (event := connection.next_event()) is h11.NEED_DATA:
            connection.receive_data(await reader.read(READ_BYTES))
        if not isinstance(event, h11.Request):
            return

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], (b"connection", b"close")]
                sent = connection.send(h11.Response(status_code=message["status"], headers=headers))
            elif event.method == b"HEAD":
                sent = connection.send(h11.EndOfMessage())
            else:
                sent = connection.send(h11.Data(message["body"]))
            writer.write(sent or b"")

        await self._app(_scope_of(event, self._root_path), receive, send)
        await writer.drain()
        writer.write_eof()


def _scope_of(request: h11.Request, root_path: str) -> dict[str, Any]:
    path, _, query = request.target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": request.http_version.decode(),
        "method": request.method.decode(),
        "scheme": "http",
        "path": unquote_to_bytes(path).decode(errors="replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": root_path,
        "headers": [(name.lower(), value) for name, value in request.headers],
    }
