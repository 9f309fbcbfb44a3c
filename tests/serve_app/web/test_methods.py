"""OPTIONS and 405 name what a path takes, all of it and nothing else; HEAD is wherever GET is."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from serve_app import ingress
from serve_app.web.methods import METHODS
from tests.serve_app.applications import add_key, application, fill, routes_of
from tests.serve_app.fakes import run


def test_allow_names_the_methods_of_all_routes_of_a_path(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            known: dict[str, set[str]] = defaultdict(set)
            for method, template in routes_of(ingress.create_app(service)):
                known[template] |= {method}
            assert known["/audio/{audio_id}"] == {"GET", "HEAD", "DELETE"}
            for methods in known.values():
                if "GET" in methods:
                    methods.add("HEAD")
            # A template that another one's path matches is answered together with it.
            for template in {"/voice/list", "/sandbox/limits.json"} & set(known):
                known[template] |= known[template.rpartition("/")[0] + "/{voice_id}"]
                known[template] |= known[template.rpartition("/")[0] + "/{name}"]
            for template in ("/voice/register", "/voice/import"):
                known[template] |= known["/voice/{voice_id}"]
            for template, methods in list(known.items()):
                if not methods:
                    continue
                path = fill(template)
                options = await client.options(path)
                assert (options.status_code, options.content) == (204, b""), path
                assert set(options.headers["allow"].split(", ")) == methods | {"OPTIONS"}, path
                for method in set(METHODS) - methods:
                    answer = await client.request(method, path)
                    assert answer.status_code == 405, (method, path)
                    assert answer.headers["allow"] == options.headers["allow"]

    run(scenario())


VARYING = ("x-request-id", "content-length")


def test_head_says_what_get_would_send(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            audio_url = (await client.post("/tts", json={"text": "Hello."})).json()["audio_url"]
            templates = {
                template
                for method, template in routes_of(ingress.create_app(service))
                if method == "GET"
            }
            assert {"/", "/healthz", "/readyz", "/health", "/metrics", "/docs"} <= templates
            paths = {fill(template) for template in templates}  # of what is not there, too
            paths |= {"/tts/speakers/EN", "/tts/phones/EN", audio_url, "/jobs?limit=0"}
            paths |= {audio_url.replace("audio", "status"), "/sandbox/dom.js"}
            for path in sorted(paths):
                got, head = await client.get(path), await client.head(path)
                assert head.status_code == got.status_code, path
                assert head.content == b"", path
                for name in (set(got.headers) | set(head.headers)) - set(VARYING):
                    assert head.headers.get(name) == got.headers.get(name), (path, name)
                if path != "/metrics":  # which grows with each request
                    assert head.headers["content-length"] == str(len(got.content)), path

    run(scenario())


def test_head_is_recorded_as_what_it_is(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            await client.head("/healthz")
            assert (await client.head("/tts")).status_code == 405
            recorded = service.meter.render().decode()
            assert 'method="HEAD",route="/healthz",status="200"' in recorded
            assert 'method="HEAD",route="/tts",status="405"' in recorded

    run(scenario())


def test_who_asks_in_vain_is_told_what_there_is(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (_, client):
            nowhere = (await client.get("/voices")).json()
            assert nowhere["type"] == "urn:phonex:problem:route-not-found"
            told = "No route is at this path. GET /docs of the service shows all."
            assert nowhere["detail"] == told
            wrong = (await client.get("/tts")).json()
            assert wrong["type"] == "urn:phonex:problem:method-not-allowed"
            assert wrong["detail"] == "This path takes POST, OPTIONS, and not GET."
            for path in ("/" + "a" * 999, "/%00%1b", "/%ff"):
                answer = await client.get(path)
                assert (answer.status_code, answer.json()["detail"]) == (404, told)

    run(scenario())


def test_options_of_nothing_is_404_and_needs_a_key_like_all_else(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (service, client):
            assert (await client.options("/nothing")).status_code == 404
            key = add_key(service, "ada")
            assert (await client.options("/tts")).status_code == 401
            assert (await client.options("/tts", headers=key)).headers["allow"] == "POST, OPTIONS"

    run(scenario())


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ('{"text": "a",\n "speed": }', "line 2, column 11"),
        ("{", "line 1, column 2"),
        ('{"text": "a"} secret', "line 1, column 15"),
    ],
)
def test_json_that_is_none_is_told_by_line_and_column(
    tmp_path: Path, body: str, where: str
) -> None:
    async def scenario() -> None:
        async with application(tmp_path) as (_, client):
            headers = {"Content-Type": "application/json"}
            answer = await client.post("/tts", content=body, headers=headers)
            assert answer.status_code == 422
            problem = answer.json()
            assert problem["type"] == "urn:phonex:problem:invalid-request"
            (error,) = problem["errors"]
            assert error["field"] == "body"
            assert where in error["message"]
            assert where in problem["detail"]
            assert "secret" not in answer.text

    run(scenario())
