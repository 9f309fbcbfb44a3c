"""A client cannot tell Ray Serve what to do, by whatever header this version of it obeys."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from ray.serve._private import constants, http_util, proxy, replica
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from serve_app.proxy import Front
from serve_app.web.ray_headers import NO_TIME_LIMIT, OBEYED, PREFIX, headers_for_ray
from tests.serve_app.fakes import run

OURS = {"x-request-id"}  # made sane by the front, whoever sent it
HEADER_NAME = re.compile(r"x-[a-z0-9-]+", re.IGNORECASE)
NO_HEADER = {"RAY_SERVE_INGRESS_REQUEST_ROUTER_OPT_HEADERS_FIELD"}  # a field of an answer
# How Ray reads them: another such function, or another header, is to be looked at.
READERS = {
    "_matches_session_id_header",
    "parse_disconnect_disabled_header",
    "parse_request_timeout_header",
    "parse_session_id_header",
    "retry_after_headers",  # of answers
    "session_id_from_headers",
}


def literals(module: ModuleType) -> set[str]:
    tree = ast.parse(Path(inspect.getfile(module)).read_text())
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_header_that_ray_serve_knows_is_known_here() -> None:
    known = {name.lower() for name in OBEYED} | OURS | {PREFIX.decode()}
    for module in (constants, http_util, proxy, replica):
        written = {text.lower() for text in literals(module) if HEADER_NAME.fullmatch(text)}
        assert written <= known, f"{module.__name__} knows other headers"
    named = {
        value.lower()
        for name, value in vars(constants).items()
        if isinstance(value, str)
        and re.search(r"HEADER|MULTIPLEXED|SESSION_ID|AFFINITY", name)
        and name not in NO_HEADER
    }
    assert named <= known
    assert len(named) >= 6
    readers = {name for name, _ in inspect.getmembers(http_util, inspect.isfunction)}
    assert {name for name in readers if "header" in name} == READERS


@pytest.mark.parametrize(
    "name",
    [*OBEYED, "X-Request-Timeout-Seconds", "serve-multiplexed-model-id", "X_Session_Id",
     "x-serve-router-replica", "X-Serve-Router-Anything"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_none_of_them_passes_the_front(name: str, kind: str) -> None:
    seen: dict[bytes, bytes] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.update(scope["headers"])
        if kind == "http":
            await JSONResponse({})(scope, receive, send)

    async def nothing(*_: object) -> Any: ...

    headers = [(name.encode(), b"0.001"), (name.lower().encode(), b"1"), (b"x-mine", b"kept")]
    scope: Scope = {"type": kind, "method": "GET", "path": "/", "headers": headers}
    run(Front(app)(scope, nothing, nothing))
    ours = {b"x-request-id"} | ({NO_TIME_LIMIT[0]} if kind == "websocket" else set())
    assert set(seen) - ours == {b"x-mine"}
    assert seen.get(NO_TIME_LIMIT[0], b"0") == b"0"


@pytest.mark.parametrize(
    ("path", "lasts"),
    [("/tts", True), ("/audio/1", True), ("/clone/quick", True), ("/voices", False), ("/", False)],
)
def test_only_what_may_be_a_stream_lasts_as_long_as_it_likes(path: str, lasts: bool) -> None:
    scope: Scope = {"type": "http", "path": path, "headers": [(b"x-mine", b"kept")]}
    assert (NO_TIME_LIMIT in headers_for_ray(scope, path)) == lasts


def test_they_are_dropped_where_a_client_sends_them_twice() -> None:
    async def show(scope: Scope, receive: Receive, send: Send) -> None:
        names = sorted(name.decode() for name, _ in scope["headers"])
        await JSONResponse(names)(scope, receive, send)

    async def scenario() -> list[str]:
        transport = httpx.ASGITransport(Front(show))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            headers = [("x-session-id", "1"), ("X-Session-ID", "2"), ("Accept", "x/y")]
            names: list[str] = (await client.get("/", headers=headers)).json()
            return names

    assert not [name for name in run(scenario()) if "session" in name]
