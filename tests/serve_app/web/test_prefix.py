"""Below a path prefix every URL of ours stays below it; and no client chooses where that leads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.prefixes import plain_prefix
from config.settings import Settings
from engines.base import Utterance, Waveform
from serve_app.ingress import create_app
from serve_app.proxy import Front
from serve_app.service import Service
from serve_app.web.door import Visitor
from serve_app.web.prefix import route_path
from serve_app.work.lines import LINE_OF
from telemetry.meter import Meter
from tests.serve_app.fakes import FAST, FakePipeline, recording, run, spoken
from tests.serve_app.test_ingress import check_problem

TRUSTED = {"trust_forwarded_prefix": True}
HOSTILE = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/a//evil.example",
    "/a/../..",
    "/..",
    "/.",
    "/a?b",
    "/a#b",
    "/a b",
    "/a%2f%2fevil.example",
    "/a, /b",
    "evil.example",
    "/\u00e9",
    "/a\tb",
    "javascript:alert(1)",
    "/" + "a" * 300,
    '/"><script>',
]


async def below(
    tmp_path: Path,
    check: Callable[[httpx.AsyncClient], Awaitable[None]],
    *,
    root_path: str = "",
    http: dict[str, Any] | None = None,
    pipeline: FakePipeline | None = None,
) -> None:
    """Ask an application as Ray's server runs it under `root_path`, which is part of its paths."""
    settings = Settings(data_dir=tmp_path, jobs=FAST, http=http or {})
    stages = pipeline or FakePipeline()
    service = await Service.open(settings, stages, Meter(export_to_ray=False))
    app = Front(create_app(service))

    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await app(
            {**scope, "path": root_path + scope["path"], "root_path": root_path}, receive, send
        )

    try:
        transport = httpx.ASGITransport(mounted)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await check(client)
    finally:
        await service.close()


def forwarded(prefix: str | bytes) -> dict[str, str | bytes]:
    return {"X-Forwarded-Prefix": prefix if isinstance(prefix, bytes) else prefix.encode()}


@pytest.mark.parametrize(
    ("root_path", "http", "told", "prefix"),
    [
        ("", {}, None, ""),
        ("/voice", {}, None, "/voice"),
        ("/a/phonex.php", {}, None, "/a/phonex.php"),
        ("", TRUSTED, "/voice", "/voice"),
        ("", TRUSTED, "/voice/", "/voice"),
        ("", TRUSTED, "/a.b/c~d/phonex.php", "/a.b/c~d/phonex.php"),
        ("", TRUSTED, "/", ""),
        ("", TRUSTED, "", ""),
        ("/inner", TRUSTED, "/outer", "/outer/inner"),
        ("/voice", TRUSTED, "/voice", "/voice"),  # both say the same
        ("/voice/inner", TRUSTED, "/voice", "/voice/inner"),
        ("/voices", TRUSTED, "/voice", "/voice/voices"),
        ("", {}, "/voice", ""),  # nobody is believed, unless the settings say so
        ("/inner", {}, "/outer", "/inner"),
        *(("/inner", TRUSTED, hostile, "/inner") for hostile in HOSTILE),
    ],
)
def test_every_url_in_an_answer_lies_below_the_prefix(
    tmp_path: Path, root_path: str, http: dict[str, Any], told: str | None, prefix: str
) -> None:
    gate = asyncio.Event()

    async def speak(utterance: Utterance) -> Waveform:
        if utterance.text == "Slowly.":
            await gate.wait()
        return await spoken(utterance)

    async def check(client: httpx.AsyncClient) -> None:
        client.headers.update(forwarded(told) if told is not None else {})  # type: ignore[arg-type]
        done = (await client.post("/tts", json={"text": "Hello."})).json()
        assert done["audio_url"] == f"{prefix}/audio/{done['audio_id']}"
        assert done["status_url"] == f"{prefix}/status/{done['audio_id']}"
        state = (await client.get(f"/job/{done['audio_id']}")).json()
        assert state["audio_url"] == done["audio_url"]
        assert (await client.get("/jobs")).json()["jobs"][0]["audio_url"] == done["audio_url"]
        slow = await client.post(
            "/tts", json={"text": "Slowly."}, headers={"Prefer": "respond-async"}
        )
        assert slow.headers["location"] == slow.json()["status_url"]
        early = await client.get(f"/audio/{slow.json()['audio_id']}")
        assert early.json()["status_url"] == slow.headers["location"]
        quick = await client.post(
            "/clone/quick", data={"text": "Hi."}, files={"voice_sample": recording()}
        )
        assert quick.json()["audio_url"].startswith(f"{prefix}/audio/")
        wrong = {"text": "A GIF.", "pronunciations": {"GIF": "QQ"}}
        problem = (await client.post("/tts", json=wrong)).json()
        assert problem["phones_url"] == f"{prefix}/tts/phones/EN"
        card = (await client.get("/health")).json()
        assert (card["sandbox"], card["docs"]) == (f"{prefix}/sandbox", f"{prefix}/docs")
        home = await client.get("/", headers={"Accept": "text/html"})
        assert home.headers["location"] == (f"{prefix}/sandbox" if prefix else "sandbox")
        moved = await client.post("/tts/?a=b%20c")
        assert (moved.status_code, moved.headers["location"]) == (307, f"{prefix}/tts?a=b%20c")
        contract = (await client.get("/openapi.json")).json()
        assert [server["url"] for server in contract["servers"]] == [prefix or "/"]
        if told in HOSTILE:
            for answer in (slow, home, moved):
                assert "evil" not in str(answer.headers)
        gate.set()

    run(below(tmp_path, check, root_path=root_path, http=http, pipeline=FakePipeline(speak=speak)))


