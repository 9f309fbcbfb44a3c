"""Every cap holds on what was decoded so far, whatever the headers say."""

from __future__ import annotations

import io
import tracemalloc
from struct import pack_into

import numpy as np
import pytest
import soundfile
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

import engines.audio.decode as decode_module
from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.audio.encode import encode
from engines.base import Samples
from engines.errors import AudioError, AudioTooLong
from tests.engines.audio.signals import muxed, tone
from tests.engines.audio.test_decode import FILES, wav

LIMITS = LimitSettings()
FEW_SECONDS = LimitSettings(max_sample_seconds=5)
HOUR_S = 3600


class Decoded:
    """Counts what the decoder hands out."""

    samples = 0


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Decoded:
    count = Decoded()
    channels = decode_module._channels

    def counting(frame: AudioFrame, converter: AudioResampler) -> Samples:
        count.samples += frame.samples
        return channels(frame, converter)

    monkeypatch.setattr(decode_module, "_channels", counting)
    return count


def hour_of_flac() -> bytes:
    """Some kilobytes: FLAC writes a frame of silence in 11 bytes."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 8_000, 1, format="FLAC", subtype="PCM_16") as flac:
        for _ in range(60):
            flac.write(np.zeros(60 * 8_000, np.int16))
    return file.getvalue()


def hour_of_frames(container: str, codec: str) -> bytes:
    """A second of silence, 3600 times: MP3 and ADTS are nothing but frames in a row."""
    second = muxed(tone(1.0, 16_000, level=0), container, codec, write_xing="0")
    return second * HOUR_S


@pytest.mark.parametrize(
    "bomb",
    [hour_of_flac(), hour_of_frames("mp3", "libmp3lame"), hour_of_frames("adts", "aac")],
    ids=["flac", "mp3", "aac"],
)
def test_an_hour_is_stopped_after_the_seconds_that_are_allowed(
    bomb: bytes, decoded: Decoded
) -> None:
    tracemalloc.start()
    with pytest.raises(AudioTooLong, match="longer than 5 seconds"):
        decode(bomb, FEW_SECONDS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert decoded.samples <= 6 * 16_000
    assert peak < 2 * len(bomb) + 2_000_000


@pytest.mark.parametrize("name", FILES)
def test_the_cap_on_seconds_holds_for_every_format(name: str, decoded: Decoded) -> None:
    with pytest.raises(AudioTooLong):
        decode(FILES[name][0], LimitSettings(max_sample_seconds=0.5))
    assert decoded.samples <= 0.5 * 48_000


@pytest.mark.parametrize("name", FILES)
def test_a_recording_of_exactly_the_limit_is_accepted(name: str) -> None:
    seconds = decode(FILES[name][0], LIMITS).seconds
    assert decode(FILES[name][0], LimitSettings(max_sample_seconds=seconds)).seconds == seconds


def test_the_cap_on_channels(decoded: Decoded) -> None:
    six = muxed(tone(0.2), "wav", "pcm_s16le", channels=6)
    assert decode(six, LimitSettings(max_sample_channels=6))
    decoded.samples = 0
    with pytest.raises(AudioTooLong, match="6 channels"):
        decode(six, LimitSettings(max_sample_channels=2))
    assert decoded.samples == 0


def test_the_cap_on_the_sampling_rate(decoded: Decoded) -> None:
    with pytest.raises(AudioTooLong, match="96,000"):
        decode(encode(tone(0.2, 96_000), "flac"), LimitSettings(max_sample_rate=48_000))
    assert decoded.samples == 0


@pytest.mark.parametrize(("rate", "channels"), [(0, 1), (1, 1), (24_000, 0), (2**32 - 1, 65535)])
def test_headers_that_make_no_sense(rate: int, channels: int) -> None:
    data = bytearray(wav(np.zeros(1000, np.float32)))
    pack_into("<HI", data, 22, channels, rate)
    with pytest.raises(AudioError):
        decode(bytes(data), LIMITS)


def test_an_upload_larger_than_allowed_is_not_read_to_its_end() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size < 10_000
            return b"\0" * size

    with pytest.raises(AudioTooLong):
        decode(Endless(), LimitSettings(max_upload_bytes=2048))
