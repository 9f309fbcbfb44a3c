"""What a visitor does, in the words of the page."""

from __future__ import annotations

import uuid
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SENTENCE = "The harbour was quiet before dawn, and one lamp burned."


def unique(name: str) -> str:
    """A name that no other test has given to a voice."""
    return f"{name} {uuid.uuid4().hex[:6]}"


def register(page: Page, name: str, recording: Path | None = None) -> None:
    """Make a voice out of a file, or of what was recorded already."""
    if not page.locator("#register").is_visible():
        page.get_by_role("button", name="Add").locator("visible=true").first.click()
    page.get_by_label("Name").fill(name)
    if recording:
        page.locator("#samples").set_input_files(recording)
    page.get_by_label("agreed to have this voice").check()
    page.get_by_role("button", name="Make the voice").click()


def speak(page: Page, text: str = SENTENCE) -> Locator:
    """Submit a text; its entry in the list."""
    page.get_by_label("Text to speak").fill(text)
    page.get_by_role("button", name="Speak", exact=True).click()
    return entry(page, text)


def entry(page: Page, text: str) -> Locator:
    return page.locator("#jobs > li").filter(has_text=text[:50])


def finished(spoken: Locator) -> Locator:
    """The same entry once its audio is there."""
    expect(spoken.get_by_role("slider")).to_be_visible()
    return spoken


def audio_id(spoken: Locator) -> str:
    href = spoken.get_by_role("link", name="Download").get_attribute("href")
    assert href
    return href.rsplit("/", 1)[-1]


def current_time(spoken: Locator) -> float:
    seconds: float = spoken.locator("audio").evaluate("audio => audio.currentTime")
    return seconds


def wait_until_playing(page: Page, spoken: Locator, beyond_s: float = 0.3) -> None:
    """The clock of the audio itself has to move: sound comes out."""
    handle = spoken.locator("audio").element_handle()
    page.wait_for_function("([audio, s]) => audio.currentTime > s", arg=[handle, beyond_s])
