"""WORLD analysis, and what it tells of a voice.

Morise, Yokomori and Ozawa (2016): WORLD, a vocoder-based high-quality speech synthesis system.
F0 by DIO with StoneMask, the spectral envelope by CheapTrick, the aperiodicity by D4C.

N is the number of frames, one every `FRAME_S`; `BINS` the number of frequencies of an envelope.
Envelopes are power; their logarithms are natural.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engines.base import Samples, Waveform
from engines.errors import UnusableSpeech

Doubles = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]

RATE = 22_050  # Hz, of every analysis; eSpeak's own, so that base audio is never resampled
FRAME_S = 0.005
F0_FLOOR, F0_CEIL = 65.0, 700.0  # Hz: below the deepest voices, above children
FFT_SIZE = 1024  # CheapTrick needs 3 * RATE / F0_FLOOR + 1 samples, to the next power of two
BINS = FFT_SIZE // 2 + 1
FREQUENCIES = np.linspace(0.0, RATE / 2, BINS)  # Hz (BINS,)

GRID_SIZE = 64  # points of a voice's mean envelope, evenly spaced in mel
LOUD_WITHIN = 30 * np.log(10) / 10  # of the loudest frames: 30 dB; quieter is room and breath
EMPTY_BELOW = 70 * np.log(10) / 10  # of the strongest band: 70 dB; weaker was filtered away
MIN_VOICED_S = 0.3  # below, the statistics are those of a syllable
# Frames are averaged as loudness, power to the 0.3 (Stevens). The mean of logarithms would let
# the quiet between formants count as much as the formants, the mean of power only the loudest
# vowels; measured on six languages, this lies well between.
LOUDNESS = 0.3
QUANTILES = 33  # of log F0, odd, so that the middle one is the median
LEVELS = (np.arange(QUANTILES) + 0.5) / QUANTILES


def mel_grid() -> Doubles:
    """Frequencies (GRID_SIZE,) in Hz, from 0 to half of `RATE`."""
    top = 2595 * np.log10(1 + RATE / 2 / 700)
    grid: Doubles = 700 * (10 ** (np.linspace(0.0, top, GRID_SIZE) / 2595) - 1)
    return grid


GRID = mel_grid()


@dataclass(frozen=True, slots=True)
class Frames:
    """A signal as WORLD sees it."""

    signal: Doubles  # (T,)
    times: Doubles  # (N,) s
    f0: Doubles  # (N,) Hz, 0 where unvoiced
    envelope: Doubles  # (N, BINS) power

    @property
    def voiced(self) -> Chosen:
        return self.f0 > 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept of a voice."""

    log_f0: Doubles  # (QUANTILES,) at LEVELS, F0 in Hz
    envelope: Doubles  # (GRID_SIZE,) mean log envelope of voiced frames, mean 0 over its band
    band: float  # Hz, up to which the recording has content
    voiced_s: float  # seconds measured

    @property
    def pitch(self) -> float:
        """The median of log F0."""
        return float(self.log_f0[QUANTILES // 2])

    @property
    def spread(self) -> float:
        """Of log F0, as the standard deviation of the normal distribution with its quartiles."""
        low, high = np.interp([0.25, 0.75], LEVELS, self.log_f0)
        return float(high - low) / 1.349

    def at_pitch(self, pitch: float) -> Profile:
        return replace(self, log_f0=self.log_f0 + (pitch - self.pitch))


def resample(waveform: Waveform) -> Samples:
    """Samples (T,) at `RATE`."""
    if waveform.sample_rate == RATE:
        return waveform.samples
    import soxr

    samples: Samples = soxr.resample(waveform.samples, waveform.sample_rate, RATE)
    return samples


def analyse(samples: Samples) -> Frames:
    import pyworld

    signal = np.ascontiguousarray(samples, dtype=np.float64)
    rough, times = pyworld.dio(
        signal, RATE, f0_floor=F0_FLOOR, f0_ceil=F0_CEIL, frame_period=1000 * FRAME_S
    )
    f0 = pyworld.stonemask(signal, rough, times, RATE)
    envelope = pyworld.cheaptrick(signal, f0, times, RATE, f0_floor=F0_FLOOR, fft_size=FFT_SIZE)
    return Frames(signal, times, f0, envelope)


def profile(frames: Frames, band: float = RATE / 2) -> Profile:
    """Statistics over the voiced frames. Raises `UnusableSpeech` when there are too few.

    `band` is what the recording's sample rate allows; less when the content ends below.
    """
    voiced = frames.voiced
    voiced_s = float(voiced.sum()) * FRAME_S
    if voiced_s < MIN_VOICED_S:
        raise UnusableSpeech("there is too little voiced speech to learn a voice from")
    envelope, band = mean_envelope(frames, loud_among(frames, voiced), band)
    return Profile(
        log_f0=np.quantile(np.log(frames.f0[voiced]), LEVELS),
        envelope=envelope,
        band=band,
        voiced_s=voiced_s,
    )


def loud_among(frames: Frames, chosen: Chosen) -> Chosen:
    """Of the chosen frames (N,), of which there are some, those that are no room and no breath."""
    level = np.log(frames.envelope.mean(axis=1) + 1e-20)  # (N,)
    loud: Chosen = chosen & (level > float(np.percentile(level[chosen], 95)) - LOUD_WITHIN)
    return loud


def mean_envelope(frames: Frames, chosen: Chosen, band: float) -> tuple[Doubles, float]:
    """The mean log envelope (GRID_SIZE,) of chosen frames, 0 on average, and where in Hz its
    content ends: at `band` or below."""
    loudness = (frames.envelope[chosen] ** LOUDNESS).mean(axis=0)  # (BINS,)
    on_grid = np.interp(GRID, FREQUENCIES, np.log(loudness + 1e-12) / LOUDNESS)
    band = min(band, content_end(on_grid))
    return on_grid - on_grid[band >= GRID].mean(), band


def content_end(envelope: Doubles) -> float:
    """The highest frequency in Hz that is not silent in a mean log envelope (GRID_SIZE,)."""
    heard = np.flatnonzero(envelope > envelope.max() - EMPTY_BELOW)
    return float(GRID[heard[-1]])
