"""A voice is learnt from whoever speaks, sings or growls, and from nothing that is no voice."""

from __future__ import annotations

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.listening import find_voice
from engines.audio.quality import prepare_sample
from engines.audio.segments import find_speech, total_seconds
from engines.base import Waveform
from engines.errors import UnusableSpeech
from tests.engines.audio.performers import (
    NO_VOICES,
    RATE,
    VOICES,
    growled,
    newsreader,
    organ,
    whispered,
)
from tests.engines.audio.signals import SPEAKERS, joined, noisy, silence, speech

LIMITS = LimitSettings()
# What the detector hardly hears at all.
UNUSUAL = ("rasping", "growling", "sung")


@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_learnt_from(name: str) -> None:
    waveform = Waveform(VOICES[name](), RATE)
    segments, report = prepare_sample(waveform, LIMITS)
    learnt = sum(segment.seconds for segment in segments)
    assert 0.3 * waveform.seconds < learnt <= waveform.seconds
    assert report.speech_seconds <= learnt + 0.1


def test_ten_people_are_learnt_from_when_they_whisper_and_growl() -> None:
    """Each says two of four sentences in four ways; one growl in ten may be too much."""
    refused = []
    for path in sorted(SPEAKERS.iterdir())[::2]:
        reader = decode(path, LIMITS)
        twice = Waveform(np.tile(reader.samples, 2), reader.sample_rate)
        ways = {"whispered": whispered(twice)} | {hz: growled(twice, hz) for hz in (35, 60, 110)}
        for way, waveform in ways.items():
            try:
                segments, _ = prepare_sample(waveform, LIMITS)
                assert sum(segment.seconds for segment in segments) >= 3
            except UnusableSpeech:
                refused.append((path.stem, way))
    assert {way for _, way in refused} <= {35}
    assert len(refused) <= 2


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_voice_that_is_hardly_recognised_is_told_with_its_seconds(name: str) -> None:
    waveform = Waveform(VOICES[name](), RATE)
    recognised = total_seconds(find_speech(waveform))
    assert recognised < 4
    _, report = prepare_sample(waveform, LimitSettings(min_speech_seconds=4))
    words = report.warnings[0]
    assert f"only {np.floor(10 * recognised) / 10:.1f} seconds were recognised" in words
    assert f"learnt from {np.floor(10 * report.speech_seconds) / 10:.1f} seconds" in words


def test_a_newsreader_is_told_nothing_of_the_kind() -> None:
    for samples in (newsreader(), VOICES["child"]()):
        _, report = prepare_sample(Waveform(samples, RATE), LIMITS)
        assert not any("recognised" in warning for warning in report.warnings)


REASONS = {
    "music or an instrument": ("organ", "violin", "plucked"),
    "steady noise": ("hiss", "rumble"),
    "noise that comes and goes": ("drums", "rustling"),
    r"a tone \(a beep, a whistle or a siren\)": ("siren", "beeps", "birds"),
}


@pytest.mark.parametrize("name", NO_VOICES)
def test_what_is_no_voice_is_refused_with_its_reason(name: str) -> None:
    (reason,) = [reason for reason, names in REASONS.items() if name in names]
    with pytest.raises(UnusableSpeech, match=rf"at least 3 .*seconds sound like {reason}"):
        prepare_sample(Waveform(NO_VOICES[name](8.0), RATE), LIMITS)


@pytest.mark.parametrize("name", NO_VOICES)
def test_what_is_no_voice_is_refused_however_loud_and_fast_it_is(name: str) -> None:
    loud = np.clip(4 * NO_VOICES[name](6.0), -1, 1)
    with pytest.raises(UnusableSpeech):
        prepare_sample(Waveform(loud, round(0.8 * RATE)), LIMITS)


def test_too_little_speech_among_music_names_both() -> None:
    little = Waveform(newsreader()[: 2 * RATE], RATE)
    waveform = joined(silence(1, RATE), little, silence(1, RATE), Waveform(organ(20.0), RATE))
    with pytest.raises(
        UnusableSpeech, match=r"Only [12]\.\d seconds .* 3 .*1\d\.\d|2\d\.\d.*music"
    ):
        prepare_sample(waveform, LIMITS)


def test_too_little_speech_and_nothing_else_says_so() -> None:
    waveform = noisy(joined(silence(4), speech(2), silence(4)), 1e-4)
    with pytest.raises(UnusableSpeech, match=r"at least 3 are needed\. The rest is silence\.$"):
        prepare_sample(waveform, LIMITS)
    with pytest.raises(UnusableSpeech, match=r"at least 3 are needed\.$"):
        prepare_sample(speech(2), LIMITS)


def test_where_enough_is_recognised_nothing_else_is_taken() -> None:
    recording = joined(Waveform(newsreader(), RATE), silence(2, RATE), Waveform(organ(), RATE))
    voice = find_voice(recording, 3)
    assert voice.spans == tuple(find_speech(recording))
    assert voice.seconds == voice.recognised_s
    assert voice.spans[-1][1] < len(newsreader()) / RATE + 0.5


def test_spans_of_an_unusual_voice_lie_where_it_sounds() -> None:
    growl = Waveform(VOICES["growling"](), RATE)
    (span,) = find_voice(joined(silence(5, RATE), growl, silence(5, RATE)), 3).spans
    assert span == pytest.approx((5, 5 + growl.seconds), abs=0.5)


def test_a_moment_of_something_like_a_voice_in_a_piece_of_music_is_no_voice() -> None:
    growl = Waveform(VOICES["growling"]()[: 5 * RATE], RATE)
    with pytest.raises(UnusableSpeech, match="music or an instrument"):
        prepare_sample(joined(growl, Waveform(organ(20.0), RATE)), LIMITS)
