"""The sandbox as its visitors use it, from a recording to audio that is heard."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.conftest import Visits
from tests.pages.steps import (
    SENTENCE,
    audio_id,
    current_time,
    entry,
    finished,
    register,
    speak,
    unique,
    wait_until_playing,
)


def drawn(page: Page) -> dict[str, int]:
    """How many pixels of the waveform are played and not yet played, and its highest column."""
    pixels: dict[str, int] = page.evaluate(
        """() => {
          const canvas = document.querySelector(".seek canvas");
          const [accent] = [getComputedStyle(canvas).accentColor].map(color =>
            color.match(/\\d+/g).slice(0, 3).join());
          const {data, width, height} = canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height);
          const found = {played: 0, left: 0, tallest: 0};
          for (let x = 0; x < width; x += 1) {
            let tall = 0;
            for (let y = 0; y < height; y += 1) {
              const at = 4 * (y * width + x);
              if (data[at + 3] < 255) continue;
              tall += 1;
              found[data.slice(at, at + 3).join() === accent ? "played" : "left"] += 1;
            }
            found.tallest = Math.max(found.tallest, tall);
          }
          return found;
        }"""
    )
    return pixels


def test_a_recording_becomes_a_voice_that_is_heard_kept_and_deleted(
    visit: Visits, upload: Path, client: httpx.Client
) -> None:
    page = visit().open()
    name = unique("Journey")
    register(page, name, upload)
    done = page.locator("#register-done")
    expect(done).to_contain_text(f"{name} is ready.")
    for words in ("Speech", "Background", "Level", "Clipping", "Consent was stated."):
        expect(done).to_contain_text(words)
    voice_id = name.lower().replace(" ", "_")
    assert client.get(f"/voice/{voice_id}").json()["consent"] is True
    page.get_by_role("button", name="Use this voice").click()

    spoken = finished(speak(page))
    expect(spoken).to_contain_text(name)
    page.wait_for_function("() => document.querySelector('audio').src.startsWith('blob:')")
    page.wait_for_timeout(200)  # for the drawing
    before = drawn(page)
    assert before["played"] == 0
    assert before["tallest"] > 20  # bars as loud as the speech, no flat line

    spoken.get_by_role("button", name="Play").click()
    wait_until_playing(page, spoken)
    assert drawn(page)["played"] > 0
    spoken.get_by_role("button", name="Pause").click()
    seek = spoken.get_by_role("slider")
    box = seek.bounding_box()
    assert box
    length: float = spoken.locator("audio").evaluate("audio => audio.duration")
    seek.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert current_time(spoken) == pytest.approx(length / 2, abs=0.3)

    identifier = audio_id(spoken)
    with page.expect_download() as download:
        spoken.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".mp3")
    assert Path(download.value.path()).read_bytes() == client.get(f"/audio/{identifier}").content

    spoken.get_by_role("button", name="Delete").click()
    page.locator("#ask").get_by_role("button", name="Delete").click()
    expect(spoken).to_have_count(0)
    assert client.get(f"/audio/{identifier}").status_code == 404
    page.get_by_role("button", name=f"Delete {name}").click()
    page.locator("#ask").get_by_role("button", name="Delete").click()
    expect(page.locator("#voice-list")).not_to_contain_text(name)
    assert client.get(f"/voice/{voice_id}").status_code == 404


def test_a_visitor_sees_how_a_text_is_read(visit: Visits) -> None:
    page = visit().open()
    page.get_by_label("Text to speak").fill("😀 It cost $3.50 ☘ today.")
    asked = page.get_by_role("button", name="How it is read")
    asked.click()
    shown = page.get_by_role("region", name="How it is read")
    money = shown.get_by_role("listitem").filter(has_text="$3.50")
    expect(money).to_contain_text("three dollars fifty cents")
    expect(money.locator("code")).to_contain_text("dˈɑːlɚz")
    expect(shown).to_contain_text("not spoken: 😀 ☘")
    asked.click()
    expect(shown).to_be_hidden()
    asked.click()
    expect(shown).to_be_visible()
    page.get_by_label("Text to speak").fill("Another text.")
    expect(shown).to_be_hidden()
    page.get_by_label("Text to speak").fill("")
    asked.click()
    expect(page.get_by_role("alert")).to_contain_text("There is nothing to say")


def test_a_key_is_asked_for_kept_in_the_tab_and_sent(visit: Visits) -> None:
    visitor = visit()
    page = visitor.page
    sent: list[str | None] = []

    def guard(route: Route) -> None:
        secret = route.request.headers.get("authorization")
        sent.append(secret)
        if secret == "Bearer right":
            route.continue_()
            return
        problem = {"type": "urn:phonex:problem:unauthorized", "title": "A key is needed"}
        route.fulfill(status=401, content_type="application/problem+json", body=json.dumps(problem))

    for pattern in ("**/health", "**/voice/**", "**/tts*", "**/tts/*", "**/status/**"):
        page.route(pattern, guard)
    page.route("**/audio/**", guard)
    page.goto(visitor.url + "/sandbox")
    key = page.get_by_label("API key")
    expect(key).to_be_focused()
    key.fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not take this key")
    key.fill("right")
    page.keyboard.press("Enter")
    expect(page.locator("#service")).to_have_attribute("data-state", "ready")
    expect(key).to_be_hidden()
    spoken = finished(speak(page))
    spoken.get_by_role("button", name="Play").click()
    wait_until_playing(page, spoken)
    with page.expect_download() as download:
        spoken.get_by_role("link", name="Download").click()
    assert download.value.path().stat().st_size > 1000
    assert "right" not in json.dumps(page.evaluate("() => ({...localStorage})"))
    assert set(sent) == {None, "Bearer wrong", "Bearer right"}
    page.get_by_role("button", name="Forget key").click()
    expect(key).to_be_visible()


def test_the_whole_path_can_be_gone_by_keyboard(visit: Visits, client: httpx.Client) -> None:
    page = visit().open()
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    press("Enter")
    page.keyboard.type(SENTENCE)
    press("Control+Enter")
    spoken = finished(entry(page, SENTENCE))
    identifier = audio_id(spoken)
    play = spoken.get_by_role("button", name="Play")
    for _ in range(20):
        press("Tab")
        if play.evaluate("button => button === document.activeElement"):
            break
    press("Enter")
    wait_until_playing(page, spoken)
    press("Enter")  # pauses
    press("Tab")
    expect(spoken.get_by_role("slider")).to_be_focused()
    press("Home")
    page.wait_for_function("() => document.querySelector('audio').currentTime === 0")
    press("ArrowRight")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 1")
    for _ in range(6):  # what was read, two of captions, download, again, delete
        press("Tab")
    expect(spoken.get_by_role("button", name="Delete")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    press("Tab")
    press("Enter")
    expect(spoken).to_have_count(0)
    assert client.get(f"/audio/{identifier}").status_code == 404


def test_the_page_says_that_the_service_is_gone_and_that_it_is_back(visit: Visits) -> None:
    page = visit().open()
    state = page.locator("#service")
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(state).to_have_attribute("data-state", "away")
    expect(state).to_contain_text("cannot be reached")
    page.context.set_offline(False)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(state).to_have_attribute("data-state", "ready")


def test_text_from_right_to_left_stands_so(visit: Visits) -> None:
    page = visit().open()
    page.get_by_label("Text to speak").fill("مرحبا hello")
    text = page.get_by_label("Text to speak")
    assert text.evaluate("box => getComputedStyle(box).direction") == "rtl"


def test_a_recording_is_looked_at_for_the_mark(visit: Visits, sample: Path, upload: Path) -> None:
    page = visit().open()
    page.get_by_role("button", name="Verify").click()
    found = page.locator("#verify-found")
    page.get_by_label("Recording").locator("visible=true").set_input_files(sample)
    expect(found).to_contain_text("speech that this service generated")
    expect(found).to_contain_text("1 in 1,000,000,000,000")
    page.get_by_label("Recording").locator("visible=true").set_input_files(upload)
    expect(found).to_contain_text("No mark of this service was found")
