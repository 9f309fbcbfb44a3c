"""Every request says whose it is before anything of it is read. What is not listed here as open
needs a key: a route that is added later is closed until somebody decides otherwise.
"""

from __future__ import annotations

import re
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
SOCKETS = re.compile(
    r"/v1/audio/speech/stream|/v1/text-to-speech/[^/]+/(?:stream-input|multi-stream-input)"
)
# Lists that clients of OpenAI's API ask for without the key they have. Who shows none is nobody:
# what is somebody's own is not on them.
KEY_OPTIONAL = frozenset({"/v1/models", "/v1/audio/voices", "/v1/audio/models"})
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
        if scope["type"] != "http" and not SOCKETS.fullmatch(route_path(scope)):
            await refuse_unread(Unauthorized("No socket is here."), scope, receive, send)
            return
        wanted: KeyScope = "metrics" if route_path(scope) == METRICS else "client"
        shown = list(_credentials(Headers(scope=scope)))
        try:
            owner = await self.keys.authenticate(shown, wanted)
        except (Unauthorized, Forbidden, StoreError) as error:
            if isinstance(error, Unauthorized) and not shown and is_key_optional(scope):
                await self.app(scope, receive, send)
                return
            await refuse_unread(error, scope, receive, send)
            return
        scope.setdefault("state", {})["owner"] = owner
        await self.app(scope, receive, send)


def is_open(scope: Scope) -> bool:
    """Whether anybody may ask this, key or not."""
    if scope["type"] != "http" or scope["method"] not in OPEN_METHODS:
        return False
    path = route_path(scope)
    return path in OPEN or path.startswith(OPEN_UNDER)


def is_key_optional(scope: Scope) -> bool:
    """Whether a key shows more than none does."""
    return scope.get("method") in OPEN_METHODS and route_path(scope) in KEY_OPTIONAL


def _credentials(headers: Headers) -> Iterator[str]:
    """Keys as they were sent. Another scheme of Authorization may belong to a proxy before us."""
    yield from headers.getlist("x-api-key")
    yield from headers.getlist("xi-api-key")  # as ElevenLabs' clients show theirs
    for value in headers.getlist("authorization"):
        scheme, _, token = value.partition(" ")
        if scheme.lower() == "bearer":
            yield token.strip()
