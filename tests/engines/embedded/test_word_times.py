"""When words are heard, of eSpeak NG and of WORLD behind it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.base import Conversion, Utterance, Waveform
from engines.embedded.espeak import EspeakSpeech
from engines.embedded.world import WorldConversion, WorldEmbedding
from tests.engines.pauses import LISTS, assert_covers, assert_exact, errors


def say(engine: EspeakSpeech, utterance: Utterance) -> Waveform:
    (wave,) = engine.synthesize([utterance])
    assert isinstance(wave, Waveform), wave
    return wave


@pytest.mark.parametrize("language", LISTS)
def test_words_begin_and_end_where_they_are_heard_to(speech: EspeakSpeech, language: str) -> None:
    text, speaker = LISTS[language], speech.info.speakers[language][0]
    found: list[float] = []
    for speed in (0.7, 1.0, 1.4):
        wave = say(speech, Utterance(text, language, speaker, speed, timed=True))
        assert_covers(wave, text)
        found += errors(wave)
    assert_exact(found)


def test_asking_for_times_changes_no_sample_and_not_asking_gives_none(
    speech: EspeakSpeech,
) -> None:
    utterance = Utterance(LISTS["EN"], "EN", "EN-US")
    plain, timed = say(speech, utterance), say(speech, replace(utterance, timed=True))
    assert np.array_equal(plain.samples, timed.samples)
    assert not plain.words


def test_words_run_together_are_told_apart(speech: EspeakSpeech) -> None:
    """eSpeak NG makes one sound of 'of the', and its events name one word."""
    wave = say(speech, Utterance("Think of the people.", "EN", "EN-US", timed=True))
    lengths = [word.end - word.start for word in wave.words]
    assert len(lengths) == 4
    assert all(0.05 < length < 0.6 for length in lengths), lengths


def test_a_converted_voice_says_its_words_at_the_same_time(
    speech: EspeakSpeech, embedding: WorldEmbedding, conversion: WorldConversion
) -> None:
    (target,) = embedding.embed([say(speech, Utterance(LISTS["ES"], "ES", "ES"))])
    assert not isinstance(target, Exception)
    base = say(speech, Utterance(LISTS["EN"], "EN", "EN-US"))
    (wave,) = conversion.convert([Conversion(base, target, "EN", "EN-US")])
    assert isinstance(wave, Waveform)
    assert abs(lag(loudness(base), loudness(wave))) * STEP_S < 0.02


STEP_S = 0.005


def loudness(waveform: Waveform) -> np.ndarray:
    """The root mean square of each step, around its mean."""
    step = round(STEP_S * waveform.sample_rate)
    edges = np.arange(0, waveform.seconds, STEP_S)
    at = (edges * waveform.sample_rate).astype(int)
    steps = np.array([np.sqrt(np.mean(waveform.samples[one : one + step] ** 2)) for one in at])
    around: np.ndarray = steps - steps.mean()
    return around


def lag(one: np.ndarray, other: np.ndarray) -> int:
    """Steps by which one comes after the other, where they are most alike."""
    length = min(len(one), len(other))
    return int(np.argmax(np.correlate(other[:length], one[:length], "full"))) - (length - 1)
