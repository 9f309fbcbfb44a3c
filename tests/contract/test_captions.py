"""Captions of a real service: words are heard when they say, whatever else is asked for."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import pytest

from tests.conftest import read_audio

STEP_S = 0.0025
QUIET = 0.01  # of the loudest step

# Each with planted pauses, and with something that is said otherwise than it is written.
TEXTS = {
    "EN": ("It was late. [pause 700ms] My aunt paid $3.50. [pause 700ms] All is good.", "$3.50"),
    "ES": ("Una amiga. [pause 700ms] Me dio 3,50 €. [pause 700ms] La abuela.", "3,50 €"),
    "FR": ("Une amie. [pause 700ms] Il donne 3,50 €. [pause 700ms] La maison.", "3,50 €"),
    "ZH": ("我们来了。[pause 700ms]妈妈有3.5元。[pause 700ms]老虎。", "3.5元"),
    "JP": ("雨の日。[pause 700ms]今は3時30分。[pause 700ms]山の上。", "3時30分"),
    "KR": ("어머니. [pause 700ms] 모두 3,500원. [pause 700ms] 나무 위.", "3,500원"),
}


def make(client: httpx.Client, **body: Any) -> tuple[dict[str, Any], np.ndarray, int]:
    """The captions of a new job, and its samples."""
    answer = client.post("/clone" if "voice_id" in body else "/tts", json={"seed": 4} | body).json()
    assert answer["status"] == "completed", answer
    captions = client.get(f"{answer['audio_url']}/captions.json").json()
    samples, rate = read_audio(client.get(answer["audio_url"]).content)
    return captions, samples, rate


def pauses(samples: np.ndarray, rate: int) -> list[tuple[float, float]]:
    """Start and end of each silence of over half a second inside, in seconds."""
    step = round(STEP_S * rate)
    steps = samples[: len(samples) // step * step].reshape(-1, step)
    loudness = np.sqrt(np.mean(np.square(steps, dtype=np.float64), axis=1))
    loud = np.flatnonzero(loudness > QUIET * loudness.max())
    seconds = step / rate
    return [
        ((int(one) + 1) * seconds, int(other) * seconds)
        for one, other in pairwise(loud)
        if (other - one) * seconds > 0.5
    ]


def edges(captions: dict[str, Any], samples: np.ndarray, rate: int) -> list[float]:
    """Seconds between where each silence begins or ends, and the word that it borders on."""
    found: list[float] = []
    silences = pauses(samples, rate)
    assert len(silences) == 2
    for start, end in silences:
        middle = (start + end) / 2
        before = [word for word in captions["words"] if word["start"] < middle][-1]
        after = next(word for word in captions["words"] if word["start"] > middle)
        found += [abs(before["end"] - start), abs(after["start"] - end)]
    return found


def test_words_are_heard_when_captions_say_in_every_language(client: httpx.Client) -> None:
    found: list[float] = []
    for language, (text, price) in TEXTS.items():
        for changes in ({}, {"speed": 1.4, "sample_rate": 16_000}, {"pitch": 3, "format": "flac"}):
            captions, samples, rate = make(client, text=text, language=language, **changes)
            found += edges(captions, samples, rate)
            words = captions["words"]
            assert price in [text[word["char_start"] : word["char_end"]] for word in words]
            covered = {at for word in words for at in range(word["char_start"], word["char_end"])}
            spoken = text.replace("[pause 700ms]", " " * len("[pause 700ms]"))
            assert {at for at, char in enumerate(spoken) if char.isalnum()} <= covered
            assert words[-1]["end"] <= captions["seconds"] == round(len(samples) / rate, 3)
    assert len(found) == 4 * 3 * len(TEXTS)
    assert np.median(found) < 0.02, found
    assert np.percentile(found, 95) < 0.05, found


def test_a_clone_has_the_times_of_the_speech_behind_it(client: httpx.Client, voice_id: str) -> None:
    text, _ = TEXTS["EN"]
    base, *_ = make(client, text=text, speaker="EN-US")
    captions, samples, rate = make(client, text=text, speaker="EN-US", voice_id=voice_id)
    for one, other in zip(base["words"], captions["words"], strict=True):
        assert one["text"] == other["text"]
        assert one["start"] == pytest.approx(other["start"], abs=0.01)
    assert np.median(edges(captions, samples, rate)) < 0.02


def test_a_stream_has_the_captions_of_its_file(client: httpx.Client) -> None:
    text = "Well, this is long enough to be cut early, and heard at once. [pause 1s] It is."
    answer = client.post("/tts", json={"text": text, "stream": True, "seed": 4, "format": "wav"})
    url = f"/audio/{answer.headers['X-Audio-Id']}"
    client.get(f"/status/{answer.headers['X-Audio-Id']}", params={"wait": 20})
    captions = client.get(f"{url}/captions.json").json()
    assert [text[word["char_start"] : word["char_end"]] for word in captions["words"]] == [
        word["text"] for word in captions["words"]
    ]
    assert captions["words"][-1]["text"] == "is"
    assert client.get(f"{url}/captions.vtt").text.startswith("WEBVTT")


def test_events_have_the_words_of_what_they_bring(client: httpx.Client) -> None:
    body = {"input": "One two. Three.", "stream_format": "sse", "timestamps": "word"}
    answer = client.post("/v1/audio/speech", json=body)
    assert '"speech.audio.done"' in answer.text
    assert answer.text.index('"Three"') < answer.text.index('"speech.audio.done"')


@pytest.mark.parametrize("way", ["/with-timestamps", "/stream/with-timestamps"])
def test_characters_for_elevenlabs_clients_have_the_times_of_their_words(
    client: httpx.Client, way: str
) -> None:
    text = "It cost $3.50, or more. [pause 500ms] Really? Nobody in the village had slept."
    answer = client.post(f"/v1/text-to-speech/EN-US{way}", json={"text": text})
    assert answer.status_code == httpx.codes.OK, answer.text
    told = [json.loads(line)["alignment"] for line in answer.text.splitlines()]
    starts = [at for one in told if one for at in one["character_start_times_seconds"]]
    ends = [at for one in told if one for at in one["character_end_times_seconds"]]
    assert "".join(char for one in told if one for char in one["characters"]) == text
    url = f"/audio/{answer.headers['X-Audio-Id']}/captions.json"
    words = client.get(url, params={"wait": 10}).json()["words"]
    for word in words:
        assert starts[word["char_start"]] == pytest.approx(word["start"], abs=0.002)
        assert ends[word["char_end"] - 1] == pytest.approx(word["end"], abs=0.002)
