"""The pages are safe, fit every screen, and can be used by everyone."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.conftest import Visits
from tests.pages.steps import entry, finished, register, speak
from tests.serve_app.http_server import StaticServer

TEXTS = {
    "EN": ("en", "The harbour was quiet before dawn."),
    "ES": ("es", "El puerto estaba en calma, ¿verdad?"),
    "FR": ("fr", "Le port était calme avant l’aube."),
    "ZH": ("zh-Hans", "黎明前的港口很安静。"),
    "JP": ("ja", "よあけまえのみなとはしずかだった。"),
    "KR": ("ko", "동이 트기 전 항구는 고요했다."),
}
HAN_FONTS = {"ZH": "SC", "JP": "JP", "KR": "KR"}
SMALLEST_PX = 320
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@pytest.mark.parametrize("path", ["/sandbox", "/docs"])
def test_injected_scripts_neither_load_nor_run(visit: Visits, path: str) -> None:
    visitor = visit()
    with StaticServer(b"window.hacked = 'foreign'") as foreign:
        attack = (
            f"<script src='{foreign.url}/hack.js'></script>"
            "<script>window.hacked = 'inline'</script>"
            "<img src='x' onerror=\"window.hacked = 'handler'\">"
            f"<img src='{foreign.url}/pixel.png'>"
        )

        def inject(route: Route) -> None:
            answer = route.fetch()  # its headers stay as they are
            route.fulfill(response=answer, body=answer.text().replace("<main", attack + "<main"))

        visitor.page.route("**" + path, inject)
        page = visitor.open(path)
        assert page.evaluate("() => window.hacked") is None
        refused = " ".join(visitor.errors)
        assert f"{foreign.url}/hack.js' violates" in refused
        assert "inline script violates" in refused
        assert "inline event handler violates" in refused
        assert f"{foreign.url}/pixel.png' violates" in refused
    with pytest.raises(Exception, match="TrustedHTML"):
        page.evaluate("() => { document.body.innerHTML = '<b>markup</b>' }")
    visitor.errors.clear()  # these were the attacks
    visitor.foreign.clear()


def test_docs_show_every_route_with_nothing_from_elsewhere(visit: Visits) -> None:
    visitor = visit()
    page = visitor.open("/docs")
    contract: dict[str, Any] = page.evaluate("async () => (await fetch('/openapi.json')).json()")
    routes = [(method.upper(), path) for path, ways in contract["paths"].items() for method in ways]
    expect(page.locator("#api section")).to_have_count(len(routes))
    for method, path in routes:
        expect(page.locator("#api h3", has_text=method).filter(has_text=path).first).to_be_visible()
    register_route = page.locator("section", has_text="Learn a voice from recordings")
    expect(register_route).to_contain_text("-F voice_sample=@recording.mp3")
    expect(register_route).to_contain_text("consents")


def test_a_phone_shows_every_script_and_never_scrolls_sideways(visit: Visits, sample: Path) -> None:
    visitor = visit(**PHONE)
    page = visitor.open()
    for code, (tag, text) in TEXTS.items():
        page.get_by_label("Language").select_option(code)
        assert page.get_by_label("Text to speak").get_attribute("lang") == tag
        speak(page, text)
    for code, (tag, text) in TEXTS.items():
        said = finished(entry(page, text)).locator(".said")
        expect(said).to_have_attribute("lang", tag)
        if code in HAN_FONTS:  # Han characters look different in each
            fonts = said.evaluate("words => getComputedStyle(words).fontFamily")
            assert f"Noto Sans CJK {HAN_FONTS[code]}" in fonts
    speak(page, "Antidisestablishmentarianism" * 8)
    page.get_by_role("button", name="Add").locator("visible=true").first.tap()
    page.get_by_label("Name").fill("W" * 64)
    page.locator("#samples").set_input_files(sample)
    for width in (PHONE["viewport"]["width"], SMALLEST_PX):
        page.set_viewport_size({"width": width, "height": 844})
        assert page_width(page) <= width
        assert page.locator("#register").evaluate("box => box.scrollWidth <= box.clientWidth")
    page.keyboard.press("Escape")
    page.goto(visitor.url + "/docs")
    page.wait_for_selector("#api section")
    assert page_width(page) <= SMALLEST_PX


def page_width(page: Page) -> int:
    """CSS pixels. A phone's browser widens its window to what does not fit: no measure here."""
    width: int = page.evaluate("() => document.documentElement.scrollWidth")
    return width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_audit_finds_nothing(visit: Visits, scheme: str, sample: Path) -> None:
    # The audit is a script from outside, which the policy would refuse.
    visitor = visit(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    page = visitor.open()
    page.add_script_tag(content=files("axe_playwright_python").joinpath("axe.min.js").read_text())
    assert audit(page) == []
    speak(page, " ")
    finished(speak(page))
    assert audit(page) == []
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    page.locator("#samples").set_input_files(sample)
    page.get_by_role("button", name="Make the voice").click()
    assert audit(page) == []
    register(page, f"Audited in {scheme}")
    expect(page.locator("#register-done")).to_contain_text("is ready")
    assert audit(page) == []
    page.get_by_role("button", name="Use this voice").click()
    page.locator("#voice-list summary").first.click()
    assert audit(page) == []
    spoken = finished(speak(page, "A clone."))
    spoken.get_by_role("button", name="A/B").click()
    spoken.get_by_role("button", name="What was read").click()
    expect(spoken.get_by_role("region", name="What was read")).to_be_visible()
    assert audit(page) == []
    for mode, button in (("Compare", "Compare"), ("Dialogue", "Speak")):
        page.get_by_role("radio", name=mode).check()
        page.get_by_role("button", name="Try an example").click()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("#jobs > li").first.get_by_role("slider").first).to_be_visible()
        assert audit(page) == []
    page.get_by_role("button", name="Keyboard shortcuts").click()
    assert audit(page) == []
    page.goto(visitor.url + "/docs")
    page.wait_for_selector("#api section")
    page.add_script_tag(content=files("axe_playwright_python").joinpath("axe.min.js").read_text())
    assert audit(page) == []


def audit(page: Page) -> list[str]:
    """What axe finds wrong, of any weight, by WCAG 2.2 AA and its best practices."""
    found: list[str] = page.evaluate(
        """async () => {
          const {violations} = await axe.run();
          return violations.map(({id, impact, nodes}) =>
            `${impact} ${id}: ${nodes.map(({html}) => html.slice(0, 120)).join(" | ")}`);
        }"""
    )
    return found


def test_the_theme_can_be_chosen_and_stays(visit: Visits) -> None:
    page = visit(color_scheme="light").open()
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Theme: system").click()
    assert page.evaluate(background) == light
    page.get_by_role("button", name="Theme: light").click()
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.evaluate(background) == dark
    page.get_by_role("button", name="Theme: dark").click()
    assert page.evaluate(background) == light
