"""Where speech pauses, heard from its samples alone: what word times are measured by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engines.base import Waveform

STEP_S = 0.0025
PAUSE_S = 0.14  # longer than a doubled stop keeps its silence
QUIET = 0.01  # of the loudest step

# The same everywhere: five words or more with pauses between them, and what is read otherwise.
LISTS = {
    "EN": "My aunt, a man, $3.50, old Anna, in May 2026, a long road.",
    "ES": "Una amiga, un hombre, 3,50 €, la abuela, el 5 de mayo, una carta.",
    "FR": "Une amie, un homme, 3,50 €, la maison, le 5 mai, une lettre.",
    "ZH": "我们,妈妈,3.5元,老虎,五月五日,有一天。",
    "JP": "今日は、雨の日、3時30分、お母さん、五月五日、山の上。",
    "KR": "어머니, 아버지, 3,500원, 오늘은, 5월 5일, 나무 위.",
}

# Of which texts are made that nobody means.
ODD = "aé1 \t\n.,!?…$€%-—'\"()[]<>&;/\\#@😀\u200b\u0301語ーっ한글ㅏ１²Ⅳ∞[pause 1s]"


def pauses(waveform: Waveform) -> list[tuple[float, float]]:
    """Start and end of each silence inside, in seconds."""
    step = round(STEP_S * waveform.sample_rate)
    whole = waveform.samples[: len(waveform.samples) // step * step].reshape(-1, step)
    loudness = np.sqrt(np.mean(np.square(whole, dtype=np.float64), axis=1))
    loud = np.flatnonzero(loudness >= QUIET * loudness.max())
    seconds = step / waveform.sample_rate
    return [
        ((int(one) + 1) * seconds, int(other) * seconds)
        for one, other in pairwise(loud)
        if (other - one - 1) * seconds >= PAUSE_S
    ]


def errors(waveform: Waveform) -> list[float]:
    """Seconds between where each silence ends, and the nearest beginning of a word; and between
    where it starts, and the nearest end of one."""
    starts = [word.start for word in waveform.words]
    ends = [word.end for word in waveform.words]
    return [
        abs(min(times, key=lambda time: abs(time - edge)) - edge)
        for silence in pauses(waveform)
        for times, edge in ((ends, silence[0]), (starts, silence[1]))
    ]


def assert_exact(found: Sequence[float]) -> None:
    """Half of the errors are under 20 ms, and 95 of 100 under 50."""
    assert len(found) >= 8, found
    assert np.median(found) < 0.02, found
    assert np.percentile(found, 95) < 0.05, found


def assert_covers(waveform: Waveform, text: str) -> None:
    """The words are in order, in the text and in time, and every letter and digit is in one."""
    words = waveform.words
    assert all(0 <= word.start <= word.end <= waveform.seconds for word in words), words
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert [word.first for word in words] == sorted(word.first for word in words)
    covered = {at for word in words for at in range(word.first, word.last)}
    missed = [char for at, char in enumerate(text) if char.isalnum() and at not in covered]
    assert not missed
