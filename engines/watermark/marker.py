"""Puts a mark into samples as they come.

Each frame's spectrum is bent by the signs of the tiles that it lies in. What is bent by how much
depends on the frame alone and on its place in the audio, so that the samples come out the same by
whatever blocks they came in. A frame's change is at least `QUIETER_DB` under the frame itself, and
silence stays silence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.base import Samples
from engines.watermark.pattern import BAND_HZ, BANDS, CELL_S, CELLS, LOW_HZ, Signs

HOP_S = 0.023  # half a frame
QUIETER_DB = 28.0
# How far a band is raised or lowered, in dB by Hz: most where the ear and the signal have least.
DEPTH_HZ = (400.0, 1_000.0, 2_000.0, 3_500.0)
DEPTH_DB = (0.3, 0.8, 2.5, 3.0)
# Bins that are weak for their frame bear more change, and give what others would be heard by.
EMPHASIS = 0.15  # exponent of a bin's power, next to the frame's mean
EMPHASIS_MOST = 1.5
SMOOTHED_BINS = 9
LEAST_POWER = 1e-12
AT_ONCE = 256  # frames in memory


class Marker:
    """Marks one audio. `mark` gives back the samples that are settled, `finish` the rest.

    Args:
        signs: (CELLS, BANDS), of `Pattern.signs`.
        sample_rate: Hz, of the samples.
    """

    def __init__(self, signs: Signs, sample_rate: int) -> None:
        self._hop = round(HOP_S * sample_rate)
        size = 2 * self._hop
        self._window: Samples = np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)
        self._cell_hops = CELL_S * sample_rate / self._hop
        self._gains, self._marked = _gains(signs, size, sample_rate)  # (CELLS, BINS), (BINS,)
        self._held: Samples = np.zeros(self._hop, np.float32)  # of which no frame is settled
        self._overlap: Samples = np.zeros(self._hop, np.float32)  # change by the last frame
        self._lead = self._hop  # zeros still to be taken off
        self._frame = 0  # the next
        self._given = 0  # samples
        self._taken = 0

    def mark(self, samples: Samples) -> Samples:
        """float32 (T,) -> (T',): all but up to the last 46 ms."""
        self._taken += len(samples)
        self._held = np.concatenate([self._held, samples.astype(np.float32, copy=False)])
        frames = len(self._held) // self._hop - 1
        settled = [
            self._settle(min(AT_ONCE, frames - at)) for at in range(0, max(0, frames), AT_ONCE)
        ]
        return self._give(np.concatenate(settled)) if settled else np.zeros(0, np.float32)

    def finish(self) -> Samples:
        """The rest: as many samples came out as went in."""
        missing = self._taken - self._given
        if not missing:
            return np.zeros(0, np.float32)
        taken = self._taken
        rest = self.mark(np.zeros(2 * self._hop, np.float32))[:missing]
        self._taken = self._given = taken
        return rest

    def _settle(self, count: int) -> Samples:
        """Mark by `count` frames, and let go of the samples before the last one's second half."""
        hop = self._hop
        held = self._held[: (count + 1) * hop]
        frames = np.lib.stride_tricks.sliding_window_view(held, 2 * hop)[::hop]
        change = self._changes(frames)  # (count, 2 * hop)
        first, second = change[:, :hop], change[:, hop:]
        before = np.concatenate([self._overlap[None], second[:-1]])
        marked = held[: count * hop] + np.ravel(before + first)
        self._overlap = second[-1]
        self._held = self._held[count * hop :]
        self._frame += count
        return marked

    def _changes(self, frames: Samples) -> Samples:
        """What each frame is changed by: (N, size) -> (N, size)"""
        places = (self._frame + np.arange(len(frames))) / self._cell_hops
        spectrum = np.fft.rfft(frames * self._window)  # (N, BINS)
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        gains = self._gains[places.astype(np.intp) % CELLS] * self._emphasis(power)
        change = spectrum * gains
        allowed = 10 ** (-QUIETER_DB / 10) * power.sum(axis=1)
        wanted = (power * np.square(gains)).sum(axis=1)
        change *= np.sqrt(np.minimum(1.0, allowed / np.maximum(wanted, LEAST_POWER)))[:, None]
        bent = np.fft.irfft(change, frames.shape[1]) * self._window
        return np.asarray(bent, np.float32)

    def _emphasis(self, power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(N, BINS) -> (N, BINS)"""
        half = SMOOTHED_BINS // 2
        padded = np.pad(power, ((0, 0), (half + 1, half)), mode="edge").astype(np.float64)
        sums = np.cumsum(padded, axis=1)
        smooth = np.maximum(sums[:, SMOOTHED_BINS:] - sums[:, :-SMOOTHED_BINS], LEAST_POWER)
        mean = np.exp(np.log(smooth[:, self._marked]).mean(axis=1, keepdims=True))
        more: npt.NDArray[np.float32] = np.minimum(
            (smooth / mean) ** -EMPHASIS, EMPHASIS_MOST
        ).astype(np.float32)
        return more

    def _give(self, samples: Samples) -> Samples:
        """All but the hop of zeros that the first frame began with."""
        samples = samples[self._lead :]
        self._lead = 0
        self._given += len(samples)
        return samples


def _gains(signs: Signs, size: int, sample_rate: int) -> tuple[Signs, npt.NDArray[np.bool_]]:
    """By how much each bin changes in each cell (CELLS, BINS), and which bins do (BINS,)."""
    hertz = np.fft.rfftfreq(size, 1 / sample_rate)
    bands = np.floor((hertz - LOW_HZ) / BAND_HZ).astype(np.intp)
    marked = (bands >= 0) & (bands < BANDS)
    decibels = signs[:, bands.clip(0, BANDS - 1)] * np.interp(hertz, DEPTH_HZ, DEPTH_DB)
    gains = np.where(marked, 10 ** (decibels / 20) - 1.0, 0.0).astype(np.float32)
    return gains, marked
