"""What is wrong with a piece of speech that was just made, heard without knowing any words.

Every verdict is a function of the piece and of how long its text should take, and of nothing else:
whoever inspects it, now or after a restart, finds the same. The limits are wide: of good pieces
fewer than one in two hundred may be flagged (`python -m benchmarks faults` counts them).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from engines.base import Samples, Waveform

FRAME_S = 0.01
FLOOR = 1e-8  # power, -80 dB of full scale
SILENCE_DB = -45.0  # against the loud parts: under it a frame is silent
LOUD_PERCENTILE = 95.0
CLIPPED = 0.999  # of full scale
CONTEXT_S = 0.004  # beside a sample, by which a click is told from a consonant
END_S = 0.006  # the very last of a piece, where a sound that was let finish has died away
PITCH_HZ = (60.0, 420.0)
PERIODIC = 0.45  # of the autocorrelation at the lag of a pitch: a voiced frame
VOICE_FRAME_S, VOICE_HOP_S = 0.04, 0.04
VOICE_RATE = 8_000.0  # Hz, about: a pitch needs no more
LOOPS_S = (0.15, 1.2)  # the periods in which stuck speech comes around
LOOP_LIKENESS = 0.995  # of the waveform with itself a period before: no mouth repeats that well


class Fault(StrEnum):
    """A way in which a piece can be broken, in words that a warning can hold."""

    NOT_FINITE = "samples that are no numbers"
    SILENT = "nothing to be heard"
    SHORT = "much shorter than its text"
    LONG = "much longer than its text"
    QUIET_START = "silence at its beginning"
    QUIET_END = "silence at its end"
    GAP = "silence in its midst"
    CLIPPED = "clipping"
    OFFSET = "a constant offset"
    CLICK = "a click"
    CUT = "an end that is cut off"
    UNVOICED = "noise in place of a voice"
    REPEATED = "a stretch that repeats itself"


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured of a piece that has finite samples and is not silent."""

    length: float  # seconds, over those that the text should take
    start_s: float  # of silence
    end_s: float  # of silence
    gap_s: float  # the longest silence inside
    clipping: float  # share of samples at full scale
    offset: float  # mean over RMS
    click: float  # the sharpest bend of the waveform over what its surroundings have
    end_db: float  # the very end, against the loud parts
    voiced: float  # share of the loud frames that have a pitch
    looped_s: float  # of sound that is what was heard one period before


# Above these (below, where it says least) a piece is at fault. Measured with `benchmarks faults`.
LEAST_LENGTH, MOST_LENGTH = 0.3, 3.0
SHORT_SLACK_S, LENGTH_SLACK_S = 0.05, 1.0  # a short text's estimate says little
MOST_START_S, MOST_END_S, MOST_GAP_S = 0.8, 1.2, 1.5
MOST_CLIPPING = 0.002
MOST_OFFSET = 0.2
MOST_CLICK = 40.0
MOST_END_DB = -10.0  # clones by WORLD end at up to -11; what is cut off, at -9 and more
LEAST_VOICED = 0.15
MOST_LOOPED_S = 0.4
SILENT_PEAK = 10 ** (-50 / 20)


def find_faults(wave: Waveform, expected_s: float) -> tuple[Fault, ...]:
    """What is wrong with a piece, the worst first; empty where nothing is.

    Args:
        expected_s: seconds that its text should take, as `estimate_seconds` has them.
    """
    if not np.isfinite(wave.samples).all():
        return (Fault.NOT_FINITE,)
    if not len(wave.samples) or float(np.max(np.abs(wave.samples))) < SILENT_PEAK:
        return (Fault.SILENT,)
    found = measure(wave, expected_s)
    said_s = wave.seconds - found.start_s - found.end_s
    short = said_s < LEAST_LENGTH * expected_s - SHORT_SLACK_S
    long = said_s > MOST_LENGTH * expected_s + LENGTH_SLACK_S
    wrong = {
        Fault.SHORT: short,
        Fault.LONG: long,
        Fault.QUIET_START: found.start_s > MOST_START_S,
        Fault.QUIET_END: found.end_s > MOST_END_S,
        Fault.GAP: found.gap_s > MOST_GAP_S,
        Fault.CLIPPED: found.clipping > MOST_CLIPPING,
        Fault.OFFSET: abs(found.offset) > MOST_OFFSET,
        Fault.CLICK: found.click > MOST_CLICK,
        Fault.CUT: found.end_db > MOST_END_DB,
        Fault.UNVOICED: found.voiced < LEAST_VOICED,
        Fault.REPEATED: found.looped_s > MOST_LOOPED_S,
    }
    return tuple(fault for fault, there in wrong.items() if there)


