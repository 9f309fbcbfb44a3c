"""Real HTTP on a free port, in a thread of the test's process."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from config.settings import Settings
from serve_app.ingress import create_app
from serve_app.proxy import Front
from serve_app.service import Service
from telemetry.meter import Meter
from tests.running import free_port
from tests.serve_app.fakes import FAST, FakePipeline


class HttpServer:
    """The application, its stages faked, under uvicorn."""

    def __init__(self, data_dir: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(data_dir,))
        self._thread.start()
        assert self._ready.wait(20)

    def stop(self) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(20)

    def _run(self, data_dir: Path) -> None:
        asyncio.run(self._serve(data_dir))

    async def _serve(self, data_dir: Path) -> None:
        values: dict[str, Any] = {"data_dir": data_dir, "jobs": FAST}
        service = await Service.open(Settings(**values), FakePipeline(), Meter(export_to_ray=False))
        config = uvicorn.Config(
            Front(create_app(service)), port=self.port, log_level="error", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.02)
        self._ready.set()
        await serving
        await service.close()


class StaticServer:
    """Answers 200 with the same bytes to everything."""

    def __init__(self, content: bytes) -> None:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815  http.server's names

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
