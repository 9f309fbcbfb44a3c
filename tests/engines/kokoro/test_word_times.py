"""When words are heard, of Kokoro: by the durations inside its graph."""

from __future__ import annotations

import numpy as np
import pytest

from engines.base import Utterance, Waveform
from engines.kokoro.edges import settle
from engines.kokoro.engine import KokoroSpeech
from engines.reading.timing import WordTime
from tests.engines.pauses import LISTS, assert_covers, assert_exact, errors

RATE = 24_000


def test_words_begin_and_end_where_they_are_heard_to(kokoro: KokoroSpeech) -> None:
    found: list[float] = []
    for language, text in LISTS.items():
        speaker = kokoro.info.speakers[language][0]
        (wave,) = kokoro.synthesize([Utterance(text, language, speaker, timed=True)])
        assert isinstance(wave, Waveform)
        assert_covers(wave, text)
        found += errors(wave)
    assert_exact(found)


@pytest.mark.parametrize(("start", "end"), [(0.48, 0.30), (0.55, 0.22)])
def test_frames_that_miss_the_silence_between_two_words_are_put_right(
    start: float, end: float
) -> None:
    """A tone until 0.25 s, silence, and another from 0.5 s on."""
    tone = 0.5 * np.sin(np.arange(RATE) / 20).astype(np.float32)
    tone[RATE // 4 : RATE // 2] = 0
    one, other = settle([WordTime(0.0, end, 0, 1), WordTime(start, 1.0, 2, 3)], tone, RATE)
    assert (one.end, other.start) == pytest.approx((0.25, 0.5), abs=0.006)


def test_words_without_silence_between_them_meet_in_the_middle() -> None:
    tone = 0.5 * np.sin(np.arange(RATE) / 20).astype(np.float32)
    one, other = settle([WordTime(0.0, 0.3, 0, 1), WordTime(0.35, 1.0, 2, 3)], tone, RATE)
    assert one.end == other.start == pytest.approx(0.325)