def measure(wave: Waveform, expected_s: float) -> Measures:
    """Of finite samples that are not silent."""
    samples, rate = wave.samples, wave.sample_rate
    frame = max(1, round(FRAME_S * rate))
    power = _power(samples, frame)  # (frames,)
    loud = max(float(np.percentile(power, LOUD_PERCENTILE)), FLOOR)
    sounding = np.flatnonzero(power > loud * 10 ** (SILENCE_DB / 10))
    gaps = np.diff(sounding) - 1
    start_s = float(sounding[0]) * FRAME_S
    end_s = max(0.0, wave.seconds - float(sounding[-1] + 1) * FRAME_S)
    end = samples[-max(1, round(END_S * rate)) :]
    return Measures(
        length=(wave.seconds - start_s - end_s) / expected_s,
        start_s=start_s,
        end_s=end_s,
        gap_s=float(gaps.max(initial=0)) * FRAME_S,
        clipping=float(np.mean(np.abs(samples) >= CLIPPED)),
        offset=float(np.mean(samples, dtype=np.float64)) / float(np.sqrt(_mean_power(samples))),
        click=_click(samples, rate),
        end_db=float(10 * np.log10(max(_mean_power(end), FLOOR * 1e-4) / loud)),
        voiced=_voiced(samples, rate, loud),
        looped_s=_looped(samples, rate, loud),
    )


def _mean_power(samples: Samples) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64)))


def _power(samples: Samples, frame: int) -> npt.NDArray[np.float64]:
    """Mean power of each frame (frames,), what is left over at the end with the last."""
    starts = np.arange(0, max(1, len(samples) - frame + 1), frame)
    sums = np.add.reduceat(np.square(samples, dtype=np.float64), starts)
    return sums / np.diff(np.append(starts, len(samples)))


def _click(samples: Samples, rate: int) -> float:
    """How much sharper than its surroundings the sharpest bend is. A step in a waveform bends it
    at two samples; a consonant bends it for milliseconds."""
    bend = np.abs(np.diff(samples, 2))
    if len(bend) < 8:
        return 0.0
    width = max(8, round(CONTEXT_S * rate))
    padded = np.pad(bend, width)
    total = np.cumsum(np.insert(padded.astype(np.float64), 0, 0.0))
    around = total[2 * width + 1 :] - total[: -2 * width - 1]  # (T - 2,) sums of 2 * width + 1
    near = total[width + 4 : len(bend) + width + 4] - total[width - 3 : len(bend) + width - 3]
    calm = (around - near) / (2 * width - 6)
    strong = bend > 0.02  # of full scale: softer ones nobody hears
    return float(np.max(np.where(strong, bend / (calm + 1e-3), 0.0)))


def _voiced(samples: Samples, rate: int, loud: float) -> float:
    step = max(1, round(rate / VOICE_RATE))
    kept = len(samples) // step * step
    thin = samples[:kept].reshape(-1, step).mean(axis=1)  # (T / step,), roughly low-passed
    thin_rate = rate / step
    length, hop = round(VOICE_FRAME_S * thin_rate), round(VOICE_HOP_S * thin_rate)
    if len(thin) < length:
        return 1.0
    frames = np.lib.stride_tricks.sliding_window_view(thin, length)[::hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    power = np.mean(np.square(frames), axis=1)
    frames = frames[power > 0.05 * loud]
    if len(frames) < 5:
        return 1.0  # too little to tell
    spectrum = np.fft.rfft(frames, 2 * length, axis=1)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :length]
    lags = slice(round(thin_rate / PITCH_HZ[1]), min(length - 1, round(thin_rate / PITCH_HZ[0])))
    overlap = 1 - np.arange(length) / length
    peak = (correlation / overlap)[:, lags].max(axis=1) / (correlation[:, 0] + 1e-12)
    return float(np.mean(peak > PERIODIC))


def _looped(samples: Samples, rate: int, loud: float) -> float:
    """Seconds of sound that are, sample by sample, what was heard one period before."""
    step = max(1, round(rate / VOICE_RATE))
    kept = len(samples) // step * step
    thin = samples[:kept].reshape(-1, step).mean(axis=1).astype(np.float64)
    thin_rate = rate / step
    shortest, longest = (round(period * thin_rate) for period in LOOPS_S)
    block = shortest
    best = 0.0
    heard = [
        start
        for start in range(0, len(thin) - block - shortest, block)
        if np.mean(np.square(thin[start : start + block])) > 0.02 * loud
    ]
    squares = np.cumsum(np.insert(np.square(thin), 0, 0.0))
    runs: dict[int, int] = {}
    for start in heard:
        tail = thin[start + shortest : start + longest + block]
        if len(tail) < block:
            continue
        likeness = _correlated(tail, thin[start : start + block])
        energy = squares[start + shortest + block : start + shortest + block + len(likeness)]
        energy = energy - squares[start + shortest : start + shortest + len(likeness)]
        own = squares[start + block] - squares[start]
        normal = likeness / np.sqrt(energy * own + 1e-12)
        for lag in np.flatnonzero(normal > LOOP_LIKENESS):
            key = int(lag)
            runs[key] = runs.get(key, 0) + 1
            best = max(best, runs[key] * block / thin_rate)
    return best


def _correlated(
    long: npt.NDArray[np.float64], short: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """`np.correlate` where the short one lies within the long one, by way of the spectra."""
    size = 1 << (len(long) - 1).bit_length()  # what wraps around lies beyond what is kept
    spectrum = np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size))
    return np.fft.irfft(spectrum, size)[: len(long) - len(short) + 1]
