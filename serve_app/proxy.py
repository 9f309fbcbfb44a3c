"""What stands in front of everything, inside Ray Serve's HTTP proxy.

The proxy answers some requests before they reach our ingress (no replica, back-pressure, a time
limit, a replica that died), in plain text: here its words become problem+json. It also echoes any
X-Request-ID: here a hostile one is replaced first, and headers that would tell Ray what to do are
dropped. What pages of other origins send is refused before its body crosses the machine. Ray Serve
loads `middlewares` into each proxy through RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH.
"""

from __future__ import annotations

import asyncio
import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.service_config import proxy_http_settings
from config.settings import HttpSettings
from serve_app.errors import BadRequest, KeyBodiesExceeded, QueueFull, ServiceError
from serve_app.problems import BY_STATUS, CLIENT_ERROR, INTERNAL, kind_of
from serve_app.web.bodies import read_small_body
from serve_app.web.cors import with_cors
from serve_app.web.door import Door, Visitor
from serve_app.web.heads import limit_heads
from serve_app.web.origins import check_host, check_origin
from serve_app.web.prefix import route_path
from serve_app.web.problem_answers import error_response, problem_response
from serve_app.web.ray_headers import headers_for_ray
from serve_app.web.request_ids import sane_request_id
from serve_app.web.shedding import (
    HOLDS_FOR_HEADER,
    LIMIT_HEADER,
    REFUSED_HEADER,
    STANDING_HEADER,
)

logger = logging.getLogger(__name__)

BODY_LIMIT_S = 5.0
DETAILS = {
    408: "The request took longer than the server allows.",
    429: "More requests are waiting than the server takes on.",
    500: "The replica that served this request went away. Accepted jobs go on; ask again.",
    503: "No replica can take requests now. Accepted jobs are kept.",
}


SERVER = "*"  # the target of a request that is about no path (RFC 9110, 7.1)
METHODS = "GET, HEAD, POST, DELETE, OPTIONS"  # of any path


class Front:
    """Gives every request a sane id, refuses what there is no room for, and replaces plain-text
    errors. Answers of our own pass.

    Args:
        http: who may call; None where the proxy was not told, and the ingress decides alone.
    """

    def __init__(self, app: ASGIApp, http: HttpSettings | None = None) -> None:
        self.app = app
        self.http = http
        self.door = Door()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open_socket(scope, receive, send)
            return
        if scope["type"] != "http" or route_path(scope).startswith("/-/"):
            await self.app(scope, receive, send)
            return
        request_id = sane_request_id(Headers(scope=scope))
        visitor = Visitor.of(scope)
        try:
            if scope["path"] == SERVER and scope["method"] == "OPTIONS":
                headers = {"Allow": METHODS, "X-Request-ID": request_id}
                await Response(status_code=204, headers=headers)(scope, receive, send)
                return
            _check_target(scope)
            self._check_caller(scope)
            self.door.check(visitor)
        except ServiceError as error:
            await self._refuse(error, request_id, scope, receive, send)
            return
        try:
            with self.door.receiving(visitor, receive) as watched:
                await self._pass_on(request_id, visitor, scope, watched, send)
        except KeyBodiesExceeded as error:
            await self._refuse(error, request_id, scope, receive, send)

    async def _pass_on(
        self, request_id: str, visitor: Visitor, scope: Scope, receive: Receive, send: Send
    ) -> None:
        refused = self.door.report(visitor)
        scope["headers"] = headers_for_ray(scope, visitor.path)
        headers = MutableHeaders(scope=scope)
        headers["x-request-id"] = request_id
        del headers[REFUSED_HEADER]  # a client's own
        if refused:
            headers[REFUSED_HEADER] = refused
        begun = replaced = False

        async def fronted(message: Message) -> None:
            nonlocal begun, replaced
            begun = True
            if message["type"] != "http.response.start":
                if not replaced:
                    await send(message)
                return
            if _is_foreign_error(message):
                replaced = True
                response = _problem(message["status"], request_id)
                await self._answer(response, scope, receive, send)
                return
            headers = MutableHeaders(scope=message)
            self.door.hear(visitor, headers)
            self.door.remember(visitor, message["status"])
            for name in (STANDING_HEADER, HOLDS_FOR_HEADER, LIMIT_HEADER):
                del headers[name]
            headers["X-Request-ID"] = request_id
            await send(message)

        with self.door.passing(visitor):
            await self.app(scope, receive, fronted)
        if not begun:  # the replica died before it answered, and Ray says nothing of it
            await self._answer(_problem(500, request_id), scope, receive, send)

    def _check_caller(self, scope: Scope) -> None:
        """What the ingress checks too, before a body crosses the machine. Whether a service without
        keys goes by a name that is not listed, only the ingress can tell."""
        if self.http is None:
            return
        if self.http.allowed_hosts:
            check_host(Headers(scope=scope), self.http.allowed_hosts)
        check_origin(scope, self.http.cors_origins)

    async def _open_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check_caller(scope)
        except ServiceError:
            await send({"type": "websocket.close", "code": 1008})
            return
        scope["headers"] = headers_for_ray(scope, route_path(scope))
        await self.app(scope, receive, send)

    async def _refuse(
        self, error: ServiceError, request_id: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        response = error_response(error, request_id)
        response.headers["X-Request-ID"] = request_id
        if not await _read_in_time(scope, receive):
            response.headers["Connection"] = "close"  # what is left of the body is not read
        if isinstance(error, QueueFull):
            await self._answer(response, scope, receive, send)
            return
        logger.info("a request refused at the door", extra={"problem": kind_of(error).name})
        await response(scope, receive, send)

    async def _answer(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp = response
        if self.http and self.http.cors_origins:
            answer = with_cors(response, self.http)
        await answer(scope, receive, send)


def _check_target(scope: Scope) -> None:
    """Raises BadRequest for what Ray Serve would take for an application that is not deployed."""
    if not scope["path"].startswith("/"):
        raise BadRequest("A request is for a path, which begins with a slash.")


async def _read_in_time(scope: Scope, receive: Receive) -> bool:
    try:
        async with asyncio.timeout(BODY_LIMIT_S):
            return await read_small_body(scope, receive)
    except TimeoutError:
        return False


def _is_foreign_error(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return message["status"] >= 400 and not headers.get("content-type", "").startswith(
        ("application/", "audio/")
    )


def _problem(status: int, request_id: str) -> Response:
    if status == 404:
        # Our own 404s are problem+json already. This one says that no application is deployed,
        # as while a node starts again: whoever polls a job must not take it for lost.
        status = 503
    kind = BY_STATUS.get(status, CLIENT_ERROR if status < 500 else INTERNAL)
    detail = DETAILS.get(status, kind.title + ".")
    headers = {"X-Request-ID": request_id}
    return problem_response(kind, detail, request_id, status=status, headers=headers)


def middlewares() -> list[Middleware]:
    """What Ray Serve's proxy loads, before it listens."""
    limit_heads()
    return [Middleware(Front, http=proxy_http_settings())]
