"""OpenVoice behind the embedding and conversion protocols."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from engines.base import Conversion, ConversionEngine, EmbeddingEngine, VoiceEmbedding, Waveform
from engines.errors import EmbeddingMismatch, EngineError, EngineUnavailable, UnusableSpeech
from engines.openvoice.checkpoint import ConverterCheckpoint
from engines.openvoice.engine import TENSOR, OpenVoiceEngine, OpenVoiceOptions
from tests.engines.openvoice.conftest import GOLDEN

RATE = 22_050
SPEECH = GOLDEN / "tiny_openvoice"


@pytest.fixture
def engine(tiny: ConverterCheckpoint) -> OpenVoiceEngine:
    base = {"en-india": torch.linspace(-1, 1, 16)}
    return OpenVoiceEngine(tiny, base, OpenVoiceOptions(tau=0))


def wave(samples: Tensor, rate: int = RATE) -> Waveform:
    return Waveform(samples.numpy(), rate)


def tone(seconds: float, rate: int = RATE) -> Waveform:
    time = np.arange(int(seconds * rate)) / rate
    return Waveform((0.3 * np.sin(2 * np.pi * 220 * time)).astype(np.float32), rate)


def voice(engine: OpenVoiceEngine, vector: Tensor) -> VoiceEmbedding:
    return VoiceEmbedding(engine.info.name, engine.info.version, {TENSOR: vector.numpy()})


def heard(answer: Waveform | EngineError) -> Waveform:
    assert isinstance(answer, Waveform), answer
    return answer


def test_speaks_both_protocols(engine: OpenVoiceEngine) -> None:
    assert isinstance(engine, EmbeddingEngine)
    assert isinstance(engine, ConversionEngine)
    assert engine.info.sample_rate == RATE
    assert engine.info.version.startswith("v2-")
    engine.check()
    engine.close()
    with pytest.raises(EngineUnavailable, match="closed"):
        engine.check()


def test_registration_is_upstreams(engine: OpenVoiceEngine) -> None:
    stored = load_file(SPEECH / "register.safetensors")
    answers = engine.embed([wave(stored[f"ref{i}.wav"]) for i in range(3)])
    embeddings = [answer for answer in answers if isinstance(answer, VoiceEmbedding)]
    mean = engine.mean(embeddings)
    assert (mean.engine, mean.version) == ("openvoice", engine.info.version)
    expected = stored["mean_se"].flatten().numpy()
    assert np.abs(mean.tensors[TENSOR] - expected).max() <= 1e-5


@pytest.mark.parametrize("name", ["c_2s", "c_short"])
def test_conversion_is_upstreams(tiny: ConverterCheckpoint, name: str) -> None:
    case = load_file(SPEECH / f"{name}.safetensors")
    base = {"en-us": case["src_se"].flatten()}
    engine = OpenVoiceEngine(tiny, base, OpenVoiceOptions(tau=0))
    target = voice(engine, case["tgt_se"].flatten())
    (answer,) = engine.convert([Conversion(wave(case["wav"]), target, "EN", "EN-US")])
    expected = case["tau0.audio"][0, 0].numpy()
    assert np.abs(heard(answer).samples - expected).max() <= 2e-5


def test_base_audio_is_resampled(engine: OpenVoiceEngine) -> None:
    target = voice(engine, torch.ones(16))
    answers = engine.convert(
        [Conversion(tone(1.5, rate), target, "EN", "EN_INDIA") for rate in (44_100, RATE)]
    )
    fine, coarse = (heard(answer) for answer in answers)
    assert fine.sample_rate == RATE
    assert fine.seconds == pytest.approx(1.5, abs=256 / RATE)
    inner = slice(2000, -2000)  # the filter's ends differ
    assert np.abs(fine.samples[inner] - coarse.samples[inner]).max() < 0.05


def test_a_base_voice_without_embedding_is_embedded(engine: OpenVoiceEngine) -> None:
    source, target = tone(1), voice(engine, torch.ones(16))
    (own,) = engine.embed([source])
    assert isinstance(own, VoiceEmbedding)
    (unknown,) = engine.convert([Conversion(source, target, "KR", "KR")])
    engine.base_speakers["kr"] = torch.from_numpy(np.array(own.tensors[TENSOR]))
    (stored,) = engine.convert([Conversion(source, target, "KR", "KR")])
    assert np.array_equal(heard(unknown).samples, heard(stored).samples)
    (other,) = engine.convert([Conversion(source, target, "EN", "EN_INDIA")])
    assert not np.array_equal(heard(other).samples, heard(stored).samples)


def test_order_is_kept_and_one_fails_alone(tiny: ConverterCheckpoint) -> None:
    engine = OpenVoiceEngine(tiny)
    target = voice(engine, torch.ones(16))
    batch = [
        Conversion(tone(0.5), target, "EN", "EN-US", seed=1),
        Conversion(tone(0.01), target, "EN", "EN-US"),
        Conversion(tone(1), replace(target, engine="world"), "EN", "EN-US"),
        Conversion(tone(1.2), target, "EN", "EN-US", seed=2),
    ]
    answers = engine.convert(batch)
    kinds = [type(answer) for answer in answers]
    assert kinds == [Waveform, UnusableSpeech, EmbeddingMismatch, Waveform]
    for place in (0, 3):
        (alone,) = engine.convert([batch[place]])
        gap = heard(alone).samples - heard(answers[place]).samples
        assert np.abs(gap).max() <= 1e-4


def test_a_seed_decides(tiny: ConverterCheckpoint) -> None:
    engine = OpenVoiceEngine(tiny)
    target = voice(engine, torch.ones(16))
    batch = [Conversion(tone(0.5), target, "EN", "EN-US", seed=seed) for seed in (1, 1, 2)]
    first, same, other = (heard(answer).samples for answer in engine.convert(batch))
    assert np.abs(first - same).max() <= 1e-4
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize(
    "change",
    [
        {"engine": "world"},
        {"version": "v2-0000"},
        {"tensors": {}},
        {"tensors": {TENSOR: np.zeros(15, np.float32)}},
        {"tensors": {TENSOR: np.full(16, np.nan, np.float32)}},
    ],
)
def test_foreign_embeddings_are_refused(engine: OpenVoiceEngine, change: dict[str, str]) -> None:
    foreign = replace(voice(engine, torch.ones(16)), **change)  # type: ignore[arg-type]
    with pytest.raises(EmbeddingMismatch):
        engine.mean([foreign])
    (answer,) = engine.convert([Conversion(tone(1), foreign, "EN", "EN_INDIA")])
    assert isinstance(answer, EmbeddingMismatch)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(384, np.float32),
        np.zeros(0, np.float32),
        np.full(5000, np.inf, np.float32),
        np.zeros((2, 5000), np.float32),
    ],
    ids=["short", "empty", "infinite", "stereo"],
)
def test_unusable_audio_fails_alone(
    engine: OpenVoiceEngine, samples: np.typing.NDArray[np.float32]
) -> None:
    answers = engine.embed([tone(1), Waveform(samples, RATE), tone(0.5)])
    assert [type(answer) for answer in answers] == [VoiceEmbedding, UnusableSpeech, VoiceEmbedding]


def test_the_shortest_audio_that_fills_a_frame(engine: OpenVoiceEngine) -> None:
    (answer,) = engine.embed([Waveform(np.zeros(385, np.float32), RATE)])
    assert isinstance(answer, VoiceEmbedding)


def test_no_speech_is_no_voice(engine: OpenVoiceEngine) -> None:
    with pytest.raises(UnusableSpeech):
        engine.mean([])
    assert engine.embed([]) == []
    assert engine.convert([]) == []
