"""Every request says whose it is before anything of it is read. What is not listed here as open
needs a key: a route that is added later is closed until somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from serve_app.errors import Forbidden, Unauthorized
from serve_app.keys import KeyRing
from serve_app.store.errors import StoreError
from serve_app.store.values import KeyScope
from serve_app.web.bodies import refuse_unread
from serve_app.web.prefix import route_path

# Probes, documentation and the page that asks its visitor for a key: nothing of anybody's.
OPEN = frozenset({"/", "/healthz", "/readyz", "/docs", "/openapi.json", "/sandbox"})
OPEN_UNDER = ("/sandbox/",)
OPEN_METHODS = ("GET", "HEAD")
METRICS = "/metrics"


class Authentication:
    """Puts the owner of a request into `scope["state"]["owner"]`, or answers 401.

    An open route has no owner there, so one that asks for it by mistake is refused as well.
    """

    def __init__(self, app: ASGIApp, keys: KeyRing) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_open(scope):
            await self.app(scope, receive, send)
            return
        wanted: KeyScope = "metrics" if route_path(scope) == METRICS else "client"
        try:
            if scope["type"] != "http":
                raise Unauthorized("Only HTTP is spoken here.")
            owner = await self.keys.authenticate(_credentials(Headers(scope=scope)), wanted)
        except (Unauthorized, Forbidden, StoreError) as error:
            await refuse_unread(error, scope, receive, send)
            return
        scope["state"]["owner"] = owner
        await self.app(scope, receive, send)


def is_open(scope: Scope) -> bool:
    """Whether anybody may ask this, key or not."""
    if scope["type"] != "http" or scope["method"] not in OPEN_METHODS:
        return False
    path = route_path(scope)
    return path in OPEN or path.startswith(OPEN_UNDER)


def _credentials(headers: Headers) -> Iterator[str]:
    """Keys as they were sent. Another scheme of Authorization may belong to a proxy before us."""
    yield from headers.getlist("x-api-key")
    for value in headers.getlist("authorization"):
        scheme, _, token = value.partition(" ")
        if scheme.lower() == "bearer":
            yield token.strip()
