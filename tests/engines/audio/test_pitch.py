"""The pitch moves by what was asked, and nothing else does."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest

from engines.audio import pitch
from engines.audio.pitch import shift
from engines.base import Waveform
from engines.errors import EngineUnavailable
from tests.engines.audio.signals import joined, level, silence, speech, tone
from tests.engines.embedded.measure import median_f0

pyworld = pytest.importorskip("pyworld", reason="make test installs pyworld")


def median_hz(waveform: Waveform) -> float:
    return median_f0(waveform.samples, waveform.sample_rate)


def formants_db(waveform: Waveform) -> np.ndarray:
    """Envelope in thirds of an octave from 250 Hz to 4 kHz, its mean removed."""
    power = np.abs(np.fft.rfft(waveform.samples)) ** 2
    hz = np.fft.rfftfreq(len(waveform.samples), 1 / waveform.sample_rate)
    edges = 250 * 2 ** (np.arange(13) / 3)
    bands = [power[(hz >= a) & (hz < b)].sum() for a, b in pairwise(edges)]
    db = 10 * np.log10(np.array(bands))
    return np.asarray(db - db.mean())


@pytest.mark.parametrize("semitones", [-7, -3, 0.5, 4, 12])
def test_the_pitch_moves_by_what_was_asked(semitones: float) -> None:
    voice = speech(3, hz=160)
    moved = 12 * np.log2(median_hz(shift(voice, semitones)) / median_hz(voice))
    assert moved == pytest.approx(semitones, abs=0.35)


@pytest.mark.parametrize("semitones", [-5, 5])
def test_formants_stay_where_they_are(semitones: float) -> None:
    """Playing faster would move them by the same semitones: 5 of them are 10 dB and more here."""
    voice = speech(6, hz=120)
    difference = formants_db(shift(voice, semitones)) - formants_db(voice)
    assert np.sqrt(np.mean(difference**2)) < 3


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100])
@pytest.mark.parametrize("samples", [1, 7, 200, 1_199, 12_345, 30_001])
def test_the_length_is_kept_to_the_sample(rate: int, samples: int) -> None:
    voice = Waveform(speech(2, rate).samples[:samples], rate)
    shifted = shift(voice, 3)
    assert len(shifted.samples) == samples
    assert shifted.sample_rate == rate
    assert shifted.samples.dtype == np.float32
    assert np.isfinite(shifted.samples).all()


@pytest.mark.parametrize("semitones", [-12, -3, 3, 12])
def test_loud_speech_is_not_clipped(semitones: float) -> None:
    voice = speech(3)
    loud = Waveform(voice.samples / np.abs(voice.samples).max(), voice.sample_rate)
    shifted = shift(loud, semitones)
    peak = np.abs(shifted.samples).max()
    assert peak <= 1.0
    assert np.sum(np.abs(shifted.samples) >= peak - 1e-6) < 5  # scaled down, not cut off
    assert level(shifted.samples) == pytest.approx(level(loud.samples), rel=0.5)


def test_the_level_stays() -> None:
    voice = speech(3)
    for semitones in (-5, 5):
        assert level(shift(voice, semitones).samples) == pytest.approx(
            level(voice.samples), rel=0.25
        )


def test_no_shift_is_the_very_same_audio() -> None:
    voice = speech(1)
    assert shift(voice, 0) is voice


def test_silence_stays_silent() -> None:
    assert level(shift(silence(1), 5).samples) < 1e-4


def test_long_audio_is_cut_where_nobody_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks must join as if there were none: the pauses stand where they stood, without clicks."""
    monkeypatch.setattr(pitch, "BLOCK_S", 2.0)
    monkeypatch.setattr(pitch, "SEARCH_S", 1.2)
    part = joined(speech(1, 16_000, hz=160), silence(0.2, 16_000))
    voice = joined(*[part] * 6)
    cuts = np.cumsum([len(block) for block in pitch._blocks(voice)])[:-1] / 16_000
    assert len(cuts) >= 2
    assert all(cut % 1.2 > 1 for cut in cuts), "in a pause"
    shifted = shift(voice, 4)
    assert len(shifted.samples) == len(voice.samples)
    for index in range(6):
        start = round((index * 1.2 + 1.05) * 16_000)
        assert level(shifted.samples[start : start + 1_600]) < 0.01
    assert np.abs(np.diff(shifted.samples)).max() < 2 * np.abs(np.diff(voice.samples)).max()


def test_more_than_two_octaves_are_refused() -> None:
    with pytest.raises(ValueError, match="24"):
        shift(tone(1), 25)


def test_without_world_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyworld", None)
    with pytest.raises(EngineUnavailable, match=r"pip install .*\[embedded\]"):
        shift(speech(1), 2)
