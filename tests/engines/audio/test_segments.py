"""Registration learns a voice from speech, from all of it, and from nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.segments import dilate, find_speech, speech_segments, total_seconds
from engines.base import Waveform
from engines.errors import UnusableSpeech
from tests.conftest import REAL_VOICE
from tests.engines.audio.signals import joined, noisy, silence, speech, tone

ROOT = Path(__file__).parents[3]


def test_speech_is_found_where_it_is() -> None:
    recording = joined(silence(2), speech(3), silence(2.5), speech(4), silence(2))
    (first, second) = find_speech(noisy(recording, 0.001))
    assert first == pytest.approx((2, 5), abs=0.3)
    assert second == pytest.approx((7.5, 11.5), abs=0.3)


def test_a_pause_under_a_second_parts_nothing() -> None:
    assert len(find_speech(joined(speech(2), silence(0.7), speech(2)))) == 1
    assert len(find_speech(joined(speech(2), silence(1.6), speech(2)))) == 2


def test_speech_up_to_the_very_end_is_found() -> None:
    recording = joined(silence(1), speech(3.01))
    assert find_speech(recording)[-1][1] == recording.seconds


def test_the_rate_of_the_recording_does_not_matter() -> None:
    for rate in (8_000, 16_000, 44_100, 48_000):
        (span,) = find_speech(joined(silence(1, rate), speech(3, rate), silence(1.5, rate)))
        assert span == pytest.approx((1, 4), abs=0.3)


@pytest.mark.parametrize("recording", [silence(5), tone(5), noisy(silence(5), 0.1)])
def test_silence_tones_and_noise_are_not_speech(recording: Waveform) -> None:
    assert find_speech(recording) == []


def test_dilation_widens_stays_inside_and_joins_what_meets() -> None:
    spans = [(0.2, 1.0), (1.9, 3.0), (5.0, 5.9)]
    assert dilate(spans, 6.0, 0.5) == [(0.0, 3.5), (4.5, 6.0)]


@pytest.mark.parametrize(
    ("seconds", "count"), [(3.5, 1), (10, 1), (14, 1), (16, 2), (24, 2), (33, 3)]
)
def test_segments_are_about_ten_seconds_and_equal(seconds: float, count: int) -> None:
    segments = speech_segments(speech(seconds))
    assert len(segments) == count
    lengths = [len(segment.samples) for segment in segments]
    assert max(lengths) - min(lengths) <= 1
    assert sum(lengths) == pytest.approx(seconds * 24_000, rel=0.05)


def test_segments_hold_the_speech_and_half_a_second_around_it() -> None:
    recording = joined(silence(4, 44_100), speech(4, 44_100), silence(4, 44_100))
    (segment,) = speech_segments(recording)
    assert segment.sample_rate == 44_100
    assert segment.seconds == pytest.approx(5, abs=0.3)
    heard = np.flatnonzero(np.abs(segment.samples) > 0.01) / 44_100
    assert heard[0] == pytest.approx(0.5, abs=0.2)
    assert heard[-1] - heard[0] == pytest.approx(4, abs=0.1)


def test_too_little_speech_says_how_much_there_is_and_how_much_is_needed() -> None:
    recording = joined(silence(2), speech(2), silence(20))
    with pytest.raises(UnusableSpeech, match=r"Only (1\.[89]|2\.[0-4]) seconds .* 3 are needed"):
        speech_segments(recording)
    assert speech_segments(recording, min_speech_seconds=1.5)


def test_no_speech_is_refused_even_where_none_is_asked_for() -> None:
    with pytest.raises(UnusableSpeech, match=r"0\.0 seconds"):
        speech_segments(silence(5), min_speech_seconds=0.001)


def test_a_real_voice() -> None:
    recording = decode(REAL_VOICE, LimitSettings())
    spans = find_speech(recording)
    assert 17 < total_seconds(spans) <= recording.seconds
    segments = speech_segments(recording)
    assert [round(segment.seconds) for segment in segments] == [10, 10]


def test_the_detector_takes_one_thread_and_leaves_the_environment_alone() -> None:
    """Its four spinning threads would wait for those of every other worker on the machine."""
    script = (
        "import os\n"
        "from engines.audio.segments import load_detector\n"
        "detector = load_detector()()\n"
        "assert os.environ.get('OMP_THREAD_LIMIT') == '7'\n"
        "detector.process_samples([0.0] * 512)\n"
        "before = os.times()\n"
        "for _ in range(3000): detector.process_samples([0.0] * 512)\n"
        "after = os.times()\n"
        "print((after.user - before.user) / (after.elapsed - before.elapsed))\n"
    )
    cores = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "OMP_THREAD_LIMIT": "7"},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert float(cores) < 1.3


def test_the_first_recordings_may_come_at_once() -> None:
    """Two threads that loaded the detector at the same time took each other's environment away."""
    program = (
        "import os\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from threading import Barrier\n"
        "from engines.audio.segments import load_detector\n"
        "start = Barrier(8)\n"
        "def load(_):\n"
        "    start.wait()\n"
        "    return load_detector()\n"
        "assert len(set(ThreadPoolExecutor(8).map(load, range(8)))) == 1\n"
        "assert 'OMP_THREAD_LIMIT' not in os.environ\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OMP_THREAD_LIMIT"}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=ROOT)
