"""What becomes of a text in the sandbox: over reloads, refusals and waits."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
from playwright.sync_api import Route, expect

from engines.audio.encode import encode
from engines.base import Waveform
from tests.engines.audio.signals import silence
from tests.pages.conftest import Visits
from tests.pages.steps import (
    audio_id,
    entry,
    finished,
    register,
    speak,
    unique,
    wait_until_playing,
)


def test_history_survives_a_reload_and_unfinished_work_goes_on(
    visit: Visits, client: httpx.Client
) -> None:
    page = visit().open()
    ended = finished(speak(page))
    long = "Far out a bell rang twice, and then it stopped. " * 40
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    running = speak(page, long)
    expect(running.get_by_role("progressbar")).to_be_visible()
    page.wait_for_function("() => JSON.parse(localStorage['phonex.history'])[0].id")
    page.reload()
    expect(page.locator("#jobs > li")).to_have_count(2)
    finished(running)
    assert len(posts) == 1  # it was followed, not sent again
    assert client.get(f"/status/{audio_id(running)}").json()["status"] == "completed"
    ended.get_by_role("button", name="Play").click()
    wait_until_playing(page, ended)


def test_a_reload_before_the_answer_makes_no_second_job(visit: Visits) -> None:
    page = visit().open()
    answers: list[str] = []

    def lose_the_first(route: Route) -> None:
        answer = route.fetch()  # the service has it...
        answers.append(answer.json()["audio_id"])
        if len(answers) == 1:
            route.abort()  # ...but the answer is lost
        else:
            route.fulfill(response=answer)

    page.route("**/tts", lose_the_first)
    spoken = speak(page)
    expect(spoken).to_contain_text("cannot be reached")
    page.reload()
    finished(spoken)
    assert len(answers) == 2
    assert len(set(answers)) == 1


def test_a_full_queue_is_told_in_words_and_retry_after_is_obeyed(visit: Visits) -> None:
    page = visit().open()
    times: list[float] = []
    problem = {
        "type": "urn:phonex:problem:queue-full",
        "title": "Too much work is queued",
        "status": 429,
        "detail": "3,000 seconds of audio wait.",
    }

    def refuse_once(route: Route) -> None:
        times.append(time.monotonic())
        if len(times) > 1:
            route.continue_()
            return
        headers = {"Retry-After": "3", "Content-Type": "application/problem+json"}
        route.fulfill(status=429, headers=headers, body=json.dumps(problem))

    page.route("**/tts", refuse_once)
    spoken = speak(page)
    expect(spoken).to_contain_text("Too much work is queued")
    expect(spoken).to_contain_text("Trying again in 2 s")
    finished(spoken)
    expect(spoken).not_to_contain_text("Too much work")
    assert times[1] - times[0] >= 3


def test_what_the_service_refuses_is_told_where_it_can_be_mended(
    visit: Visits, tmp_path: Path
) -> None:
    page = visit().open()
    speak(page, "… — …")
    alert = page.locator("#compose-problem")
    expect(alert).to_contain_text("Nothing in the text can be said")
    expect(page.locator("#jobs > li")).to_have_count(0)
    page.get_by_label("Text to speak").fill("a" * 20_001)
    expect(page.locator("#count")).to_have_text("20,001 / 20,000")
    page.get_by_role("button", name="Speak", exact=True).click()
    expect(alert).to_contain_text("up to 20,000 are accepted")

    quiet = tmp_path / "quiet.wav"
    quiet.write_bytes(encode(Waveform(silence(4).samples, silence(4).sample_rate), "wav"))
    register(page, unique("Silent"), quiet)
    expect(page.locator("#register-problem")).to_contain_text("The recording is silent.")


def test_what_is_made_is_in_view_with_what_the_service_says_of_it(visit: Visits) -> None:
    page = visit(viewport={"width": 390, "height": 700}).open()
    text = "It was <em>quiet</em> there."
    card = finished(speak(page, text))
    expect(card).to_be_in_viewport(ratio=1)
    expect(card.get_by_label("Warnings")).to_contain_text("<em>")
    page.reload()
    expect(entry(page, text).get_by_label("Warnings")).to_contain_text("<em>")
