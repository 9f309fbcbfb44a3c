"""Power in mel bands, as GE2E was taught to hear: 25 ms every 10 ms, at one level."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from engines.base import Samples

RATE = 16_000  # Hz
BANDS, WINDOW, HOP = 40, 400, 160
TARGET_DB = -30.0  # RMS of what it was trained with; louder stays as it is
LINEAR_MEL, LOG_FROM_HZ, LOG_FROM = 200.0 / 3, 1000.0, 15.0  # of Slaney's scale
STEP = np.log(6.4) / 27.0

Mels = npt.NDArray[np.float32]


def mel(samples: Samples) -> Mels:
    """Mono float32 (T,) at `RATE` to power (frames, `BANDS`)."""
    level = 10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20)
    louder = samples * np.float32(10 ** (max(0.0, TARGET_DB - level) / 20))
    padded = np.pad(louder, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    spectrum = np.fft.rfft(frames * _hann(), axis=1)  # (frames, WINDOW // 2 + 1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return np.asarray(power @ _bands().T, np.float32)


@functools.cache
def _hann() -> Samples:
    turns = 2 * np.pi * np.arange(WINDOW) / WINDOW
    return np.asarray(0.5 - 0.5 * np.cos(turns), np.float32)


@functools.cache
def _bands() -> Samples:
    """Slaney's mel filters (Auditory Toolbox, 1998), each of the same area."""
    edges = _hertz(np.linspace(0.0, _mels(RATE / 2), BANDS + 2))
    bins = np.fft.rfftfreq(WINDOW, 1 / RATE)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)) * area[:, None], np.float32)


def _mels(hertz: float) -> float:
    """Of a frequency above `LOG_FROM_HZ`."""
    return float(LOG_FROM + np.log(hertz / LOG_FROM_HZ) / STEP)


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    log = LOG_FROM_HZ * np.exp(STEP * (mels - LOG_FROM))
    return np.where(mels < LOG_FROM, mels * LINEAR_MEL, log)
