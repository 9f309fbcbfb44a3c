"""The report says what is true of the recording, and the warnings what to do about it."""

from __future__ import annotations

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.audio.quality import assess, prepare_sample
from engines.audio.segments import require_speech
from engines.base import Waveform
from engines.errors import UnusableSpeech
from tests.engines.audio.signals import joined, level, noisy, silence, speech, tone

LIMITS = LimitSettings()
SPEECH_SPAN = (2.0, 14.0)


def recording(noise: float = 0.001) -> Waveform:
    return noisy(joined(silence(2), speech(12), silence(2)), noise)


def test_a_good_recording_has_no_warnings() -> None:
    segments, report = prepare_sample(recording(), LIMITS)
    assert report.warnings == ()
    assert report.total_seconds == 16
    assert report.speech_seconds == pytest.approx(12, abs=0.5)
    assert report.sample_rate == 24_000
    assert report.clipping == 0
    assert len(segments) == 1
    assert segments[0].seconds == pytest.approx(13, abs=0.5)


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.05])
def test_the_signal_to_noise_ratio_is_the_one_that_was_mixed(noise: float) -> None:
    true = 20 * np.log10(level(speech(12).samples) / noise)
    report = assess(recording(noise), [SPEECH_SPAN])
    assert report.signal_to_noise_db == pytest.approx(true, abs=0.5)


def test_a_noisy_recording_is_told_so() -> None:
    report = assess(recording(0.03), [SPEECH_SPAN])
    assert any("above the noise" in warning for warning in report.warnings)


@pytest.mark.parametrize(("seconds", "told"), [(9.97, "9.9"), (9.04, "9.0"), (4, "4.0")])
def test_what_is_too_short_never_reads_as_if_it_were_enough(seconds: float, told: str) -> None:
    warnings = " ".join(assess(speech(12), [(0, seconds)]).warnings)
    assert f"{told} seconds of speech; 10 or more" in warnings
    with pytest.raises(UnusableSpeech, match=r"Only 2\.9 seconds .* 3 are needed"):
        require_speech([(0, 2.97)], 3)


def test_digital_silence_is_taken_for_sixteen_bits() -> None:
    report = assess(joined(silence(2), speech(12), silence(2)), [SPEECH_SPAN])
    assert report.signal_to_noise_db is not None
    assert 70 < report.signal_to_noise_db < 96


def test_levels_are_those_of_the_signal() -> None:
    waveform = joined(silence(1), tone(2, level=0.5), silence(1))
    report = assess(waveform, [(1, 3)])
    assert report.peak_dbfs == pytest.approx(-6.02, abs=0.01)
    assert report.rms_dbfs == pytest.approx(-9.03, abs=0.01)


def test_clipping_is_counted_and_told() -> None:
    clean = speech(12)
    clipped = Waveform(np.clip(clean.samples * 4, -1, 1), clean.sample_rate)
    report = assess(clipped, [(0, 12)])
    assert report.clipping == pytest.approx(np.mean(np.abs(clean.samples) >= 0.25), rel=0.01)
    assert any("clipped" in warning for warning in report.warnings)
    assert not any("clipped" in warning for warning in assess(clean, [(0, 12)]).warnings)


def test_quiet_short_and_narrow_band_recordings_are_told_so() -> None:
    short = speech(4, 8_000)
    quiet = Waveform(short.samples * np.float32(0.01), 8_000)
    warnings = " ".join(assess(quiet, [(0, 4)]).warnings)
    assert "very quiet" in warnings
    assert "4.0 seconds of speech" in warnings
    assert "telephone" in warnings


@pytest.mark.parametrize("gain", [0.0, 1e-4])
def test_silence_is_refused(gain: float) -> None:
    waveform = speech(12)
    hushed = Waveform(waveform.samples * np.float32(gain), waveform.sample_rate)
    with pytest.raises(UnusableSpeech, match="silent"):
        prepare_sample(hushed, LIMITS)
    with pytest.raises(UnusableSpeech, match="silent"):
        assess(hushed, [(0, 12)])


def test_too_little_speech_is_refused_by_the_limit_that_is_set() -> None:
    waveform = joined(silence(2), speech(2), silence(2))
    with pytest.raises(UnusableSpeech, match="3 are needed"):
        prepare_sample(waveform, LIMITS)
    segments, report = prepare_sample(waveform, LimitSettings(min_speech_seconds=1))
    assert len(segments) == 1
    assert report.speech_seconds == pytest.approx(2, abs=0.3)


def test_samples_that_are_no_numbers_are_refused() -> None:
    waveform = recording()
    waveform.samples[100] = np.nan
    with pytest.raises(UnusableSpeech, match="finite"):
        prepare_sample(waveform, LIMITS)


def test_a_single_sample_is_refused_in_words() -> None:
    with pytest.raises(UnusableSpeech):
        prepare_sample(Waveform(np.full(1, 0.5, np.float32), 24_000), LIMITS)
