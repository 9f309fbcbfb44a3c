"""Noise is told wherever it is: in pauses, under speech, and where pauses were muted."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.signal import lfilter

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.noise import noise_inside_speech, signal_to_noise_db
from engines.audio.quality import assess, prepare_sample
from engines.base import Samples, Waveform
from tests.conftest import REAL_VOICE
from tests.engines.audio.signals import joined, level, mixed, noisy, silence, speech, tone

LIMITS = LimitSettings()


@cache
def person() -> Waveform:
    """19 s, hardly a pause in it."""
    return decode(REAL_VOICE, LIMITS)


def white(count: int) -> Samples:
    return np.random.default_rng(1).normal(size=count).astype(np.float32)


def traffic(count: int) -> Samples:
    return np.asarray(lfilter([1], [1, -0.97], white(count)), np.float32)


def hum(count: int) -> Samples:
    times = np.arange(count) / 44_100
    harmonics = [np.sin(2 * np.pi * 50 * k * times + k) / k for k in (1, 2, 3, 5, 7)]
    return np.asarray(np.sum(harmonics, axis=0), np.float32)


NOISES = {"white": white, "traffic": traffic, "hum": hum}


@pytest.mark.parametrize("name", NOISES)
@pytest.mark.parametrize("ratio_db", [-5, 0, 5, 10])
def test_noise_under_speech_without_pauses_is_told(name: str, ratio_db: float) -> None:
    waveform = mixed(person(), NOISES[name](len(person().samples)), ratio_db)
    _, report = prepare_sample(waveform, LIMITS)
    assert report.signal_to_noise_db == pytest.approx(ratio_db, abs=4)
    assert any("noise" in warning for warning in report.warnings)


def test_clean_speech_without_pauses_is_not_called_noisy() -> None:
    _, report = prepare_sample(person(), LIMITS)
    assert report.signal_to_noise_db is not None
    assert report.signal_to_noise_db > 20
    assert report.warnings == ()


def test_muted_pauses_do_not_hide_the_noise_under_speech() -> None:
    talk = mixed(person(), white(len(person().samples)), 5)
    pause = silence(2, person().sample_rate)
    span = (2.0, 2.0 + talk.seconds)
    for residue in (0.0, 1e-4):
        gated = (
            noisy(joined(pause, talk, pause), residue) if residue else joined(pause, talk, pause)
        )
        assert signal_to_noise_db(gated, [span]) == pytest.approx(5, abs=3)


def test_a_loud_moment_in_a_pause_is_no_noise() -> None:
    """A beep before a quiet message once made it "-75 dB above the noise"."""
    quiet = Waveform(speech(8).samples * np.float32(0.02), 24_000)
    beep = joined(tone(0.3, level=0.9), silence(1.7), quiet, silence(2))
    report = assess(noisy(beep, 1e-4), [(2, 10)])
    assert report.signal_to_noise_db == pytest.approx(
        20 * np.log10(level(quiet.samples) / 1e-4), abs=1
    )


def test_digital_silence_around_a_noisy_recording_does_not_hide_its_pauses() -> None:
    recorded = noisy(joined(silence(1), speech(8), silence(1)), 0.02)
    edited = joined(silence(20), recorded, silence(20))
    true = 20 * np.log10(level(speech(8).samples) / 0.02)
    assert signal_to_noise_db(edited, [(21, 29)]) == pytest.approx(true, abs=1)


def test_noise_louder_than_speech_is_told_in_words_that_make_sense() -> None:
    buried = mixed(person(), white(len(person().samples)), -15)
    report = assess(buried, [(0, buried.seconds)])
    assert report.signal_to_noise_db is not None
    assert -20 <= report.signal_to_noise_db < 0
    assert any("as loud as the speech" in warning for warning in report.warnings)
    assert not any("-" in warning for warning in report.warnings)


def test_a_moment_of_speech_tells_nothing_of_the_noise_under_it() -> None:
    assert noise_inside_speech(speech(0.9)) is None
    assert signal_to_noise_db(speech(0.9), [(0, 0.9)]) is None
    assert signal_to_noise_db(silence(3), []) is None


def test_the_rate_of_a_recording_does_not_change_its_noise() -> None:
    for rate in (8_000, 24_000, 48_000, 192_000):
        talk = speech(6, rate)
        noise = np.random.default_rng(2).normal(size=len(talk.samples)).astype(np.float32)
        ratio = signal_to_noise_db(mixed(talk, noise, 5), [(0, 6)])
        assert ratio == pytest.approx(5, abs=3)
