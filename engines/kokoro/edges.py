"""Words begin and end where they are heard to.

Kokoro counts in frames of 25 ms, and what stands between two words in its phones, a space or a
mark, has frames of its own: in them one word dies away and the next has already begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engines.base import Samples
from engines.reading.timing import WordTime

STEP_S = 0.005  # over which loudness is measured
QUIET = 0.02  # of the loudest step: 34 dB below it
MOST_S = 1.5  # by which a word gives way to silence inside its own frames: whispers rest long

Quiet = npt.NDArray[np.bool_]


def settle(words: Sequence[WordTime], samples: Samples, sample_rate: int) -> tuple[WordTime, ...]:
    """The words with their edges at the silence between them, or halfway where there is none."""
    if not words:
        return ()
    quiet = _quiet_steps(samples, round(STEP_S * sample_rate))
    seconds = len(samples) / sample_rate
    gaps = list(_gaps(words, seconds))
    edges = [_edges(start, end, quiet, low, high) for start, end, low, high in gaps]
    return tuple(
        replace(word, start=min(before[1], after[0]), end=after[0])
        for word, (before, after) in zip(words, pairwise(edges), strict=True)
    )


def _quiet_steps(samples: Samples, step: int) -> Quiet:
    """(T,) -> (T // step,)"""
    whole = samples[: len(samples) // step * step].reshape(-1, step)
    loudness = np.sqrt(np.mean(np.square(whole, dtype=np.float64), axis=1))
    quiet: Quiet = loudness < QUIET * loudness.max(initial=0.0)
    return quiet


def _gaps(words: Sequence[WordTime], seconds: float) -> Iterator[tuple[float, float, float, float]]:
    """Start and end of what is before, between and after words, and how far silence may reach."""
    first, last = words[0], words[-1]
    yield 0.0, first.start, 0.0, min(first.start + MOST_S, first.end)
    for one, other in pairwise(words):
        low = max(one.end - MOST_S, one.start)
        yield one.end, other.start, low, min(other.start + MOST_S, other.end)
    yield last.end, seconds, max(last.end - MOST_S, last.start), seconds


def _edges(start: float, end: float, quiet: Quiet, low: float, high: float) -> tuple[float, float]:
    """Where the sound before a gap ends, and where that after it begins."""
    first, last = round(low / STEP_S), round(high / STEP_S)
    silent = np.flatnonzero(quiet[first:last]) + first
    silent = silent[_touches(silent, start, end)]
    if not len(silent):
        middle = (start + end) / 2
        return middle, middle
    return float(silent[0]) * STEP_S, float(silent[-1] + 1) * STEP_S


def _touches(silent: npt.NDArray[np.intp], start: float, end: float) -> Quiet:
    """Which steps are of a run of silence that lies in the gap, at least in part."""
    runs = np.cumsum(np.diff(silent, prepend=silent[:1]) > 1)
    inside = (silent >= round(start / STEP_S) - 1) & (silent <= round(end / STEP_S))
    touching: Quiet = np.isin(runs, runs[inside])
    return touching
