"""Higher and lower voices: pitch shifted with the formants kept, by the WORLD vocoder.

WORLD splits speech into fundamental frequency, spectral envelope and aperiodicity. Only the first
is scaled, so the vocal tract stays that of the same person: no chipmunks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from config.installing import install_hint
from engines.base import Samples, Waveform
from engines.errors import EngineUnavailable

# Where WORLD looks for the fundamental. 65 Hz lies under all but creaky male voices, 600 Hz over
# children's; a wider range finds octave errors instead of voices. 65 also fits the envelope's
# window (three periods) into the transform that WORLD picks at each rate.
F0_FLOOR = 65.0  # Hz
F0_CEILING = 600.0  # Hz

# Envelope and aperiodicity take 3.3 MB a second at 44.1 kHz, so long audio is done in blocks, each
# of which ends where it is quietest, so that no pulse train is cut.
BLOCK_S = 20.0
SEARCH_S = 5.0  # before the end of a block
QUIET_S = 0.02  # over which quietness is measured

MIN_S = 0.05  # under one analysis window nothing can be voiced


def shift(waveform: Waveform, semitones: float) -> Waveform:
    """`waveform` with its pitch moved, as long as before to the sample.

    Unvoiced sounds and formants stay. Where the new phases add up beyond full scale, the whole is
    made quieter by as much, never clipped. 0 semitones is the very same object. Raises
    `EngineUnavailable` when pyworld is not installed, `ValueError` for more than two octaves.
    """
    if abs(semitones) > 24:
        raise ValueError(f"{semitones:g} semitones: at most 24 either way")
    if semitones == 0 or waveform.seconds < MIN_S:
        return waveform
    ratio = 2.0 ** (semitones / 12.0)
    shifted = np.concatenate(
        [_shift_block(block, waveform.sample_rate, ratio) for block in _blocks(waveform)]
    )
    return replace(waveform, samples=_within_full_scale(shifted))


def _shift_block(samples: Samples, sample_rate: int, ratio: float) -> Samples:
    """(T,) -> (T,)"""
    try:
        import pyworld
    except ImportError as cause:
        raise EngineUnavailable(
            "Changing the pitch needs WORLD, which is not installed: " + install_hint("embedded")
        ) from cause
    signal = samples.astype(np.float64)
    coarse, times = pyworld.dio(signal, sample_rate, f0_floor=F0_FLOOR, f0_ceil=F0_CEILING)
    f0 = pyworld.stonemask(signal, coarse, times, sample_rate)  # (F,)
    envelope = pyworld.cheaptrick(signal, f0, times, sample_rate, f0_floor=F0_FLOOR)  # (F, bins)
    fft_size = (envelope.shape[1] - 1) * 2
    aperiodicity = pyworld.d4c(signal, f0, times, sample_rate, fft_size=fft_size)  # (F, bins)
    shifted = pyworld.synthesize(f0 * ratio, envelope, aperiodicity, sample_rate)
    # Synthesis fills whole frames, so it is up to one frame longer.
    exact = np.zeros(len(samples), np.float32)
    exact[: len(shifted)] = shifted[: len(samples)]
    return exact


def _blocks(waveform: Waveform) -> Iterator[Samples]:
    samples, rate = waveform.samples, waveform.sample_rate
    size, search, quiet = round(BLOCK_S * rate), round(SEARCH_S * rate), round(QUIET_S * rate)
    while len(samples) > size + search:
        candidates = np.square(samples[size - search : size], dtype=np.float64)  # (search,)
        power = np.add.reduceat(candidates, np.arange(0, search, quiet))  # (search / quiet,)
        cut = size - search + int(np.argmin(power)) * quiet + quiet // 2
        yield samples[:cut]
        samples = samples[cut:]
    yield samples


def _within_full_scale(samples: Samples) -> Samples:
    peak = np.abs(samples).max()
    return samples if peak <= 1.0 else samples / peak
