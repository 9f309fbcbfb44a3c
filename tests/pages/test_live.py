"""The sandbox plays audio while it is made."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.conftest import PARAGRAPH
from tests.pages.conftest import Visits
from tests.pages.steps import current_time

LONG = PARAGRAPH * 30


def speak_long(page: Page) -> None:
    page.get_by_label("Text to speak").fill(LONG)
    page.get_by_role("button", name="Speak", exact=True).click()


def test_a_long_text_sounds_before_it_is_done_and_goes_on_when_it_is(
    visit: Visits, client: httpx.Client
) -> None:
    page = visit().open()
    # What a page plays without being in it: seen where it is made.
    page.evaluate(
        """() => {
          const Made = Audio;
          window.heard = [];
          window.Audio = class extends Made {
            constructor() { super(); window.heard.push(this); }
          };
        }"""
    )
    speak_long(page)
    card = page.locator("#jobs li").first
    card.get_by_role("button", name="Listen while it is made").click()
    while page.evaluate("window.heard[0]?.currentTime ?? 0") < 0.3:  # the test's own limit ends it
        page.wait_for_timeout(50)
    expect(card.get_by_role("button", name="Pause")).to_be_visible()
    assert client.get("/jobs").json()["jobs"][0]["status"] == "processing"
    expect(card.get_by_role("slider")).to_be_visible()  # it is done, and has its player
    while current_time(card) < 0.3:
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Pause").first.click()
