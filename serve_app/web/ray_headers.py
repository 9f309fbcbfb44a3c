"""Headers by which Ray Serve lets a client choose a time limit, a replica or a model: not ours."""

from __future__ import annotations

from ray.serve._private.constants import (
    SERVE_HTTP_REQUEST_DISCONNECT_DISABLED_HEADER,
    SERVE_HTTP_REQUEST_TIMEOUT_S_HEADER,
    SERVE_INGRESS_ROUTER_HEADER_PREFIX,
    SERVE_MULTIPLEXED_MODEL_ID,
    SERVE_SESSION_ID,
)
from starlette.types import Scope

OBEYED = (
    SERVE_HTTP_REQUEST_DISCONNECT_DISABLED_HEADER,  # goes on when the client has gone
    SERVE_HTTP_REQUEST_TIMEOUT_S_HEADER,  # 408 at once, or no limit at all
    SERVE_MULTIPLEXED_MODEL_ID,
    SERVE_SESSION_ID,  # always the same replica
)


def _spelled(name: str) -> bytes:
    """Ray takes '_' for '-' in some of them, as proxies do."""
    return name.lower().replace("_", "-").encode()


NAMES = frozenset(_spelled(name) for name in OBEYED)
PREFIX = _spelled(SERVE_INGRESS_ROUTER_HEADER_PREFIX)


def without_rays_own(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers of a request that may reach Ray Serve."""
    return [(name, value) for name, value in scope["headers"] if not _is_obeyed(name)]


def _is_obeyed(name: bytes) -> bool:
    spelled = name.lower().replace(b"_", b"-")
    return spelled in NAMES or spelled.startswith(PREFIX)
