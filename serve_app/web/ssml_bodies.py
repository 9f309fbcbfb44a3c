"""A body of `application/ssml+xml`: the text alone, with the other fields in the query."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.types import Message, Receive, Scope

from serve_app.errors import InvalidRequest
from serve_app.web.gate import GatedRoute
from serve_app.web.urls import NAME_SHOWN, read_query

SSML_TYPE = "application/ssml+xml"
OF_THE_BODY = ("text", "input_type")


class SpeechRoute(GatedRoute):
    """Reads SSML as if it had come as the `text` of a JSON object."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def read(request: Request) -> Response:
            declared = request.headers.get("content-type", "")
            media_type, _, parameters = declared.partition(";")
            if media_type.strip().lower() != SSML_TYPE:
                return await handler(request)
            scope = _as_json(request.scope, parameters)
            return await handler(Request(scope, _translated(request)))

        return read


def _as_json(scope: Scope, parameters: str) -> Scope:
    others = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    declared = f"application/json;{parameters}" if parameters else "application/json"
    return {**scope, "headers": [*others, (b"content-type", declared.encode("latin-1"))]}


def _translated(request: Request) -> Receive:
    """The body as JSON, read when it is asked for: after the gate."""

    read = False

    async def receive() -> Message:
        nonlocal read
        if read:  # what comes now is only the client going away
            return await request.receive()
        read = True
        body = await request.body()
        written = json.dumps(_fields(body, request.scope["query_string"])).encode()
        return {"type": "http.request", "body": written, "more_body": False}

    return receive


def _fields(body: bytes, query: bytes) -> dict[str, str]:
    """Raises InvalidRequest for text that is no UTF-8, and for a name that comes twice."""
    pairs = read_query(query)
    names = Counter([*OF_THE_BODY, *(name for name, _ in pairs)])
    if twice := [name for name, count in names.items() if count > 1]:
        shown = twice[0][:NAME_SHOWN]
        raise InvalidRequest(f"{shown!r} may come once; the text is the body, which is SSML.")
    try:
        return dict(pairs) | {"text": body.decode(), "input_type": "ssml"}
    except UnicodeDecodeError:
        raise InvalidRequest("The SSML is no UTF-8.") from None
