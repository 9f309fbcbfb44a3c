"""Where the service lies for its clients: below which path, behind a proxy that takes it off.

Three may say so. `http_options.root_path` and an application's `route_prefix` come in ASGI's
`root_path`; a proxy says it in `X-Forwarded-Prefix`, which is believed where the settings say that
a proxy sets it, and only where it is a plain path: what begins with two slashes, or holds a scheme,
would send a client to another site.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.types import Scope

from config.prefixes import plain_prefix

HEADER = "x-forwarded-prefix"
LITERAL = "/:@!$&'()*+,;=~-._"  # what a path may hold as it is (RFC 3986, 3.3)


def prefix_of(request: Request) -> str:
    """What every URL of ours begins with in the answer to this request."""
    root: str = request.scope.get("root_path", "").rstrip("/")
    if not request.app.state.service.settings.http.trust_forwarded_prefix:
        return root
    told = request.headers.getlist(HEADER)
    forwarded = plain_prefix(told[0]) if len(told) == 1 else None
    if not forwarded or root == forwarded or root.startswith(f"{forwarded}/"):  # both say it
        return root
    return forwarded + root


def route_path(scope: Scope) -> str:
    """The path as the routes are written, under whatever prefix the server was told of."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "").rstrip("/")
    if not root or not (path == root or path.startswith(f"{root}/")):
        return path
    return path[len(root) :] or "/"


def url_of(path: str, query: bytes = b"") -> str:
    """A decoded path as it stands in a URL."""
    return quote(path, safe=LITERAL) + (f"?{query.decode('latin-1')}" if query else "")
