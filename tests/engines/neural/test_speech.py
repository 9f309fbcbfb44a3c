"""MeloTTS from a models' folder: languages, seeds, pitch, errors, loading."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from config.engine_settings import NeuralSettings
from config.settings import Settings
from engines import registry
from engines.base import SpeechEngine, Utterance, Waveform
from engines.errors import (
    EngineError,
    EngineUnavailable,
    OutOfMemory,
    UnknownLanguage,
    UnknownSpeaker,
    UnspeakableText,
)
from engines.melo.engine import MeloEngine
from engines.neural.published import CHECKPOINT
from engines.neural.speech import NeuralSpeech
from engines.reading.duration import estimate_seconds
from tests.engines.neural.same import same
from tests.neural_models import FIRST, SECOND

SENTENCE = "The harbour was quiet before dawn, and one lamp burned on the pier."


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[NeuralSpeech]:
    engine = make(settings)
    yield engine
    engine.close()


def make(settings: Settings) -> NeuralSpeech:
    engine = registry.create_speech(settings)
    assert isinstance(engine, NeuralSpeech)
    return engine


def say(text: str, speaker: str = "EN-US", seed: int = 0, pitch: float = 0.0) -> Utterance:
    return Utterance(text, "EN", speaker, pitch=pitch, seed=seed)


def heard(answer: Waveform | EngineError) -> Waveform:
    assert isinstance(answer, Waveform), answer
    return answer


def alone(engine: NeuralSpeech, utterance: Utterance) -> Waveform:
    return heard(engine.synthesize([utterance])[0])


def test_speaks_the_protocol_and_says_that_it_is_noise(engine: NeuralSpeech) -> None:
    assert isinstance(engine, SpeechEngine)
    assert engine.info.sample_rate == 44_100
    assert engine.info.family == "neural"
    assert engine.info.note.startswith("random weights")
    english = engine.info.speakers["EN"]
    assert english == ("EN-US", "EN-BR", "EN_INDIA", "EN-AU", "EN-Default", "EN-Newest")
    engine.check()


def test_a_seed_gives_the_same_audio_in_any_batch(engine: NeuralSpeech) -> None:
    one = say(SENTENCE, seed=11)
    others = [say("Yes.", "EN-BR", 3), say(SENTENCE * 2, "EN-Newest", 4), say("A bell rang.")]
    batches = [[one], [one, *others], [*others, one], [others[1], one, one]]
    answers = [heard(engine.synthesize(batch)[batch.index(one)]).samples for batch in batches]
    for samples in answers[1:]:
        assert same(samples, answers[0], engine.backend.device)
    other = alone(engine, say(SENTENCE, seed=12)).samples
    assert other.shape != answers[0].shape or np.abs(other - answers[0]).max() > 1e-3


def test_another_replica_says_the_same_to_the_bit(engine: NeuralSpeech, settings: Settings) -> None:
    """It loads its own weights, and has computed nothing before."""
    other = make(settings)
    one = say(SENTENCE, seed=11)
    assert same(alone(engine, one).samples, alone(other, one).samples, engine.backend.device)
    other.close()


def test_texts_last_about_as_long_as_speech_does(engine: NeuralSpeech) -> None:
    ratio = alone(engine, say(SENTENCE)).seconds / estimate_seconds(SENTENCE, "EN")
    assert 0.6 < ratio < 1.6


def test_each_bad_piece_fails_alone(engine: NeuralSpeech) -> None:
    batch = [
        say("Good morning."),
        say("🍕"),
        Utterance("Hola.", "ES", "ES"),
        say("Good morning.", "EN-MARS"),
        say("Good evening.", "EN-Newest"),
    ]
    answers = engine.synthesize(batch)
    assert [type(answer) for answer in answers] == [
        Waveform,
        UnspeakableText,
        UnknownLanguage,
        UnknownSpeaker,
        Waveform,
    ]
    assert "EN-Newest" in str(answers[3])


def test_pitch_moves_after_synthesis_and_keeps_the_length(engine: NeuralSpeech) -> None:
    pytest.importorskip("pyworld", reason="make test installs pyworld")
    plain, high = engine.synthesize([say(SENTENCE), say(SENTENCE, pitch=4)])
    assert len(heard(plain).samples) == len(heard(high).samples)
    assert np.abs(heard(plain).samples - heard(high).samples).max() > 1e-3
    (refused,) = engine.synthesize([say("Hm.", pitch=25)])
    assert isinstance(refused, EngineError)


def test_speakers_of_one_name_go_to_their_own_checkpoint(engine: NeuralSpeech) -> None:
    assert engine.checkpoints["EN", "EN-US"].repo == FIRST
    assert engine.checkpoints["EN", "EN-Newest"].repo == SECOND


def test_bert_changes_how_a_text_is_said(settings: Settings, engine: NeuralSpeech) -> None:
    without = make(with_neural(settings, bert=False))
    assert "BERT is off" in without.info.note
    flat, lively = alone(without, say(SENTENCE)), alone(engine, say(SENTENCE))
    assert (
        flat.samples.shape != lively.samples.shape
        or np.abs(flat.samples - lively.samples).max() > 1e-3
    )
    without.close()


def test_on_demand_a_checkpoint_loads_with_its_first_request(settings: Settings) -> None:
    lazy = make(with_neural(settings, load_at_start="none"))
    assert not lazy.engines
    lazy.check()
    alone(lazy, say("Good morning."))
    assert list(lazy.engines) == [FIRST]
    lazy.check()
    lazy.close()
    with pytest.raises(EngineUnavailable, match="closed"):
        lazy.check()


def test_a_checkpoint_that_breaks_on_demand_fails_its_pieces_only(
    settings: Settings, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    shutil.copytree(settings.models_dir, models)
    (models / SECOND / CHECKPOINT).write_bytes(b"broken")
    lazy = make(with_neural(settings, load_at_start="none", models_dir=models))
    good, bad = lazy.synthesize([say("Yes."), say("Yes.", "EN-Newest")])
    assert isinstance(good, Waveform)
    assert isinstance(bad, EngineUnavailable)
    lazy.close()


def test_out_of_memory_halves_the_batch(
    engine: NeuralSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthesize = MeloEngine.synthesize

    def narrow(self: MeloEngine, batch: Sequence[Utterance]) -> list[Waveform | EngineError]:
        if len(batch) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return synthesize(self, batch)

    monkeypatch.setattr(MeloEngine, "synthesize", narrow)
    monkeypatch.setattr(engine.workers, "alone", False)  # as on a GPU
    words = [say("One."), say("Two."), say("Three."), say("Four.")]
    assert all(isinstance(answer, Waveform) for answer in engine.synthesize(words))
    kinds = {type(answer) for answer in engine.synthesize(words * 2)}
    assert kinds == {OutOfMemory}


def test_random_weights_are_refused_by_default(settings: Settings) -> None:
    with pytest.raises(EngineUnavailable, match="random weights"):
        registry.create_speech(with_neural(settings, allow_random_weights=False))


def test_a_gpu_that_is_not_there_is_an_error(settings: Settings) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineUnavailable, match="no GPU"):
        registry.create_speech(with_neural(settings, device="cuda"))


def with_neural(settings: Settings, **changes: object) -> Settings:
    neural = NeuralSettings.model_validate({**settings.neural.model_dump(), **changes})
    return settings.model_copy(update={"neural": neural})
