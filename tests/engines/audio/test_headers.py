"""Headers that were never finished, and what stands before and behind the sound."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.audio.decode import decode
from engines.base import Samples
from engines.errors import UnreadableAudio
from tests.engines.audio.test_decode import FILES, TONE, wav

LIMITS = LimitSettings()
JUNK = b"JUNK" + struct.pack("<I", 28) + bytes(28)
CUE = b"cue " + struct.pack("<I", 4) + bytes(4)
ID3V1 = b"TAG" + bytes(125)


def unfinished_wav(
    size: int, riff: int | None = None, before: bytes = b"", rest: bytes = b""
) -> bytes:
    """A WAV of `TONE` whose `data` chunk claims `size` bytes, with chunks before and behind it."""
    whole = wav(TONE.samples)
    form, samples = whole[12:36], whole[44:]
    body = b"WAVE" + before + form + b"data" + struct.pack("<I", size) + samples + rest
    return b"RIFF" + struct.pack("<I", len(body) if riff is None else riff) + body


@pytest.mark.parametrize(
    "data",
    [
        unfinished_wav(0, 36),
        unfinished_wav(0, 4088, JUNK),
        unfinished_wav(0),
        unfinished_wav(0, 36, rest=b"\x01"),  # the recorder died within a sample
        unfinished_wav(24_000, 24_036),  # sizes were written half a second after the start
        unfinished_wav(24_001, 24_038),
        unfinished_wav(0x7FFFFFFF, 0x7FFFFFFF),
        unfinished_wav(0xFFFFFFDB, 0xFFFFFFFF),
        unfinished_wav(0, 36, b"odd " + struct.pack("<I", 3) + bytes(3)),  # and unpadded
        unfinished_wav(0, 36, b"odd " + struct.pack("<I", 3) + bytes(4)),
    ],
)
def test_a_wav_whose_recorder_died_is_read_to_its_end(data: bytes) -> None:
    np.testing.assert_array_equal(decode(data, LIMITS).samples, decoded_tone())


def decoded_tone() -> Samples:
    return decode(wav(TONE.samples), LIMITS).samples


@pytest.mark.parametrize(
    "rest", [CUE, CUE[:-1], JUNK + CUE, ID3V1, bytes(2000), b"LIST\xff\0\0\0INFO"]
)
def test_what_follows_the_samples_of_a_wav_is_no_sound(rest: bytes) -> None:
    size = 2 * len(TONE.samples)
    np.testing.assert_array_equal(
        decode(unfinished_wav(size, rest=rest), LIMITS).samples, decoded_tone()
    )


def test_a_wav_with_chunks_but_no_samples_is_empty() -> None:
    for rest in (b"", CUE, JUNK + CUE):
        data = unfinished_wav(0).split(b"data")[0] + b"data" + bytes(4) + rest
        with pytest.raises(UnreadableAudio, match="no audio"):
            decode(data, LIMITS)


@pytest.mark.parametrize("name", ["wav 16 bit", "mp3", "flac", "opus", "aac", "webm", "m4a"])
@pytest.mark.parametrize(
    "front",
    [
        b"ID3\x03\0\0\0\0\0\x0a" + bytes(10),
        bytes(8192),
        bytes(1_000_001),
        bytes(100) + b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + bytes(5000),
        b"APETAGEX\xd0\x07\0\0" + struct.pack("<I", 9000) + bytes(16) + b"\xff\xfb" * 4500,
    ],
    ids=["id3", "zeros", "a megabyte of zeros", "zeros, id3, zeros", "ape"],
)
def test_tags_and_zeros_in_front_of_a_file_are_skipped(front: bytes, name: str) -> None:
    data = FILES[name][0]
    np.testing.assert_array_equal(
        decode(front + data, LIMITS).samples, decode(data, LIMITS).samples
    )