def test_two_headers_are_none(tmp_path: Path) -> None:
    async def check(client: httpx.AsyncClient) -> None:
        twice = [("X-Forwarded-Prefix", "/a"), ("X-Forwarded-Prefix", "/b")]
        contract = await client.get("/openapi.json", headers=twice)
        assert contract.json()["servers"][0]["url"] == "/"

    run(below(tmp_path, check, http=TRUSTED))


def test_what_one_client_is_told_stays_its_own(tmp_path: Path) -> None:
    async def check(client: httpx.AsyncClient) -> None:
        for number in range(5):
            await client.get("/openapi.json", headers={"X-Forwarded-Prefix": f"/p{number}"})
        (server,) = (await client.get("/openapi.json")).json()["servers"]
        assert server["url"] == "/"

    run(below(tmp_path, check, http=TRUSTED))


@pytest.mark.parametrize("root_path", ["", "/voice", "/tts"])
def test_a_slash_too_many_leads_to_the_route_and_nowhere_else(
    tmp_path: Path, root_path: str
) -> None:
    async def check(client: httpx.AsyncClient) -> None:
        for path, route in (
            ("/tts/", "/tts"),
            ("/voice/list/", "/voice/list"),
            ("/voice/a%20b%0d%0aX:%20y/", "/voice/a%20b%0D%0AX:%20y"),
            ("/sandbox/", "/sandbox"),
            ("/audio/x/", "/audio/x"),
        ):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["location"]) == (307, root_path + route)
            assert answer.content == b""
        for path in (
            "//evil.example/",
            "///",
            "/tts//",
            "/nothing/",
            "/audio//evil.example/",
            "//",
        ):
            answer = await client.get(
                httpx.URL("http://localhost").copy_with(raw_path=path.encode())
            )
            if answer.status_code != 307:
                check_problem(answer, 404, "route-not-found")
            else:
                assert answer.headers["location"] == root_path + "/"

    run(below(tmp_path, check, root_path=root_path))


@pytest.mark.parametrize(
    ("path", "root", "route"),
    [
        ("/tts", "", "/tts"),
        ("/x/tts", "/x", "/tts"),
        ("/x", "/x", "/"),
        ("/x/", "/x", "/"),
        ("/xtts", "/x", "/xtts"),
        ("/tts", "/x", "/tts"),
        ("/tts/tts", "/tts", "/tts"),
        ("/x/tts", "/x/", "/tts"),
    ],
)
def test_the_route_of_a_path(path: str, root: str, route: str) -> None:
    assert route_path({"path": path, "root_path": root}) == route


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_plain_path_is_no_prefix(text: str) -> None:
    assert plain_prefix(text) is None


def test_the_door_knows_its_lines_below_a_root_path_too() -> None:
    scope = {"method": "POST", "path": "/voice/tts", "root_path": "/voice", "headers": []}
    visitor = Visitor.of(scope)
    assert (visitor.path, visitor.line) == ("/tts", LINE_OF["tts"])
    assert Visitor.of({**scope, "root_path": "/other"}).line is None
