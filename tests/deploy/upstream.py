"""What stands behind a proxy in place of the service, and takes notes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.serving import served


@dataclass
class Seen:
    """One request as the upstream got it."""

    method: str
    path: str
    headers: dict[str, list[str]]
    body: bytes = b""


@dataclass
class Upstream:
    """Answers 200 to everything and writes it down."""

    seen: list[Seen] = field(default_factory=list)
    first_bytes: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    gave_up: bool = False  # nobody saw the first half of an answer
    address: str = ""

    @contextmanager
    def running(self) -> Iterator[Upstream]:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                names = {name.lower() for name in self.headers}
                seen = Seen(
                    self.command,
                    self.path,
                    {name: self.headers.get_all(name, []) for name in names},
                )
                upstream.seen.append(seen)
                if self.headers.get("transfer-encoding"):
                    seen.body = self._read_chunks()
                else:
                    seen.body = self._read(int(self.headers.get("content-length", 0)))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "8")
                self.end_headers()
                if self.command == "HEAD":
                    return
                self.wfile.write(b'{"a"')
                if "slow" in self.path:
                    upstream.gave_up = not upstream.go_on.wait(5)
                self.wfile.write(b": 1}")

            do_GET = do_POST = do_DELETE = do_HEAD = do_PUT = do_PATCH = _answer  # noqa: N815  http.server's

            def _read(self, length: int) -> bytes:
                data = b""
                while len(data) < length:
                    part = self.rfile.read1(length - len(data))
                    if not part:
                        break
                    data += part
                    upstream.first_bytes.set()
                return data

            def _read_chunks(self) -> bytes:
                data = b""
                while length := int(self.rfile.readline().split(b";")[0], 16):
                    data += self._read(length)
                    self.rfile.readline()
                self.rfile.readline()
                return data

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{server.server_address[1]}"
        with served(server):
            yield self
