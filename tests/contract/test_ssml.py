"""A dialogue in SSML over HTTP: base speakers and a registered voice, whole and as a stream."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import read_audio

DIALOGUE = (
    "<speak><voice name='EN-BR'>Good morning.</voice><break time='1s'/><mark name='answer'/>"
    "<voice name='{voice}'>Hello there.</voice> <voice name='ES'>Buenos días.</voice></speak>"
)


def test_a_dialogue_in_two_languages_is_the_same_whole_and_streamed(
    client: httpx.Client, voice_id: str
) -> None:
    body = {"text": DIALOGUE.format(voice=voice_id), "input_type": "ssml", "seed": 1}
    answer = client.post("/tts", json=body).json()
    assert answer["status"] == "completed", answer
    assert answer["warnings"] == []
    samples, rate = read_audio(client.get(answer["audio_url"]).content)
    (mark,) = answer["marks"]
    assert 1.5 < mark["seconds"] < len(samples) / rate - 1
    before = samples[round((mark["seconds"] - 0.9) * rate) : round(mark["seconds"] * rate)]
    assert abs(before).max() < 1e-3  # the pause ends where the mark stands
    assert client.get(answer["status_url"]).json()["kind"] == "clone"
    streamed = client.post("/tts", json=body | {"stream": True, "format": "pcm"})
    assert streamed.status_code == httpx.codes.OK
    assert len(streamed.content) == pytest.approx(2 * len(samples), abs=8)
