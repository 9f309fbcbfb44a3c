"""Good speech, broken in every way that `engines/audio/faults.py` claims to hear."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engines.audio.faults import Fault
from engines.base import Samples, Waveform

Break = Callable[[Samples, int], Samples]


def _sounding(samples: Samples, rate: int) -> int:
    """The middle of the loudest 20 ms in the second half."""
    width = max(1, rate // 50)
    half = len(samples) // 2
    power = np.convolve(np.square(samples[half:]), np.ones(width), "same")
    return half + int(np.argmax(power))


def _not_finite(samples: Samples, rate: int) -> Samples:
    broken = samples.copy()
    broken[len(broken) // 2] = np.nan
    return broken


def _gap(samples: Samples, rate: int) -> Samples:
    middle = len(samples) // 2
    return np.concatenate([samples[:middle], np.zeros(2 * rate, np.float32), samples[middle:]])


def _click(samples: Samples, rate: int) -> Samples:
    broken = samples.copy()
    quiet = np.convolve(np.abs(samples), np.ones(rate // 50), "same")
    broken[int(np.argmin(quiet[rate // 20 : -rate // 20])) + rate // 20] += 0.5
    return broken


def _noise(samples: Samples, rate: int) -> Samples:
    """Each 10 ms as loud as it was, and nothing but noise."""
    drawn = np.random.default_rng(1).standard_normal(len(samples))
    level = np.sqrt(np.convolve(np.square(samples), np.ones(rate // 100) / (rate // 100), "same"))
    return np.asarray(drawn * level, np.float32)


def _stuck(samples: Samples, rate: int) -> Samples:
    """What is said around the loudest moment comes again and again."""
    at = max(_sounding(samples, rate), round(0.4 * rate))
    loop = samples[at - round(0.3 * rate) : at]
    return np.concatenate([samples[:at], *[loop] * 4, samples[at:]])


def _short(samples: Samples, rate: int) -> Samples:
    end = _sounding(samples, rate)
    return samples[end - len(samples) // 40 : end]


def _silence(seconds: float) -> Callable[[int], Samples]:
    return lambda rate: np.zeros(round(seconds * rate), np.float32)


PLANTED: Mapping[Fault, Break] = {
    Fault.NOT_FINITE: _not_finite,
    Fault.SILENT: lambda samples, rate: samples * np.float32(1e-4),
    Fault.SHORT: _short,
    Fault.LONG: lambda samples, rate: np.tile(samples, 12),
    Fault.QUIET_START: lambda samples, rate: np.concatenate([_silence(1.5)(rate), samples]),
    Fault.QUIET_END: lambda samples, rate: np.concatenate([samples, _silence(2.0)(rate)]),
    Fault.GAP: _gap,
    Fault.CLIPPED: lambda samples, rate: np.clip(
        samples * (4 / np.max(np.abs(samples))), -1, 1
    ).astype(np.float32),
    Fault.OFFSET: lambda samples, rate: samples + np.float32(0.1),
    Fault.CLICK: _click,
    Fault.CUT: lambda samples, rate: samples[: _sounding(samples, rate)],
    Fault.UNVOICED: _noise,
    Fault.REPEATED: _stuck,
}


def plant(wave: Waveform, fault: Fault) -> Waveform:
    """The piece with one fault."""
    return Waveform(PLANTED[fault](wave.samples, wave.sample_rate), wave.sample_rate)
