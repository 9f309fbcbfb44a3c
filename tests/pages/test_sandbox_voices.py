"""Voices in the sandbox: by a microphone, a file or a sample, and by consent alone."""

from __future__ import annotations

from pathlib import Path

import httpx
from playwright.sync_api import Route, expect

from tests.pages.conftest import Visits
from tests.pages.steps import (
    SENTENCE,
    audio_id,
    finished,
    register,
    speak,
    unique,
)


def test_the_microphone_makes_a_voice(visit: Visits, client: httpx.Client) -> None:
    page = visit().open()
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_function(  # the level follows the voice, the clock runs
        """() => document.querySelector("#meter").getAttribute("aria-valuenow") > 40
          && document.querySelector("#record-time").textContent >= "0:05" """
    )
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#sample-list")).to_contain_text("Recording 1.webm")
    name = unique("Spoken")
    register(page, name)
    expect(page.locator("#register-done")).to_contain_text(f"{name} is ready.")
    voice = client.get(f"/voice/{name}").json()
    assert voice["quality"][0]["speech_seconds"] > 3


def test_what_shows_a_consent_stands_in_the_details_of_its_voice(
    visit: Visits, upload: Path, client: httpx.Client
) -> None:
    name = unique("Evidence")
    told = {"consent": "true", "consent_speaker": "Ada <b>", "consent_words": "I agree."}
    files = {"voice_sample": upload.read_bytes()}
    made = client.post("/voice/register", data={"voice_name": name} | told, files=files)
    assert made.status_code == 200, made.text
    voice = visit().open().locator("#voice-list > li").filter(has_text=name)
    voice.locator("summary").click()
    expect(voice).to_contain_text("Consent was stated. Ada <b> agreed: “I agree.” (stated on")
    assert client.delete(f"/voice/{made.json()['voice_id']}").status_code == 200


def test_without_consent_no_voice_is_made(visit: Visits, sample: Path) -> None:
    page = visit().open()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    page.get_by_label("Name").fill("Nobody")
    page.locator("#samples").set_input_files(sample)
    page.get_by_role("button", name="Make the voice").click()
    expect(page.get_by_role("alert")).to_contain_text("consent is missing")
    expect(page.get_by_label("agreed to have this voice")).to_be_focused()
    assert "POST" not in sent


def test_a_visitor_without_a_recording_clones_a_sample_as_a_speaker_of_choice(
    visit: Visits, client: httpx.Client
) -> None:
    page = visit().open()
    expect(page.get_by_label("Spoken like")).to_be_hidden()
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    page.get_by_role("button", name="Try a sample").click()
    name = unique("Harbour")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the voice").click()
    page.get_by_role("button", name="Use this voice").click()
    page.get_by_label("Spoken like").select_option(label="Australian")
    card = finished(speak(page, SENTENCE))
    job = client.get(f"/status/{audio_id(card)}").json()
    assert job["kind"] == "clone"
    assert job["speaker"] == "EN-AU"
    card.get_by_role("button", name="Use this text and voice again").click()
    expect(page.get_by_label("Spoken like")).to_have_value("EN-AU")


def test_who_is_quicker_than_the_sample_is_waited_for(visit: Visits) -> None:
    page = visit().open()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/harbour.ogg", hold)
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    with page.expect_request("**/harbour.ogg"):
        page.get_by_role("button", name="Try a sample").click()
    page.get_by_label("Name").fill(unique("Harbour"))
    page.get_by_role("button", name="Make the voice").click()
    held[0].continue_()
    expect(page.get_by_role("button", name="Use this voice")).to_be_visible(timeout=30_000)


def test_a_wrong_file_is_told_in_the_visitors_words(visit: Visits, tmp_path: Path) -> None:
    named = tmp_path / "notes.txt"
    named.write_text("to do")
    hidden = tmp_path / "speech.mp3"
    hidden.write_bytes(bytes(range(256)) * 20)
    page = visit().open()
    page.get_by_role("button", name="Add").locator("visible=true").first.click()
    problem = page.locator("#register-problem")
    page.locator("#samples").set_input_files(named)
    expect(problem).to_contain_text("notes.txt holds no sound")
    expect(page.locator("#sample-list li")).to_have_count(0)
    page.locator("#samples").set_input_files(hidden)
    page.get_by_label("Name").fill(unique("Nobody"))
    page.get_by_label("agreed").check()
    page.get_by_role("button", name="Make the voice").click()
    expect(problem).to_contain_text("speech.mp3 holds no sound")
