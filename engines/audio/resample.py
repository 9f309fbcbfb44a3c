"""Another sampling rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import soxr

from engines.base import Waveform


def resample(waveform: Waveform, sample_rate: int) -> Waveform:
    """The same sound at `sample_rate` Hz; the very same object when it has that rate already.

    The length is the old one times the ratio, rounded. Samples may overshoot full scale by a
    little, as band-limited signals do; whoever needs integers clips.
    """
    if waveform.sample_rate == sample_rate:
        return waveform
    if len(waveform.samples) == 0:
        return replace(waveform, sample_rate=sample_rate)
    samples = soxr.resample(waveform.samples, waveform.sample_rate, sample_rate, quality="HQ")
    samples = np.asarray(samples, dtype=np.float32)
    return replace(waveform, samples=samples, sample_rate=sample_rate)
