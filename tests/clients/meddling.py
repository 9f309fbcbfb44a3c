"""What lies between a client and a service, and does what networks do: a proxy with a script."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

CHUNK = 16_384
REFUSED = "HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n"


@dataclass(frozen=True, slots=True)
class Cut:
    """Let so many bytes of the answer through, then break the connection."""

    after: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer in the service's place."""

    status: int
    headers: str = ""

    def content(self) -> bytes:
        return REFUSED.format(status=self.status, headers=self.headers).encode()


class Meddler:
    """Does what the script says, a line for each connection; after that it lets everything pass."""

    def __init__(self, to: int, script: Sequence[Cut | Refuse] = (), port: int = 0) -> None:
        """
        Args:
            to: the service's port.
            port: to listen on; a free one where 0.
        """
        self._port = to
        self._script = list(script)
        self.done: list[Cut | Refuse] = []
        self._server = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._server.accept()
                line = self._script.pop(0) if self._script else None
                if line:
                    self.done.append(line)
                threading.Thread(target=self._serve, args=(client, line), daemon=True).start()

    def _serve(self, client: socket.socket, line: Cut | Refuse | None) -> None:
        with client, contextlib.suppress(OSError):
            if isinstance(line, Refuse):
                client.recv(CHUNK)
                client.sendall(line.content())
                return
            with socket.create_connection(("127.0.0.1", self._port)) as service:
                threading.Thread(target=_pump, args=(client, service), daemon=True).start()
                _pump(service, client, line.after if line else None)
                for end in (client, service):
                    end.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket, limit: int | None = None) -> None:
    """Hand bytes on until one of them hangs up, or there were as many as the limit says."""
    passed = 0
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK):
            part = chunk if limit is None else chunk[: limit - passed]
            passed += len(part)
            target.sendall(part)
            if limit is not None and passed >= limit:
                return
        target.shutdown(socket.SHUT_WR)
