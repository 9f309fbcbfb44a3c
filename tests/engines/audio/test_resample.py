from __future__ import annotations

import numpy as np
import pytest

from engines.audio.resample import resample
from tests.engines.audio.signals import level, silence, tone


def test_the_same_rate_is_the_same_object() -> None:
    waveform = tone(0.1)
    assert resample(waveform, waveform.sample_rate) is waveform


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_a_tone_stays_that_tone(rate: int) -> None:
    heard = resample(tone(1.0, 24_000), rate)
    assert heard.sample_rate == rate
    assert heard.samples.dtype == np.float32
    assert len(heard.samples) == rate
    inner = slice(rate // 10, -rate // 10)
    np.testing.assert_allclose(heard.samples[inner], tone(1.0, rate).samples[inner], atol=1e-3)


def test_what_the_new_rate_cannot_hold_is_removed_and_not_folded_back() -> None:
    heard = resample(tone(1.0, 48_000, hz=15_000), 16_000)
    assert level(heard.samples[800:-800]) < 1e-4


def test_no_samples_stay_none() -> None:
    assert len(resample(silence(0), 16_000).samples) == 0
