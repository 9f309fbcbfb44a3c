"""Takes the pictures of docs/sandbox.md: `python -m tests.pages.screenshots RECORDING`.

Against a service of its own. Look at what it takes before it is committed.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.pages.conftest import CHROMIUM, FLAGS, PATIENCE_MS
from tests.pages.steps import finished, register, speak, wait_until_playing
from tests.running import ROOT, RunningService

IMAGES = ROOT / "docs" / "images"
DESKTOP = ViewportSize(width=1280, height=900)
TALL = ViewportSize(width=1280, height=1200)
PHONE = ViewportSize(width=390, height=844)
SAID = (
    ("JP", "夜明け前の港は静かで、桟橋の先に明かりがひとつだけ灯っていた。"),
    ("ES", "El puerto estaba en calma antes del amanecer."),
)
WRITTEN = (
    "The harbour was quiet before dawn. A single lamp burned on the long stone pier, and far out "
    "a bell rang twice and stopped."
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", type=Path, help="speech that a voice may be made of")
    arguments = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        service = RunningService(Path(folder), {})
        try:
            service.wait_until_ready()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            take_all(browser, service.url, arguments.recording)
            browser.close()
        finally:
            service.stop()


def take_all(browser: Browser, url: str, recording: Path) -> None:
    first = visit(browser, url, DESKTOP, "light")
    take_registration(first, recording)
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        take_composing(visit(browser, url, TALL, scheme), f"desktop-{scheme}")
        take_composing(visit(browser, url, PHONE, scheme), f"phone-{scheme}")
    take_dialogue(visit(browser, url, DESKTOP, "light"))
    take_comparison(visit(browser, url, DESKTOP, "dark"), recording)
    docs = browser.new_context(viewport=DESKTOP).new_page()
    docs.goto(url + "/docs")
    docs.wait_for_selector("#api section")
    take(docs, "api")


def visit(browser: Browser, url: str, size: ViewportSize, scheme: Literal["light", "dark"]) -> Page:
    context = browser.new_context(
        viewport=size,
        color_scheme=scheme,
        device_scale_factor=2 if size is PHONE else 1,
        is_mobile=size is PHONE,
    )
    page = context.new_page()
    page.goto(url + "/sandbox")
    page.wait_for_selector("#service[data-state=ready]")
    return page


def take_registration(page: Page, recording: Path) -> None:
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    page.get_by_label("Name").fill("Ada")
    page.locator("#samples").set_input_files(recording)
    page.get_by_label("agreed to have this voice").check()
    take(page, "register")
    register(page, "Ada")
    expect(page.locator("#register-done")).to_contain_text("Ada is ready")
    take(page, "registered")


def take_composing(page: Page, name: str) -> None:
    voice = page.locator("#voice")
    for language, text in SAID:
        page.get_by_label("Language").select_option(language)
        voice.select_option(label="Ada" if language == "JP" else "Standard")
        finished(speak(page, text))
    page.get_by_label("Language").select_option("EN")
    voice.select_option(label="Ada")
    spoken = finished(speak(page, WRITTEN))
    page.wait_for_timeout(500)  # for the waveforms
    spoken.get_by_role("button", name="Play").click()
    wait_until_playing(page, spoken, 3)
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    if name == "phone-light":
        page.evaluate("scrollTo(0, 0)")
    take(page, name)


def take_dialogue(page: Page) -> None:
    page.get_by_role("radio", name="Dialogue").check()
    page.get_by_role("button", name="Try an example").click()
    page.get_by_role("button", name="Speak", exact=True).click()
    spoken = finished(page.locator("#jobs > li").first)
    spoken.get_by_role("button", name="Play").click()
    wait_until_playing(page, spoken, 3)
    page.evaluate("document.activeElement.blur()")
    take(page, "dialogue")


def take_comparison(page: Page, recording: Path) -> None:
    page.locator("#voice").select_option(label="Ada")
    spoken = finished(speak(page, WRITTEN))
    with page.expect_file_chooser() as chooser:
        spoken.get_by_role("button", name="A/B").click()
    chooser.value.set_files(recording)
    page.get_by_role("radio", name="Compare").check()
    page.get_by_label("Text to speak").fill("Far out, a bell rang twice.")
    page.get_by_role("button", name="Compare", exact=True).click()
    group = page.locator("#jobs > li").first
    expect(group.get_by_role("slider")).to_have_count(3)
    page.wait_for_timeout(500)  # for the waveforms
    group.get_by_role("button", name="Play").first.click()
    page.wait_for_timeout(900)
    page.evaluate("document.activeElement.blur(); scrollTo(0, document.body.scrollHeight)")
    take(page, "compare")


def take(page: Page, name: str) -> None:
    page.wait_for_timeout(400)  # what moves in comes to rest
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
