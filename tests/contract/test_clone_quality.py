"""What comes out of the service, heard as audio: the right voice, and every sentence in order."""

from __future__ import annotations

import uuid

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.audio.resample import resample
from engines.base import Samples, Waveform
from engines.reading.split import split_text
from tests.conftest import PARAGRAPH, read_audio, speak
from tests.engines.embedded.measure import RATE, distance_db, median_f0

PARAGRAPHS = (
    "Rivers carve valleys over thousands of years. Frost breaks the hardest stones apart. "
    "Wind carries fine dust across whole continents. Rain gathers it into fertile soil. "
    "Seeds wait patiently beneath the surface. Sunlight wakes them early in spring. "
    "Roots hold the loose ground together. Leaves fall and feed the earth again. "
    "Animals follow the changing seasons north. Rivers carry their traces to the sea. "
    "Clouds rise slowly from warm water. Storms return them to the mountains. "
    "Glaciers remember ancient winters in layers. Sand records forgotten tides in ripples. "
    "Caves keep their silence in the dark. Lightning writes bright letters on the night. "
    "Meadows hum with small and busy wings. Forests breathe out cool morning mist. "
    "Islands grow from fire beneath the waves. Harbours glitter under a thin new moon. "
    "Bells answer one another across the bay. Stars look down on all of it unchanged."
)


def heard(data: bytes) -> Samples:
    """Mono samples (T,) at the rate at which voices are measured."""
    samples, rate = read_audio(data)
    samples = samples.mean(axis=1) if samples.ndim == 2 else samples
    return resample(Waveform(samples.astype(np.float32), rate), RATE).samples


def test_a_clone_of_a_real_voice_takes_its_pitch_and_spectrum(
    client: httpx.Client, demo_recording: bytes
) -> None:
    answer = client.post(
        "/voice/register",
        data={"voice_name": f"demo {uuid.uuid4().hex[:6]}"},
        files={"voice_sample": ("demo.mp3", demo_recording, "audio/mpeg")},
    )
    assert answer.status_code == 200, answer.text
    clone = heard(speak(client, PARAGRAPH, voice_id=answer.json()["voice_id"]))
    base = heard(speak(client, PARAGRAPH))
    reference = heard(demo_recording)
    assert median_f0(clone) == pytest.approx(median_f0(reference), rel=0.03)
    assert distance_db(clone, reference) < distance_db(clone, base)


def test_a_minute_of_speech_has_every_sentence_in_order(client: httpx.Client) -> None:
    assert len(PARAGRAPHS) >= 850
    whole, rate = read_audio(speak(client, PARAGRAPHS, speed=0.8))
    pieces = split_text(PARAGRAPHS, "EN")
    assert len(pieces) >= 15
    alone = [read_audio(speak(client, piece, speed=0.8))[0] for piece in pieces]
    assert len(whole) / rate > 55
    # But for the mark, which is another in each job, and at least 28 dB under the speech.
    joined = np.concatenate(alone)
    assert len(whole) == len(joined)
    difference = np.sqrt(np.mean(np.square(whole - joined)))
    assert difference < 10 ** (-22 / 20) * np.sqrt(np.mean(np.square(joined)))


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["EN", "ES", "FR", "ZH", "JP", "KR"]))
def test_any_text_is_spoken_or_refused_with_a_reason(
    client: httpx.Client, text: str, language: str
) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # a lone surrogate cannot be sent as JSON by this client
    answer = client.post("/tts", json={"text": text, "language": language})
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 422:
        assert answer.json()["type"] == "urn:phonex:problem:unspeakable-text"
