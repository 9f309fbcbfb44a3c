"""What may be done with a path: over all routes that have it, not the first that comes."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(routes: Iterable[BaseRoute], scope: Scope) -> str:
    """The value of `Allow` for the path of a request. OPTIONS is always answered, with this, and
    HEAD wherever GET is."""
    candidates = list(routes)
    found = {method for method in METHODS if _takes(candidates, scope, method)}
    if "GET" in found:
        found.add("HEAD")
    return ", ".join([*(method for method in METHODS if method in found), "OPTIONS"])


def _takes(routes: Iterable[BaseRoute], scope: Scope, method: str) -> bool:
    return any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)


class HeadAsGet:
    """Answers HEAD as GET, without the content (RFC 9110, 9.3.2), for routes that have no HEAD of
    their own: those which can say what they would send without making it."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] == "HEAD"
        if not asked or _takes(self.routes, scope, "HEAD"):
            await self.app(scope, receive, send)
            return

        async def headers_alone(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        scope["method"] = "GET"
        try:
            await self.app(scope, receive, headers_alone)
        finally:
            scope["method"] = "HEAD"  # as the record of answers should have it
