"""A URL that could be understood in two ways is refused, with the parameter's name, on every
route."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, WebSocketRoute

from serve_app.ingress import create_routes
from serve_app.service import Service
from tests.serve_app.applications import fill
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

Play = Callable[..., None]


def routes(among: list[BaseRoute]) -> Iterator[APIRoute]:
    for route in among:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes(included.routes)
        elif not isinstance(route, WebSocketRoute):
            assert isinstance(route, APIRoute), route
            yield route


def parameters(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from parameters(inner)


# HEAD is answered as GET, without the words.
ROUTES = [
    (method, one)
    for one in routes(create_routes().routes)
    for method in one.methods or ()
    if method != "HEAD"
]
READ = [
    (method, route.path, name)
    for method, route in ROUTES
    for name in sorted(set(parameters(route.dependant)))
]


def test_there_are_parameters_to_say_twice() -> None:
    assert {("GET", "/status/{audio_id}", "wait"), ("POST", "/batch", "title")} <= set(READ)


def test_a_parameter_comes_once_on_every_route_that_reads_it(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        for method, path, name in READ:
            asked = f"{fill(path)}?{name}=1&_=&{name[0]}%{ord(name[1]):x}{name[2:]}=2"
            answer = await client.request(method, asked)
            (told,) = check_problem(answer, 422, "invalid-request")["errors"]
            assert told["field"] == f"query.{name}", (method, path)
            assert told["message"] == "This may come once, and came 2 times"

    play(scenario)


def test_what_is_not_utf8_is_refused_on_every_route(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        for bad in ("%ff", "%ed%a0%80", "%c3"):
            for method, path, name in READ:
                asked = f"{fill(path)}?a={bad}&c{bad}=d&{name}={bad}&{name}=1"
                told = check_problem(await client.request(method, asked), 422, "invalid-request")
                fault = {"field": f"query.{name}", "message": "This is no UTF-8, percent-encoded"}
                assert told["errors"] == [fault], (method, path)
            for method, route in ROUTES:
                if "{" in route.path:
                    named = await client.request(method, re.sub("{[^}]*}", bad, route.path))
                    check_problem(named, 400, "bad-request")

    play(scenario)


@pytest.mark.parametrize(
    "query",
    ["voice_ids=a&voice_ids=b", "page_size=2&include[]=a&include[]=b", "search=caf%C3%A9",
     "search=%EF%BF%BD", "&&", "=&=", "other=%ff", "%ff=1&%ff=2"],
)  # fmt: skip
def test_what_a_client_of_another_api_repeats_and_we_do_not_read_is_overlooked(
    play: Play, query: str
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.get(f"/v2/voices?{query}")
        assert answer.status_code == 200, answer.text

    play(scenario)


def test_a_plus_is_a_space_and_letters_of_any_script_are_read(play: Play) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        answer = await client.get("/tts/read?text=caf%C3%A9+%E7%8E%8B%2B&language=en")
        assert answer.status_code == 200
        assert answer.json()["words"][0]["text"] == "café"
        ssml = {"Content-Type": "application/ssml+xml"}
        document = "<speak>Hello.</speak>"
        for query, field in (("format=%ff", "query.format"), ("seed=1&seed=2", "seed")):
            told = await client.post(f"/tts?{query}", content=document, headers=ssml)
            assert field in check_problem(told, 422, "invalid-request")["detail"]

    play(scenario)
