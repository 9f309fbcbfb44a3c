"""What Ray Serve's HTTP proxy says itself, said as problem+json.

The proxy answers some requests before they reach our ingress: no replica, back-pressure, a time
limit, a replica that died. Its bodies are plain text. Ray Serve loads `middlewares` into each
proxy through RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH.
"""

from __future__ import annotations

import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.problems import BY_STATUS, CLIENT_ERROR, INTERNAL, problem_response

IMPORT_PATH = "serve_app.proxy.middlewares"

DETAILS = {
    404: "No application is served under this path.",
    408: "The request took longer than the server allows.",
    429: "More requests are waiting than the server takes on.",
    500: "The replica that served this request went away. Accepted jobs go on; ask again.",
    503: "No replica can take requests now. Accepted jobs are kept.",
}


class ProblemFront:
    """Replaces plain-text error answers. Answers of our own pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/-/"):
            await self.app(scope, receive, send)
            return
        replaced = False

        async def fronted(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_foreign_error(message):
                replaced = True
                await _send_problem(message["status"], scope, receive, send)
            elif not replaced:
                await send(message)

        await self.app(scope, receive, fronted)


def _is_foreign_error(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return message["status"] >= 400 and not headers.get("content-type", "").startswith(
        ("application/", "audio/")
    )


async def _send_problem(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    kind = BY_STATUS.get(status, CLIENT_ERROR if status < 500 else INTERNAL)
    request_id = Headers(scope=scope).get("x-request-id") or uuid.uuid4().hex
    response = problem_response(
        kind, DETAILS.get(status, kind.title + "."), request_id, status=status
    )
    MutableHeaders(response.headers)["X-Request-ID"] = request_id
    await response(scope, receive, send)


def middlewares() -> list[Middleware]:
    """What Ray Serve's proxy loads."""
    return [Middleware(ProblemFront)]
