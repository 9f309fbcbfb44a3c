"""Headers by which Ray Serve lets a client choose a time limit, a replica or a model: not ours."""

from __future__ import annotations

from starlette.types import Scope

from serve_app.host.ray_private import obeyed_headers

OBEYED, MANAGED = obeyed_headers()


def _spelled(name: str) -> bytes:
    """Ray takes '_' for '-' in some of them, as proxies do."""
    return name.lower().replace("_", "-").encode()


NAMES = frozenset(_spelled(name) for name in OBEYED)
PREFIX = _spelled(MANAGED)


def without_rays_own(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers of a request that may reach Ray Serve."""
    return [(name, value) for name, value in scope["headers"] if not _is_obeyed(name)]


def _is_obeyed(name: bytes) -> bool:
    spelled = name.lower().replace(b"_", b"-")
    return spelled in NAMES or spelled.startswith(PREFIX)
