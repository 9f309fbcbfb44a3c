"""The neural engine end to end: tiny random weights behind real HTTP, on the CPU."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile

from config.settings import Settings
from engines import registry
from engines.base import Utterance, Waveform
from engines.errors import EngineUnavailable
from tests.conftest import PARAGRAPH, read_audio, speak
from tests.neural_models import models_dir
from tests.running import RunningService

__all__ = ["models_dir"]

SENTENCE = "A single lamp burned on the long stone pier."
SPEAKERS = ["EN-US", "EN-BR", "EN_INDIA", "EN-AU", "EN-Default", "EN-Newest"]


@pytest.fixture(scope="module")
def neural(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = {
        "engine": "neural",
        "neural": {"models_dir": str(models_dir), "allow_random_weights": True},
    }
    running = RunningService(tmp_path_factory.mktemp("neural"), settings)
    try:
        running.wait_until_ready()
        yield running.client
    finally:
        running.stop()


@pytest.fixture(scope="module")
def human() -> bytes:
    """Speech to learn a voice from: eSpeak's, since random weights speak none."""
    try:
        engine = registry.create_speech(Settings(engine="embedded"))
    except EngineUnavailable as missing:
        pytest.skip(missing.message)
    try:
        (wave,) = engine.synthesize([Utterance(PARAGRAPH, "EN", "EN-US")])
    finally:
        engine.close()
    assert isinstance(wave, Waveform)
    file = io.BytesIO()
    soundfile.write(file, wave.samples, wave.sample_rate, format="WAV")
    return file.getvalue()


@pytest.fixture(scope="module")
def voice(neural: httpx.Client, human: bytes) -> str:
    answer = neural.post(
        "/voice/register",
        data={"voice_name": "Neural"},
        files={"voice_sample": ("voice.wav", human)},
    )
    assert answer.status_code == 200, answer.text
    registered: str = answer.json()["voice_id"]
    return registered


def test_health_says_that_the_weights_are_random(neural: httpx.Client) -> None:
    health = neural.get("/health").json()
    assert health["status"] == "healthy"
    assert health["engine"] == "neural"
    assert [stage["engine"] for stage in health["stages"]] == ["melotts", "openvoice", "openvoice"]
    for stage in health["stages"]:
        assert "random weights" in stage["note"]
        assert stage["backend"].startswith("torch")


def test_speakers_are_those_of_the_checkpoints(neural: httpx.Client) -> None:
    assert neural.get("/tts/speakers").json()["speakers"] == {"EN": SPEAKERS}
    for speaker in ("en-india", "EN_NEWEST"):
        samples, rate = read_audio(speak(neural, SENTENCE, speaker=speaker))
        assert rate == 44_100
        assert np.abs(samples).max() > 0.001
    refused = neural.post("/tts", json={"text": "Hola.", "language": "ES"})
    assert refused.status_code == 422


def test_register_clone_and_download(neural: httpx.Client, voice: str) -> None:
    spoken, spoken_rate = read_audio(speak(neural, SENTENCE, seed=3, speaker="EN-US"))
    cloned, rate = read_audio(speak(neural, SENTENCE, seed=3, voice_id=voice, speaker="EN-US"))
    assert (spoken_rate, rate) == (44_100, 22_050)
    assert len(cloned) / rate == pytest.approx(len(spoken) / spoken_rate, abs=0.05)
    assert np.abs(cloned).max() > 0.001


def test_pitch_and_speed_reach_the_engine(neural: httpx.Client, voice: str) -> None:
    plain, _ = read_audio(speak(neural, SENTENCE, seed=3, voice_id=voice))
    high, _ = read_audio(speak(neural, SENTENCE, seed=3, voice_id=voice, pitch=4))
    fast, _ = read_audio(speak(neural, SENTENCE, seed=3, voice_id=voice, speed=1.8))
    assert len(high) == len(plain)
    assert np.abs(high - plain).max() > 0.001
    assert len(fast) < 0.8 * len(plain)


def test_a_seed_gives_the_same_audio_whatever_else_runs(neural: httpx.Client, voice: str) -> None:
    text = f"{SENTENCE} The boat turned towards the open sea."
    alone, _ = read_audio(speak(neural, text, seed=7, voice_id=voice))

    def busy(index: int) -> np.ndarray:
        asked, seed = (text, 7) if index % 3 == 0 else (SENTENCE, index)
        samples, _ = read_audio(speak(neural, asked, seed=seed, voice_id=voice))
        return samples

    with ThreadPoolExecutor(7) as pool:
        crowd = list(pool.map(busy, range(7)))
    for samples in crowd[::3]:
        assert len(samples) == len(alone)
        assert np.abs(samples - alone).max() <= 1e-4
