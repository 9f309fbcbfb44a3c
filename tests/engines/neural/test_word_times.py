"""When words are heard, of MeloTTS: every symbol is planted as samples that tell which it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import pytest
import torch
from torch import Tensor

from config.settings import Settings
from engines import registry
from engines.base import Utterance, Waveform
from engines.melo import synthesis
from engines.melo.request import SpeechRequest
from engines.melo.synthesis import MeloSynthesizer, Prior
from engines.neural.speech import NeuralSpeech
from engines.nn.duration import expand

HOP = 512
TEXT = "It cost $3.50, of the people."
SPANS = ["It", "cost", "$3.50", "$3.50", "$3.50", "$3.50", "of", "the", "people"]


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[NeuralSpeech]:
    engine = registry.create_speech(settings)
    assert isinstance(engine, NeuralSpeech)
    yield engine
    engine.close()


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of speech, the number of each symbol for as many frames as it has."""

    def numbers(request: SpeechRequest, prior: Prior) -> Tensor:
        symbols = torch.tensor(request.text.phones, dtype=torch.float32)[None]
        return expand(symbols, prior.durations)

    def decode(self: MeloSynthesizer, latents: Sequence[Tensor], _: object) -> list[Tensor]:
        return [latent[0].repeat_interleave(HOP) for latent in latents]

    monkeypatch.setattr(synthesis, "sample", numbers)
    monkeypatch.setattr(MeloSynthesizer, "latents", lambda self, sampled, _: list(sampled))
    monkeypatch.setattr(MeloSynthesizer, "decode", decode)


def say(engine: NeuralSpeech, text: str, speed: float = 1.0) -> Waveform:
    (wave,) = engine.synthesize([Utterance(text, "EN", "EN-US", speed, seed=3, timed=True)])
    assert isinstance(wave, Waveform), wave
    return wave


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("speed", [0.6, 1.0, 1.7])
def test_each_word_is_heard_from_its_first_symbol_to_its_last(
    engine: NeuralSpeech, speed: float
) -> None:
    wave = say(engine, TEXT, speed)
    assert [TEXT[word.first : word.last] for word in wave.words] == SPANS
    front = engine.parts["EN"].front
    symbols = next(iter(engine.engines.values())).config.symbols
    said = ["it", "cost", "three", "dollars", "fifty", "cents", "of", "the", "people"]
    for word, time in zip(said, wave.words, strict=True):
        first, last = (round(time * wave.sample_rate) for time in (time.start, time.end))
        heard = [int(number) for number, _ in groupby(wave.samples[first:last])]
        phones = front.to_phones(front.normalize(word)).phones[1:-1]
        assert [symbols[number] for number in heard if number] == phones


def test_times_are_none_of_the_audio(engine: NeuralSpeech) -> None:
    plain = engine.synthesize([Utterance(TEXT, "EN", "EN-US", seed=3)])[0]
    assert isinstance(plain, Waveform)
    assert not plain.words
    assert (say(engine, TEXT).samples == plain.samples).all()
