"""Headers by which Ray Serve lets a client choose a time limit, a replica or a model: not ours.

One of them is of use to us: a stream lasts as long as its audio, and Ray Serve's limit, which is on
the whole of an answer, would cut it off.
"""

from __future__ import annotations

from starlette.types import Scope

from serve_app.host.ray_private import obeyed_headers, time_limit_header
from serve_app.web.shedding import gated_route

OBEYED, MANAGED = obeyed_headers()
TIME_LIMIT = time_limit_header()
STREAMED_BELOW = "/audio/"  # and all that is gated may be


def _spelled(name: str) -> bytes:
    """Ray takes '_' for '-' in some of them, as proxies do."""
    return name.lower().replace("_", "-").encode()


NO_TIME_LIMIT = (_spelled(TIME_LIMIT), b"0")
NAMES = frozenset(_spelled(name) for name in OBEYED)
PREFIX = _spelled(MANAGED)


def without_rays_own(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers of a request that may reach Ray Serve."""
    return [(name, value) for name, value in scope["headers"] if not _is_obeyed(name)]


def headers_for_ray(scope: Scope, path: str) -> list[tuple[bytes, bytes]]:
    """The headers of a request as they reach Ray Serve."""
    asks = gated_route(path) is not None
    lasts = asks or path.startswith(STREAMED_BELOW) or scope["type"] == "websocket"
    return without_rays_own(scope) + [NO_TIME_LIMIT] * lasts


def _is_obeyed(name: bytes) -> bool:
    spelled = name.lower().replace(b"_", b"-")
    return spelled in NAMES or spelled.startswith(PREFIX)
