"""Every accepted format comes out as the sound that went in, whatever the file is called."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.encode import FORMATS, encode
from engines.base import Samples, Waveform
from engines.errors import UnreadableAudio, UnsupportedAudio, UnusableSpeech
from tests.engines.audio.signals import level, muxed, tone

LIMITS = LimitSettings()
TONE = tone(2.0)

# name: (file, seconds the codec may add or lose: its frames are not cut to the sample)
FILES: dict[str, tuple[bytes, float]] = {
    "wav 8 bit": (muxed(TONE, "wav", "pcm_u8"), 0),
    "wav 16 bit": (muxed(TONE, "wav", "pcm_s16le"), 0),
    "wav 24 bit": (muxed(TONE, "wav", "pcm_s24le"), 0),
    "wav float": (muxed(TONE, "wav", "pcm_f32le"), 0),
    "wav double": (muxed(TONE, "wav", "pcm_f64le"), 0),
    "wav mu-law": (muxed(TONE, "wav", "pcm_mulaw"), 0),
    "wav rf64": (muxed(TONE, "wav", "pcm_s16le", rf64="always"), 0),
    "mp3": (muxed(TONE, "mp3", "libmp3lame"), 0),
    "mp3 served": (encode(TONE, "mp3"), 0),
    "flac": (muxed(TONE, "flac", "flac"), 0),
    "ogg vorbis": (encode(TONE, "ogg"), 1024 / 24_000),
    "opus": (muxed(TONE, "ogg", "libopus"), 0),
    "m4a": (muxed(TONE, "ipod", "aac"), 3 * 1024 / 24_000),
    "m4a lossless": (muxed(TONE, "ipod", "alac"), 0),
    "mp4": (muxed(TONE, "mp4", "aac"), 3 * 1024 / 24_000),
    "mov": (muxed(TONE, "mov", "aac"), 3 * 1024 / 24_000),
    "mp4 in fragments": (
        muxed(TONE, "mp4", "aac", movflags="frag_keyframe+empty_moov"),
        3 * 1024 / 24_000,
    ),
    "aac": (muxed(TONE, "adts", "aac"), 3 * 1024 / 24_000),
    "webm": (muxed(TONE, "webm", "libopus"), 0),
    "matroska": (muxed(TONE, "matroska", "aac"), 3 * 1024 / 24_000),
}


@pytest.mark.parametrize("name", FILES)
def test_every_accepted_format_comes_out_as_it_went_in(name: str) -> None:
    data, slack = FILES[name]
    waveform = decode(data, LIMITS)
    assert waveform.samples.dtype == np.float32
    assert waveform.samples.ndim == 1
    assert waveform.seconds == pytest.approx(TONE.seconds, abs=slack)
    assert waveform.sample_rate == (48_000 if name in ("opus", "webm") else 24_000)
    assert level(waveform.samples) == pytest.approx(level(TONE.samples), rel=0.05)
    assert loudest_hz(waveform) == pytest.approx(440, abs=2)


def loudest_hz(waveform: Waveform) -> float:
    spectrum = np.abs(np.fft.rfft(waveform.samples))
    return float(np.argmax(spectrum)) / waveform.seconds


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_samples_are_exact(subtype: str) -> None:
    samples = np.array([0.0, 0.5, -0.5, 1 / 32768, -1.0, 0.25], np.float32)
    assert decode(wav(samples, subtype=subtype), LIMITS).samples.tolist() == samples.tolist()


def wav(samples: Samples, sample_rate: int = 24_000, subtype: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, sample_rate, format="WAV", subtype=subtype)
    return file.getvalue()


@pytest.mark.parametrize("container", ["wav", "flac"])
def test_channels_are_averaged(container: str) -> None:
    left, right = tone(0.5, hz=300).samples, tone(0.5, hz=500).samples
    data = stereo(np.stack([left, right], axis=1), container)
    np.testing.assert_allclose(decode(data, LIMITS).samples, (left + right) / 2, atol=2 / 32768)


def stereo(channels: Samples, container: str = "wav") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, channels, 24_000, format=container)
    return file.getvalue()


@pytest.mark.parametrize("channels", [2, 6, 8])
@pytest.mark.parametrize(
    ("container", "codec"),
    [("wav", "pcm_s16le"), ("flac", "flac"), ("adts", "aac"), ("ipod", "aac"), ("ogg", "libopus")],
)
def test_surround_sound_is_one_channel_too(container: str, codec: str, channels: int) -> None:
    """Eight planar channels once ended the process: PyAV reads a ninth."""
    surround = decode(muxed(TONE, container, codec, channels), LIMITS)
    assert surround.seconds == pytest.approx(TONE.seconds, abs=0.2)
    assert level(surround.samples) == pytest.approx(level(TONE.samples), rel=0.2)


def test_a_sample_beyond_full_scale_is_clipped() -> None:
    samples = np.array([1.5, -7.0, 32767.0, 0.5], np.float32)
    assert decode(wav(samples, subtype="FLOAT"), LIMITS).samples.tolist() == [1, -1, 1, 0.5]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_samples_that_are_no_numbers_are_refused(bad: float, subtype: str) -> None:
    samples = TONE.samples.copy()
    samples[1000] = bad
    with pytest.raises(UnusableSpeech, match="finite"):
        decode(wav(samples, subtype=subtype), LIMITS)


def test_one_sample_is_audio() -> None:
    for name in ("wav", "flac", "opus"):
        data = encode(Waveform(np.full(1, 0.5, np.float32), 48_000), name)
        assert len(decode(data, LIMITS).samples) == 1
    for name in FORMATS.keys() - {"pcm", "ulaw", "alaw"}:  # which say nothing of themselves
        decode(encode(Waveform(np.full(1, 0.5, np.float32), 48_000), name), LIMITS)


@pytest.mark.parametrize("data", [b"", wav(np.zeros(0, np.float32))], ids=["0 bytes", "0 samples"])
def test_a_file_without_audio_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableAudio):
        decode(data, LIMITS)


def test_the_format_is_told_from_the_content(tmp_path: Path) -> None:
    lying = tmp_path / "voice.wav"
    lying.write_bytes(FILES["mp3"][0])
    assert decode(lying, LIMITS).seconds == TONE.seconds
    with lying.open("rb") as file:
        assert decode(file, LIMITS).seconds == TONE.seconds


@pytest.mark.parametrize("container", ["mp3", "flac", "adts"])
def test_a_tag_with_a_picture_in_front_is_skipped(container: str) -> None:
    data = muxed(TONE, container, {"mp3": "libmp3lame", "adts": "aac"}.get(container, container))
    size = 300_000
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    tag = b"ID3\x04\x00\x00" + length + b"\xff\xd8\xff\xe0" * (size // 4)
    assert decode(tag + data, LIMITS).seconds == pytest.approx(decode(data, LIMITS).seconds)


def test_tags_in_no_known_encoding_do_no_harm() -> None:
    data = muxed(TONE, "webm", "libopus").replace(b"Lavf", b"\xff\xfe\xc3\x28")
    assert decode(data, LIMITS).seconds == TONE.seconds


def test_an_mp3_that_starts_in_the_middle_of_a_frame_is_read() -> None:
    data = FILES["mp3"][0]
    waveform = decode(data[1234:], LIMITS)
    assert 1.0 < waveform.seconds < TONE.seconds


@pytest.mark.parametrize("claimed", [0, 1, 0xFFFFFFFF])
def test_a_wav_header_that_lies_about_its_size(claimed: int) -> None:
    """Streaming encoders write 0 or the largest number; the samples that follow are what counts."""
    data = bytearray(wav(TONE.samples))
    at = data.index(b"data") + 4
    struct.pack_into("<I", data, 4, claimed)
    struct.pack_into("<I", data, at, 0x7FFFFFFF if claimed == 1 else claimed)
    assert decode(bytes(data), LIMITS).seconds == TONE.seconds


@pytest.mark.parametrize("name", ["wav 16 bit", "mp3", "flac", "opus", "aac", "webm", "matroska"])
def test_a_recording_that_breaks_off_gives_what_is_there(name: str) -> None:
    data = FILES[name][0]
    waveform = decode(data[: len(data) * 2 // 3], LIMITS)
    assert 0.5 < waveform.seconds < 1.9
    assert level(waveform.samples) == pytest.approx(level(TONE.samples), rel=0.1)


@pytest.mark.parametrize("name", ["mp4", "m4a"])
def test_an_mp4_that_breaks_off_has_no_index_and_is_refused(name: str) -> None:
    data = FILES[name][0]
    with pytest.raises(UnreadableAudio):
        decode(data[: len(data) * 2 // 3], LIMITS)


@pytest.mark.parametrize("name", ["mp4", "m4a", "m4a lossless"])
def test_large_damage_in_the_middle_is_refused(name: str) -> None:
    with pytest.raises(UnreadableAudio, match="damaged in the middle"):
        decode(with_hole(FILES[name][0], 4000), LIMITS)


@pytest.mark.parametrize("name", ["mp3", "aac", "opus", "webm", "flac"])
def test_formats_that_find_their_next_frame_bridge_damage(name: str) -> None:
    assert decode(with_hole(FILES[name][0], 400), LIMITS).seconds >= 0.5


def with_hole(data: bytes, size: int) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(size) + data[middle + size :]


def test_mp3_files_put_one_after_the_other_are_one_recording() -> None:
    tagged = FILES["mp3"][0]
    assert tagged.startswith(b"ID3")
    waveform = decode(tagged * 5, LIMITS)
    assert waveform.seconds == pytest.approx(5 * TONE.seconds, abs=0.5)


@pytest.mark.parametrize(
    "data",
    [
        muxed(TONE, "aiff", "pcm_s16be"),
        muxed(TONE, "au", "pcm_s16be"),
        muxed(TONE, "caf", "pcm_s16le"),
        muxed(TONE, "mp2", "mp2"),
        muxed(TONE, "mpegts", "aac"),
        muxed(TONE, "matroska", "mp2"),
        muxed(TONE, "nut", "pcm_s16le"),
    ],
    ids=["aiff", "au", "caf", "mp2", "mpegts", "mp2 in matroska", "nut"],
)
def test_other_formats_are_refused_and_the_accepted_ones_listed(data: bytes) -> None:
    with pytest.raises(UnsupportedAudio, match=r"wav, mp3, flac, ogg .*opus, m4a.*, aac, webm"):
        decode(data, LIMITS)


@pytest.mark.parametrize("codec", ["adpcm_ms", "libmp3lame", "aac"])
def test_a_wav_of_anything_but_pcm_is_refused(codec: str) -> None:
    with pytest.raises(UnsupportedAudio, match="only PCM"):
        decode(muxed(TONE, "wav", codec), LIMITS)


def test_a_wav_of_another_codec_in_disguise_is_refused() -> None:
    """The extensible header names its codec a second time, and that is what counts."""
    data = bytearray(muxed(TONE, "wav", "pcm_s24le", channels=6))
    assert data[20:22] == b"\xfe\xff"
    assert decode(bytes(data), LIMITS).seconds == TONE.seconds
    data[44] = 0x55  # MP3
    with pytest.raises(UnsupportedAudio, match="only PCM"):
        decode(bytes(data), LIMITS)
