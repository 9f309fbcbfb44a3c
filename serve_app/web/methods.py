"""What may be done with a path: over all routes that have it, not the first that comes."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(routes: Iterable[BaseRoute], scope: Scope) -> str:
    """The value of `Allow` for the path of a request. OPTIONS is always answered, with this."""
    candidates = list(routes)
    found = [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in candidates)
    ]
    return ", ".join([*found, "OPTIONS"])
