"""What the tests measure of a voice, apart from what the engine measures of itself."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyworld

from engines.base import Samples, VoiceEmbedding, Waveform
from engines.embedded.world import WorldEmbedding

RATE = 22_050  # Hz
FLOOR_DB = 30.0  # frames this far below the loudest count as pauses
FRAME = 2048  # samples
LOWEST_HZ, HIGHEST_HZ = 60, 400
VOICED = 0.6  # of a frame's own energy that the best lag finds again


def median_f0(samples: Samples, rate: int = RATE) -> float:
    """Hz over voiced frames, by autocorrelation: the engine itself uses DIO. Within 1% of Harvest,
    and fifty times faster."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[:: rate // 100]  # (N, FRAME)
    found = autocorrelation(frames * np.hanning(FRAME)) / autocorrelation(np.hanning(FRAME))
    shortest, longest = rate // HIGHEST_HZ, rate // LOWEST_HZ  # samples of a period
    periods = (found / (found[:, :1] + 1e-12))[:, shortest:longest]
    energy = (frames**2).sum(axis=1)
    floor = energy.max() * 10 ** (-FLOOR_DB / 10)
    voiced = (periods.max(axis=1) > VOICED) & (energy > floor)
    return float(rate / (np.median(periods.argmax(axis=1)[voiced]) + shortest))


def autocorrelation(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(…, FRAME) by lag."""
    power = np.abs(np.fft.rfft(frames, 2 * FRAME)) ** 2
    return np.fft.irfft(power)[..., :FRAME]


def quick_f0(samples: Samples) -> float:
    """The same by DIO, as the engine does it: good enough for a clean synthetic voice."""
    signal = samples.astype(np.float64)
    rough, times = pyworld.dio(signal, RATE, f0_floor=60, f0_ceil=800)
    f0 = pyworld.stonemask(signal, rough, times, RATE)
    return float(np.median(f0[f0 > 0]))


def long_term_spectrum(samples: Samples) -> npt.NDArray[np.float64]:
    """Mean power in 30 mel bands from 100 Hz to 8 kHz, in dB, mean 0: (30,). No vocoder."""
    size = 1024
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 4]
    power = np.abs(np.fft.rfft(frames * np.hanning(size))) ** 2  # (N, size / 2 + 1)
    energy = power.sum(axis=1)
    mean = power[energy > energy.max() * 10 ** (-FLOOR_DB / 10)].mean(axis=0)
    mel = np.linspace(2595 * np.log10(1 + 100 / 700), 2595 * np.log10(1 + 8000 / 700), 31)
    edges = np.round(700 * (10 ** (mel / 2595) - 1) / RATE * size).astype(int)
    bands = [mean[low : max(high, low + 1)].mean() for low, high in pairwise(edges)]
    level: npt.NDArray[np.float64] = 10 * np.log10(np.array(bands) + 1e-12)
    centred: npt.NDArray[np.float64] = level - level.mean()
    return centred


def distance_db(one: Samples, other: Samples) -> float:
    """Log-spectral distance of two long-term spectra."""
    return float(np.sqrt(np.mean((long_term_spectrum(one) - long_term_spectrum(other)) ** 2)))


def learn(engine: WorldEmbedding, *stretches: Waveform) -> VoiceEmbedding:
    """One voice out of its stretches."""
    learnt = engine.embed(stretches)
    return engine.mean([one for one in learnt if isinstance(one, VoiceEmbedding)])
