"""What a recording without a voice holds instead, told from the frames in which it sounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.audio.resample import resample
from engines.base import Samples, Waveform

RATE = 16_000  # Hz
FRAME = 1024  # samples, 64 ms: holds four periods of the deepest voices
HOP = FRAME // 2
QUIET_DB = 30.0  # under the loudest frames; what is quieter is room
SILENT = 1e-6  # power of -60 dBFS: nothing was recorded
LINE_BINS = 7  # as wide as a tone, or a chirp, is in one frame
TONE = 0.5  # of a frame's power in its strongest line
VOICED_HZ = (65.0, 1000.0)  # where a period is looked for
PERIODIC = 0.3  # of a frame's power that repeats from period to period; noise has 0.2
FLATTEN = 0.97  # of 1, by the sample before: rumble, which is all bass, is no hum
AT_ONCE = 512  # frames in memory: 8 MB of spectra
STEADY_DB = 2.5  # standard deviation of the level

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sounds:
    """Medians over the frames that sound."""

    seconds: float  # in which anything sounds
    line: float  # share of power in the strongest line
    periodicity: float  # of a frame, 0 to 1
    swing_db: float  # standard deviation of the level

    @property
    def name(self) -> str:
        """What it is, if it is no voice, as it stands in a sentence."""
        if self.line > TONE:
            return "a tone (a beep, a whistle or a siren)"
        if self.periodicity > PERIODIC:
            return "music or an instrument"
        return "steady noise" if self.swing_db < STEADY_DB else "noise that comes and goes"


def sounds_of(waveform: Waveform) -> Sounds:
    samples = resample(waveform, RATE).samples
    samples = np.pad(samples, (0, max(0, FRAME - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]  # (N, FRAME)
    levels = np.einsum("nt,nt->n", frames, frames, dtype=np.float64) / FRAME
    least = max(SILENT, float(np.quantile(levels, 0.95)) * 10 ** (-QUIET_DB / 10))
    (loud,) = np.nonzero(levels >= least)
    if not len(loud):
        return Sounds(0.0, 0.0, 0.0, 0.0)
    blocks = [loud[start : start + AT_ONCE] for start in range(0, len(loud), AT_ONCE)]
    lines, periodicities = zip(*(_measure(frames[block]) for block in blocks), strict=True)
    return Sounds(
        seconds=len(loud) * HOP / RATE,
        line=float(np.median(np.concatenate(lines))),
        periodicity=float(np.median(np.concatenate(periodicities))),
        swing_db=float(np.std(10 * np.log10(levels[loud]))),
    )


def _measure(frames: Samples) -> tuple[Doubles, Doubles]:
    """The strongest line and the periodicity of each frame: (N, FRAME) -> (N,), (N,)"""
    window = np.hanning(FRAME)
    flat = frames - FLATTEN * np.pad(frames, ((0, 0), (1, 0)))[:, :-1]
    # Padded to twice the length, so that the correlation does not wrap around.
    powers = np.square(np.abs(np.fft.rfft(flat * window, 2 * FRAME)))  # (N, FRAME + 1)
    return _strongest_line(powers), _periodicity(powers, window)


def _strongest_line(powers: Doubles) -> Doubles:
    """(N, BINS) -> (N,)"""
    sums = np.cumsum(np.pad(powers, ((0, 0), (1, 0))), axis=1)
    width = 2 * LINE_BINS  # the bins of padded frames are half as wide
    lines: Doubles = (sums[:, width:] - sums[:, :-width]).max(axis=1) / sums[:, -1]
    return lines


def _periodicity(powers: Doubles, window: Doubles) -> Doubles:
    """The highest autocorrelation at a voice's periods (N,), the window's own taken out."""
    shape = np.fft.irfft(np.square(np.abs(np.fft.rfft(window, 2 * FRAME))))
    correlation = np.fft.irfft(powers, axis=1)  # (N, 2 * FRAME)
    lags = slice(round(RATE / VOICED_HZ[1]), round(RATE / VOICED_HZ[0]))
    relative = correlation[:, lags] / correlation[:, :1] / (shape[lags] / shape[0])
    highest: Doubles = relative.max(axis=1)
    return highest
