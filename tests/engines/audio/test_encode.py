"""What is served is all of the audio, at the level it was made, in a file any player opens."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.encode import FORMATS, encode, write
from engines.base import Samples, Waveform
from tests.engines.audio.signals import joined, level, silence, speech, tone

LIMITS = LimitSettings()
LOSSLESS = ("wav", "flac")
SLOW = ("mp3", "opus")  # to encode
# Samples that one frame of the codec holds: Vorbis's long block is the largest that is not cut.
FRAME = {"wav": 0, "flac": 0, "mp3": 0, "opus": 0, "ogg": 2048}


@pytest.mark.parametrize("sample_rate", [16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_lost_at_the_end(name: str, sample_rate: int) -> None:
    """Silence, then a tone in the last 0.2 s: all of it must be there, and nothing after it."""
    original = joined(silence(1.3, sample_rate), tone(0.2, sample_rate))
    heard = decode(encode(original, name), LIMITS)
    slack = FRAME[name] / original.sample_rate + 1 / heard.sample_rate
    assert heard.seconds == pytest.approx(original.seconds, abs=slack)
    start, end = round(1.3 * heard.sample_rate), round(1.5 * heard.sample_rate)
    assert level(heard.samples[start:end]) == pytest.approx(level(tone(0.2).samples), rel=0.1)
    assert level(heard.samples[end - round(0.02 * heard.sample_rate) : end]) > 0.25
    assert level(heard.samples[: round(1.2 * heard.sample_rate)]) < 0.01


@pytest.mark.parametrize("name", FORMATS)
def test_minutes_are_as_many_minutes(name: str) -> None:
    """libsndfile crashes on minutes of Vorbis in one write."""
    minutes = 2 if name in SLOW else 10
    original = joined(*[speech(60, 24_000)] * (minutes - 1), silence(59.8), tone(0.2))
    file = io.BytesIO()
    write(original, name, file)
    file.seek(0)
    with soundfile.SoundFile(file) as heard:
        assert heard.frames / heard.samplerate == pytest.approx(60 * minutes, abs=0.01)
        heard.seek(heard.frames - round(0.15 * heard.samplerate))
        assert level(heard.read(dtype="float32")) > 0.3


@pytest.mark.parametrize("name", LOSSLESS)
def test_sixteen_bits_go_through_unchanged(name: str) -> None:
    every_value = np.arange(-32768, 32768, dtype=np.float32) / np.float32(32768)
    heard = decode(encode(Waveform(every_value, 24_000), name), LIMITS)
    np.testing.assert_array_equal(heard.samples, every_value)


@pytest.mark.parametrize("name", LOSSLESS)
def test_samples_are_rounded_to_the_nearest(name: str) -> None:
    samples = np.array([0.6, 1.4, -0.6, -1.4, 100.49], np.float32) / np.float32(32768)
    heard = decode(encode(Waveform(samples, 24_000), name), LIMITS)
    assert (heard.samples * 32768).tolist() == [1, 1, -1, -1, 100]


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_too_loud_is_clipped_and_never_wrapped(name: str) -> None:
    loud = tone(1.0, hz=200, level=1.5)
    heard = decode(encode(loud, name), LIMITS)
    inner = slice(heard.sample_rate // 4, heard.sample_rate // 2)
    wanted = np.clip(tone(1.0, heard.sample_rate, hz=200, level=1.5).samples, -1, 1)
    assert np.corrcoef(heard.samples[inner], wanted[inner])[0, 1] > 0.99
    assert np.abs(np.diff(heard.samples)).max() < 0.5  # a wrap jumps by 2


@pytest.mark.parametrize("name", FORMATS)
def test_speech_is_still_that_speech(name: str) -> None:
    original = speech(3.0, 24_000)
    heard = decode(encode(original, name), LIMITS)
    loss = spectrum_db(heard.samples, heard.sample_rate) - spectrum_db(original.samples, 24_000)
    assert np.abs(loss).max() < 1.5


def spectrum_db(samples: Samples, sample_rate: int) -> Samples:
    """Level in bands of 500 Hz up to 4 kHz."""
    power = np.abs(np.fft.rfft(samples)) ** 2 / len(samples) / sample_rate
    hz = np.fft.rfftfreq(len(samples), 1 / sample_rate)
    bands = [power[(hz >= low) & (hz < low + 500)].sum() for low in range(0, 4000, 500)]
    return np.asarray(10 * np.log10(bands) + 10 * np.log10(sample_rate / len(samples)), np.float32)


@pytest.mark.parametrize(
    ("name", "sample_rate", "encoded"),
    [
        ("wav", 22_050, 22_050),
        ("flac", 44_100, 44_100),
        ("mp3", 22_050, 22_050),
        ("mp3", 40_000, 44_100),
        ("mp3", 96_000, 48_000),
        ("opus", 22_050, 24_000),
        ("opus", 44_100, 48_000),
        ("ogg", 44_100, 44_100),
    ],
)
def test_the_rate_is_kept_or_becomes_the_next_that_the_format_knows(
    name: str, sample_rate: int, encoded: int
) -> None:
    with soundfile.SoundFile(io.BytesIO(encode(tone(0.5, sample_rate), name))) as file:
        assert file.samplerate == encoded


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("name", FORMATS)
def test_audio_that_is_no_audio_is_an_error_of_ours(name: str, bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        encode(Waveform(np.array([0, bad], np.float32), 24_000), name)
    with pytest.raises(ValueError, match="no samples"):
        encode(silence(0), name)


def test_every_format_says_what_it_is() -> None:
    for name, audio_format in FORMATS.items():
        assert audio_format.media_type.startswith("audio/")
        assert audio_format.extension == f".{name}"
    magic = {name: encode(tone(0.1), name)[:4] for name in FORMATS}
    assert magic["wav"] == b"RIFF"
    assert magic["flac"] == b"fLaC"
    assert magic["ogg"] == magic["opus"] == b"OggS"
    assert b"OpusHead" in encode(tone(0.1), "opus")[:64]
