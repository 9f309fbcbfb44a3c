"""Captions in a browser: read along in the sandbox, downloaded, and shown by a <track>."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Visits
from tests.pages.steps import audio_id, current_time, finished, speak, wait_until_playing

TEXT = "It cost $3.50, and one small lamp burned at the very end of the long old pier. Really?"

# What the browser makes of a track, and when.
CUES = """async (url) => {
  const video = document.createElement("video");
  const track = document.createElement("track");
  const loaded = new Promise((resolve, reject) => {
    track.onload = resolve;
    track.onerror = () => reject(new Error("the track cannot be read"));
  });
  track.src = url;
  video.append(track);
  document.body.append(video);
  track.track.mode = "hidden";
  await loaded;
  const cues = [...track.track.cues].map((cue) => ({
    start: cue.startTime, end: cue.endTime, text: cue.getCueAsHTML().textContent,
  }));
  video.remove();
  return cues;
}"""


def word_at(captions: dict[str, Any], seconds: float) -> str:
    begun = [word for word in captions["words"] if word["start"] <= seconds]
    text: str = begun[-1]["text"]
    return text


def marked(page: Page) -> tuple[float, str]:
    """The second that is heard, and the word that is marked then."""
    seconds, word = page.evaluate(
        """() => [document.querySelector("#jobs audio").currentTime,
                  document.querySelector(".word[data-heard]")?.textContent ?? ""]"""
    )
    return seconds, word


def test_a_text_is_read_along_and_its_captions_are_downloaded(
    visit: Visits, client: httpx.Client
) -> None:
    page = visit().open()
    spoken = finished(speak(page, TEXT))
    identifier = audio_id(spoken)
    captions = client.get(f"/audio/{identifier}/captions.json").json()
    spoken.get_by_role("button", name="Play").click()
    wait_until_playing(page, spoken, beyond_s=1.0)
    heard: set[str] = set()
    while current_time(spoken) < 2.5 and not spoken.locator("audio").evaluate("one => one.ended"):
        seconds, word = marked(page)
        # A frame or two may lie between what is heard and what is drawn.
        assert word in {word_at(captions, seconds - late) for late in (0.0, 0.05, 0.1, 0.2)}
        heard.add(word)
        page.wait_for_timeout(50)
    assert len(heard) >= 3
    spoken.get_by_role("button", name="Pause").click()
    expect(spoken.locator(".said")).to_have_text(TEXT)
    (lamp,) = [word for word in captions["words"] if word["text"] == "lamp"]
    spoken.locator(".word", has_text="lamp").click()
    assert current_time(spoken) == pytest.approx(lamp["start"], abs=0.05)
    expect(spoken.locator(".word[data-heard]")).to_have_text("lamp")

    for name, form in (("WebVTT", "vtt"), ("SubRip", "srt")):
        with page.expect_download() as download:
            spoken.get_by_role("link", name=f"Captions as {name}").click()
        assert download.value.suggested_filename == f"{identifier}.{form}"
        there = client.get(f"/audio/{identifier}/captions.{form}").content
        assert Path(download.value.path()).read_bytes() == there


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("EN", TEXT + " <b>1 & 2</b> -->"),
        ("JP", "夜明け前の港は静かだった。3時30分、誰も眠れなかった。"),
    ],
)
def test_a_track_shows_the_captions_when_they_are_heard(
    visit: Visits, client: httpx.Client, language: str, text: str
) -> None:
    page = visit().open()
    answer = client.post("/tts", json={"text": text, "language": language}).json()
    url = f"/audio/{answer['audio_id']}/captions"
    captions = client.get(f"{url}.json").json()["captions"]
    for words in ("false", "true"):
        cues = page.evaluate(CUES, f"{url}.vtt?words={words}")
        assert [cue["text"].split("\n") for cue in cues] == [one["lines"] for one in captions]
        for cue, one in zip(cues, captions, strict=True):
            assert cue["start"] == pytest.approx(one["start"], abs=0.001)
            assert cue["end"] == pytest.approx(one["end"], abs=0.001)
