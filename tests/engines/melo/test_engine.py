"""MeloTTS behind the speech protocol."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engines.base import SpeechEngine, Utterance, Waveform
from engines.errors import EngineError, EngineUnavailable, UnknownSpeaker, UnspeakableText
from engines.melo.checkpoint import MeloCheckpoint
from engines.melo.engine import PAUSE_S, FrontEnd, MeloEngine, MeloOptions
from engines.melo.request import MeloInput, Prosody
from tests.engines.melo.conftest import GOLDEN

RATE = 44_100
CASE = GOLDEN / "tiny_melotts" / "t7_below_window.safetensors"


def spell(batch: Sequence[Utterance]) -> list[MeloInput | EngineError]:
    """A front end for tests: every letter is a symbol."""
    return [spell_one(utterance.text) for utterance in batch]


def spell_one(text: str) -> MeloInput | EngineError:
    if "?" in text:
        return UnspeakableText("no questions")
    ids = [ord(letter) % 219 for letter in text.replace(" ", "")]
    return MeloInput(ids, [7] * len(ids), [2] * len(ids))


def always(symbols: MeloInput) -> FrontEnd:
    """A front end that says the same, whatever the text."""
    return lambda batch: [symbols for _ in batch]


def recorded() -> MeloInput:
    """The symbols of a golden case."""
    case = load_file(CASE)
    return MeloInput(
        phones=case["in.x"][0].tolist(),
        tones=case["in.tone"][0].tolist(),
        languages=case["in.language"][0].tolist(),
        bert=case["in.ja_bert"][0],
        wide_bert=case["in.bert"][0],
    )


@pytest.fixture
def engine(tiny: MeloCheckpoint) -> MeloEngine:
    return MeloEngine("EN", tiny, spell)


def heard(answer: Waveform | EngineError) -> Waveform:
    assert isinstance(answer, Waveform), answer
    return answer


def test_speaks_the_protocol(engine: MeloEngine) -> None:
    assert isinstance(engine, SpeechEngine)
    assert engine.info.sample_rate == RATE
    assert engine.info.speakers == {"EN": ("EN-US", "EN-BR", "EN_INDIA", "EN-AU", "EN-Default")}
    engine.check()
    engine.close()
    with pytest.raises(EngineUnavailable, match="closed"):
        engine.check()
    with pytest.raises(EngineUnavailable, match="closed"):
        engine.synthesize([Utterance("late", "EN", "EN-US")])


def test_says_what_upstream_says(tiny: MeloCheckpoint) -> None:
    """A golden case through the engine, noise off; the pause follows it."""
    options = MeloOptions(prosody=Prosody(noise_scale=0, noise_scale_w=0))
    engine = MeloEngine("EN", tiny, always(recorded()), options)
    wave = heard(engine.synthesize([Utterance("", "EN", "EN-Default")])[0])
    expected = load_file(CASE)["out.audio"][0, 0].numpy()
    assert wave.samples.dtype == np.float32
    assert len(wave.samples) == len(expected) + int(PAUSE_S * RATE)
    assert np.abs(wave.samples[: len(expected)] - expected).max() <= 2e-5
    assert not wave.samples[len(expected) :].any()


@pytest.mark.parametrize("speed", [0.8, 1.0, 2.0])
def test_the_pause_shrinks_with_speed(engine: MeloEngine, speed: float) -> None:
    wave = heard(engine.synthesize([Utterance("pause", "EN", "EN-US", speed)])[0])
    pause = int(RATE * PAUSE_S / speed)
    assert (len(wave.samples) - pause) % 512 == 0
    assert not wave.samples[-pause:].any()
    assert wave.samples[-pause - 1] != 0


def test_keeps_order_and_fails_alone(engine: MeloEngine) -> None:
    batch = [
        Utterance("a good day", "EN", "EN-AU", seed=1),
        Utterance("is it?", "EN", "EN-US"),
        Utterance("short", "EN", "EN-BR", seed=2),
        Utterance("", "EN", "EN-US"),
        Utterance("nobody", "EN", "EN-MARS"),
        Utterance("still", "EN", "EN-US", speed=0.0),
        Utterance("a much longer piece of text", "EN", "EN-US", seed=3),
    ]
    answers = engine.synthesize(batch)
    kinds = [type(answer) for answer in answers]
    assert kinds == [
        Waveform,
        UnspeakableText,
        Waveform,
        UnspeakableText,
        UnknownSpeaker,
        EngineError,
        Waveform,
    ]
    for place in (0, 2, 6):
        alone = heard(engine.synthesize([batch[place]])[0])
        together = heard(answers[place])
        assert alone.samples.shape == together.samples.shape
        assert np.abs(alone.samples - together.samples).max() <= 1e-4


def test_a_speaker_who_is_not_there_is_told_who_is(engine: MeloEngine) -> None:
    (answer,) = engine.synthesize([Utterance("x", "EN", "MARS")])
    assert "EN_INDIA" in str(answer)


def test_seed_and_speaker_matter(engine: MeloEngine) -> None:
    said = [
        heard(engine.synthesize([Utterance("hello", "EN", speaker, seed=seed)])[0]).samples
        for speaker, seed in (("EN-US", 1), ("EN-US", 1), ("EN-US", 2), ("EN-AU", 1))
    ]
    assert np.array_equal(said[0], said[1])
    assert not np.array_equal(said[0], said[2])
    assert not np.array_equal(said[0], said[3])


def test_an_id_beyond_the_table_fails_alone(tiny: MeloCheckpoint) -> None:
    engine = MeloEngine("EN", tiny, always(MeloInput([999], [0], [0])))
    (answer,) = engine.synthesize([Utterance("x", "EN", "EN-US")])
    assert isinstance(answer, EngineError)
    assert "phones go from 999 to 999" in str(answer)


def test_numbers_that_are_not_finite_are_no_audio(tiny: MeloCheckpoint) -> None:
    symbols = MeloInput([1], [0], [0], torch.full((768, 1), torch.nan))
    engine = MeloEngine("EN", tiny, always(symbols))
    (answer,) = engine.synthesize([Utterance("x", "EN", "EN-US")])
    assert isinstance(answer, EngineError)


def test_weights_that_went_bad_fail_the_self_check(tiny: MeloCheckpoint) -> None:
    engine = MeloEngine("EN", tiny, spell)
    leave = tiny.network.decoder.leave.weight
    kept = leave.clone()
    try:
        leave.fill_(torch.nan)
        with pytest.raises(EngineUnavailable, match="not finite"):
            engine.check()
    finally:
        leave.copy_(kept)
