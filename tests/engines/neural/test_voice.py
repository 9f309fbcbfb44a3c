"""OpenVoice from a models' folder: learning, converting, and how it is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import torch

from config.settings import Settings
from engines import registry
from engines.base import (
    Conversion,
    ConversionEngine,
    EmbeddingEngine,
    VoiceEmbedding,
    Waveform,
)
from engines.errors import EngineError, UnusableSpeech
from engines.neural.voice import NeuralVoice
from engines.openvoice.engine import OpenVoiceEngine
from tests.engines.neural.same import same

RATE = 22_050


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[NeuralVoice]:
    engine = registry.create_conversion(settings)
    assert isinstance(engine, NeuralVoice)
    yield engine
    engine.close()


def hum(hertz: float, seconds: float = 1.0, rate: int = RATE) -> Waveform:
    time = np.arange(int(seconds * rate)) / rate
    overtones = np.arange(1, 9)[:, None]
    wave = (np.sin(2 * np.pi * hertz * overtones * time) / overtones).sum(0)
    return Waveform((0.2 * wave).astype(np.float32), rate)


@pytest.fixture(scope="module")
def target(engine: NeuralVoice) -> VoiceEmbedding:
    (embedding,) = engine.embed([hum(200)])
    assert isinstance(embedding, VoiceEmbedding)
    return embedding


def heard(answer: Waveform | EngineError) -> Waveform:
    assert isinstance(answer, Waveform), answer
    return answer


def test_speaks_both_protocols(engine: NeuralVoice, target: VoiceEmbedding) -> None:
    assert isinstance(engine, EmbeddingEngine)
    assert isinstance(engine, ConversionEngine)
    assert engine.info.family == "neural"
    assert engine.info.note.startswith("random weights")
    assert (target.engine, target.version) == (engine.info.name, engine.info.version)
    engine.check()


def test_a_stored_base_speaker_is_not_measured_anew(
    engine: NeuralVoice, target: VoiceEmbedding
) -> None:
    """Whoever has no stored embedding is measured on the audio at hand."""
    known = Conversion(hum(110), target, "EN", "EN_INDIA", seed=1)
    unknown = Conversion(hum(110), target, "EN", "somebody", seed=1)
    first, second = engine.convert([known, unknown])
    assert np.abs(heard(first).samples - heard(second).samples).max() > 1e-6
    assert "en-india" in engine.engine.base_speakers


def test_a_seed_gives_the_same_audio_in_any_batch(
    engine: NeuralVoice, target: VoiceEmbedding
) -> None:
    one = Conversion(hum(120), target, "EN", "EN-US", seed=5)
    long = Conversion(hum(150, 2.5, 44_100), target, "EN", "EN-BR", seed=6)
    single = heard(engine.convert([one])[0])
    crowded = heard(engine.convert([long, one, long])[1])
    assert len(single.samples) == len(crowded.samples) == RATE // 256 * 256
    assert same(single.samples, crowded.samples, engine.engine.running().device)


def test_pitch_moves_after_conversion(engine: NeuralVoice, target: VoiceEmbedding) -> None:
    pytest.importorskip("pyworld", reason="make test installs pyworld")
    plain, low = engine.convert(
        [Conversion(hum(120), target, "EN", "EN-US", pitch, seed=5) for pitch in (0.0, -4.0)]
    )
    assert len(heard(plain).samples) == len(heard(low).samples)
    assert np.abs(heard(plain).samples - heard(low).samples).max() > 1e-4


def test_too_short_a_recording_fails_alone(engine: NeuralVoice) -> None:
    short, fine = engine.embed([hum(200, 0.01), hum(200)])
    assert isinstance(short, UnusableSpeech)
    assert isinstance(fine, VoiceEmbedding)


def test_out_of_memory_halves_the_batch(
    engine: NeuralVoice, target: VoiceEmbedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert = OpenVoiceEngine.convert

    def narrow(self: OpenVoiceEngine, batch: Sequence[Conversion]) -> list[Waveform | EngineError]:
        if len(batch) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return convert(self, batch)

    monkeypatch.setattr(OpenVoiceEngine, "convert", narrow)
    monkeypatch.setattr(engine.workers, "alone", False)  # as on a GPU
    conversion = Conversion(hum(120, 0.3), target, "EN", "EN-US")
    assert all(isinstance(wave, Waveform) for wave in engine.convert([conversion] * 2))
