"""How far speech lies above the noise of a recording, in its pauses and inside speech itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.special import gammaincinv

from engines.audio.segments import Span, dilate, inside, outside
from engines.base import Samples, Waveform

FLOOR = 10**-9.6  # power of the least that 16 bits can hold; digital silence counts as this
LEAST_DB = -20.0  # below, speech cannot be told from noise at all

GUARD_S = 0.2  # around speech, where breath and reverberation are neither speech nor noise
MIN_PAUSE_S = 0.1  # of non-speech, to tell the noise by
PAUSE_FRAME_S = 0.05

# Inside speech: each frequency is free of speech now and then, between syllables or harmonics, and
# what is left then is noise (minimum statistics: Martin 2001; by quantiles: Stahl, Fischer and
# Bippus 2000). The least of neighbouring frequencies counts, lest a voice that holds its note is
# taken for noise. Measured on recordings of people under white, pink and brown noise: within 2 dB
# up to a ratio of 15, within 4 at 20. Beyond, speech's own minima hide the noise.
FRAME_S = 0.064
SMOOTHING = 3  # frames
QUANTILE = 0.05
NEIGHBOURS = 5  # bins: 80 Hz, so that one of them lies between two harmonics
STEADY = 0.4  # of a bin's mean at that quantile: noise has 0.13, speech less, a humming mains more
BLOCK_S = 10.0  # over which the noise may be taken for steady
MIN_SPEECH_S = 1.0
LOUD_DB = 40.0  # under the loudest frames; what is quieter is a pause, and may have been muted
OWN_MINIMA = 10**-2.0  # of the power of speech: what is found in recordings without noise, at most
LEAST_SEEN = 10**-3.0
FREEDOM = 0.75  # independent frames in one, of those that overlap by half
TOLD_INSIDE_DB = 15.0  # an estimate below this is noise for sure
DISAGREE_DB = 10.0  # between pauses and speech, beyond which the pauses were muted

Powers = npt.NDArray[np.float64]


def signal_to_noise_db(waveform: Waveform, speech: Sequence[Span]) -> float | None:
    """Power of the speech, less the noise in it, over that of the noise; None when nothing tells.

    Told by the pauses, and by the speech itself where there are none, or where their noise was
    taken out (noise gates do so, and leave it in the speech).
    """
    spoken = inside(waveform, speech)
    pauses = _between(waveform, speech)
    under = noise_inside_speech(Waveform(spoken, waveform.sample_rate))
    by_pauses = None if pauses is None else _ratio_db(_power(spoken), pauses)
    by_speech = None if under is None else _ratio_db(_power(spoken), under)
    if by_pauses is None or by_speech is None:
        return by_speech if by_pauses is None else by_pauses
    is_muted = by_speech < TOLD_INSIDE_DB and by_pauses - by_speech > DISAGREE_DB
    return by_speech if is_muted else by_pauses


def noise_inside_speech(speech: Waveform) -> float | None:
    """Power of the steady noise under speech; None when there is too little speech to tell."""
    if speech.seconds < MIN_SPEECH_S:
        return None
    blocks = np.array_split(speech.samples, max(1, round(speech.seconds / BLOCK_S)))
    least = float(np.mean([_minimum(block, speech.sample_rate) for block in blocks]))
    total = _power(speech.samples)
    return max(least - OWN_MINIMA * total, LEAST_SEEN * total)


def _between(waveform: Waveform, speech: Sequence[Span]) -> float | None:
    """Power of the noise in the pauses; a beep or a slammed door in one of them is none."""
    pauses = outside(dilate(speech, waveform.seconds, GUARD_S), waveform.seconds)
    noise = inside(waveform, pauses)
    if not speech or len(noise) < MIN_PAUSE_S * waveform.sample_rate:
        return None
    size = round(PAUSE_FRAME_S * waveform.sample_rate)
    frames = noise[: len(noise) // size * size].reshape(-1, size)
    powers = np.square(frames, dtype=np.float64).mean(axis=1)
    recorded = powers[powers > FLOOR]  # editors put digital silence around
    return float(np.median(recorded)) if len(recorded) else FLOOR


def _minimum(samples: Samples, sample_rate: int) -> float:
    """Power of the noise in a block, from the least that each frequency falls to."""
    spectra = _loud(power_spectra(samples, sample_rate))  # (N, BINS)
    smoothing = min(SMOOTHING, len(spectra))
    sums = np.cumsum(np.pad(spectra, ((1, 0), (0, 0))), axis=0)
    smooth = (sums[smoothing:] - sums[:-smoothing]) / smoothing
    freedom = FREEDOM * smoothing
    share_of_mean = gammaincinv(freedom, QUANTILE) / freedom  # of noise, at that quantile
    least = np.quantile(smooth, QUANTILE, axis=0)  # (BINS,)
    mean = spectra.mean(axis=0)
    between = uniform_filter1d(minimum_filter1d(least, NEIGHBOURS), NEIGHBOURS) / share_of_mean
    return float(np.where(least > STEADY * mean, mean, np.minimum(between, mean)).sum())


def power_spectra(samples: Samples, sample_rate: int) -> Powers:
    """(N, BINS), each row of which adds up to the mean power of its frame."""
    size = 1 << round(math.log2(FRAME_S * sample_rate))
    window = np.hanning(size)
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    powers = np.square(np.abs(np.fft.rfft(frames * window)))
    powers[:, 1:-1] *= 2
    spectra: Powers = powers / (size * np.square(window).sum())
    return spectra


def _loud(spectra: Powers) -> Powers:
    levels = spectra.sum(axis=1)
    loudest = float(np.quantile(levels, 0.95))
    loud: Powers = spectra[levels >= loudest * 10 ** (-LOUD_DB / 10)]
    return loud


def _ratio_db(total: float, noise: float) -> float:
    noise = max(noise, FLOOR)
    return max(10 * math.log10(max(total - noise, FLOOR) / noise), LEAST_DB)


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
