"""URLs read to the letter, as bodies are: what is no UTF-8, and a parameter that comes twice, could
be understood in two ways. What a route does not read is of no meaning, and may come as it likes:
clients of other APIs repeat parameters that we do not have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator
from typing import Any
from urllib.parse import unquote_plus, unquote_to_bytes

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import Scope

from serve_app.errors import BadRequest, InvalidRequest

NAME_SHOWN = 64  # characters of a name that came from outside
MAX_TOLD = 20  # faults of one request
NO_UTF8 = "This is no UTF-8, percent-encoded"


class UrlRoute(APIRoute):
    """A route whose URL is read to the letter."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        known = set(_parameters(self.dependant))

        async def strict(request: Request) -> Response:
            check_url(request.scope, known)
            return await handler(request)

        return strict


def check_url(scope: Scope, known: Collection[str]) -> None:
    """
    Args:
        known: parameters of the query that are read.
    Raises:
        BadRequest: the path is no UTF-8.
        InvalidRequest: the query is none, or says a parameter twice.
    """
    try:
        unquote_to_bytes(scope.get("raw_path") or b"").decode()
    except UnicodeDecodeError:
        raise BadRequest("The path of the URL is no UTF-8, percent-encoded.") from None
    named = [name for name, _ in read_query(scope["query_string"], known)]
    check_once(f"query.{name}" for name in named)


def read_query(query: bytes, known: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Names and values.

    Args:
        known: names that are read; all where None.
    Raises:
        InvalidRequest: one of them is no UTF-8.
    """
    pairs = [pair.partition("=") for pair in query.decode("latin-1").split("&") if pair]
    faults: list[str] = []
    read: list[tuple[str, str]] = []
    for name, _, value in pairs:
        lossy = unquote_plus(name)
        if known is not None and lossy not in known:
            continue
        try:
            read.append((_decoded(name), _decoded(value)))
        except UnicodeDecodeError:
            faults.append(f"query.{lossy[:NAME_SHOWN]}")
    if faults:
        raise invalid([(field, NO_UTF8) for field in faults])
    return read


def check_once(fields: Iterator[str]) -> None:
    """Raises InvalidRequest for those that come several times."""
    counts = Counter(fields)
    faults = [
        (field[:NAME_SHOWN], f"This may come once, and came {count} times")
        for field, count in counts.items()
        if count > 1
    ]
    if faults:
        raise invalid(faults)


def invalid(faults: list[tuple[str, str]]) -> InvalidRequest:
    """What is wrong, field by field."""
    errors = [{"field": field, "message": message} for field, message in faults[:MAX_TOLD]]
    summary = "; ".join(f"{field}: {message}" for field, message in faults[:5])
    return InvalidRequest(summary, errors=errors)


def _parameters(dependant: Dependant) -> Iterator[str]:
    """Of the query, that a route and what it depends on read."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _parameters(inner)


def _decoded(part: str) -> str:
    return unquote_to_bytes(part.replace("+", " ").encode("latin-1")).decode()
