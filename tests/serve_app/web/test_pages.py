"""The pages come whole, out of the package, under a policy that lets nothing else in."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from serve_app.service import Service
from serve_app.web.routes.pages import assets
from tests.serve_app.test_ingress import check_problem, play

__all__ = ["play"]

PAGES = {"/sandbox": "sandbox.html", "/docs": "docs.html"}


def test_every_file_is_served_under_the_policy(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        paths = PAGES | {f"/sandbox/{name}": name for name in assets()}
        assert len(paths) > 10
        for path, name in paths.items():
            answer = await client.get(path)
            assert answer.status_code == 200
            assert answer.content == assets()[name].content
            policy = answer.headers["content-security-policy"].split("; ")
            assert policy[0] == "default-src 'none'"
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert "http" not in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            head = await client.head(path)
            assert (head.status_code, head.content) == (200, b"")
            again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")

    play(scenario)


def test_scripts_and_styles_have_their_types(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        types = {
            ".js": "text/javascript",
            ".css": "text/css",
            ".svg": "image/svg+xml",
            ".html": "text/html",
            ".ogg": "audio/ogg",
        }
        for name in assets():
            wanted = types[name[name.rfind(".") :]]
            answer = await client.get(f"/sandbox/{name}")
            assert answer.headers["content-type"].startswith(wanted)

    play(scenario)


def test_the_pages_name_no_other_site_and_hold_no_inline_code() -> None:
    for name, asset in assets().items():
        if asset.media_type.startswith("audio/"):
            continue
        text = asset.content.decode()
        sites = set(re.findall(r"\b(?:https?:)?//[\w.-]+\.\w+", text))
        # The name of SVG, which is never fetched, and where programs other than pages ask.
        assert sites <= {"http://www.w3.org", "http://127.0.0.1"}, name
        if name.endswith(".html"):
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), name


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2froutes%2fpages.py", "%2e%2e/__init__.py", "pages.py", "..."]
)
def test_nothing_but_the_pages_can_be_named(play: Callable[..., None], name: str) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        check_problem(await client.get(f"/sandbox/{name}"), 404, "route-not-found")

    play(scenario)


def test_the_root_leads_a_browser_to_the_sandbox_and_a_program_to_its_card(
    play: Callable[..., None],
) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        led = await client.get("/", headers=browser, follow_redirects=True)
        assert led.url.path == "/sandbox"
        assert "<title>Phonex sandbox</title>" in led.text
        card = (await client.get("/")).json()
        assert card["status"] == "online"
        for page in (card["sandbox"], card["docs"]):
            assert (await client.get(page)).status_code == 200

    play(scenario)


def test_the_sandbox_is_told_the_limits_in_force(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        limits = (await client.get("/sandbox/limits.json")).json()
        assert limits["max_text_chars"] == 77
        assert limits["require_consent"] is True
        assert set(limits) < set(type(service.settings.limits).model_fields)

    play(scenario, limits={"max_text_chars": 77, "require_consent": True})


def test_no_page_of_the_framework_is_left(play: Callable[..., None]) -> None:
    async def scenario(service: Service, client: httpx.AsyncClient) -> None:
        assert (await client.get("/redoc")).status_code == 404
        assert "cdn" not in (await client.get("/docs")).text

    play(scenario)


RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
NARROW = re.compile(r"@media \(max-width[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")


def rules(sheet: str) -> list[tuple[set[str], set[str]]]:
    """Selectors and properties of each rule."""
    return [
        (
            {one.strip() for one in selectors.split(",")},
            {part.split(":")[0].strip() for part in body.split(";") if ":" in part},
        )
        for selectors, body in RULE.findall(sheet)
    ]


@pytest.mark.parametrize("page", PAGES.values())
def test_what_is_said_of_narrow_screens_holds(page: str) -> None:
    """A rule of a later sheet, or further down, would win over it there too."""
    linked = re.findall(r'href="sandbox/(\w+\.css)"', assets()[page].content.decode())
    whole = "\n".join(assets()[name].content.decode() for name in linked)
    assert linked
    lost = [
        (selectors & others, properties & set_later)
        for block in NARROW.finditer(whole)
        for selectors, properties in rules(block[1])
        for others, set_later in rules(NARROW.sub("", whole[block.end() :]))
        if selectors & others and properties & set_later
    ]
    assert lost == []
