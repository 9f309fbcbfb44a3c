"""Which of the accepted formats a recording is, told from its bytes and never from its name.

The answer forces FFmpeg's demuxer, so none of its other 300 (playlists, images, scripts) is ever
tried on an upload.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engines.audio.mp4 import refuse_oversized_index
from engines.audio.riff import bare_wav
from engines.errors import UnreadableAudio, UnsupportedAudio

ACCEPTED = "wav, mp3, flac, ogg (Vorbis), opus, m4a, mp4 or mov, aac, webm"

PCM = frozenset(
    {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"}
    | {"pcm_alaw", "pcm_mulaw"}
)
MP3 = frozenset({"mp3", "mp3float"})
OPUS = frozenset({"opus", "libopus"})
MP4_BRANDS = (
    *(b"M4A", b"M4B", b"M4V", b"mp4", b"iso", b"avc1", b"dash", b"MSNV", b"3gp", b"f4a"),
    b"qt  ",  # QuickTime, of which MP4 was made: what a telephone films
)

# Frames that must follow one another before bytes that only look like a frame are believed.
CHAIN = 3
# How far behind tags the first frame may start: radio rips begin in the middle of a frame.
MAX_LEADING_JUNK = 4096
MAX_TAGS = 64  # in front of a file, runs of zeros counted; real ones have one or two

_MPEG1_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG1_HZ = (44_100, 48_000, 32_000)

_NOT_ZERO = re.compile(rb"[^\0]")

FrameBytes = Callable[[bytes], int]


@dataclass(frozen=True, slots=True)
class Container:
    """What FFmpeg may see of a file, and with which demuxer and decoders."""

    demuxer: str
    decoders: frozenset[str]
    data: bytes  # without tags, which hold pictures and compressed text that nobody needs


def identify(data: bytes) -> Container:
    """Raises `UnsupportedAudio` for anything unknown, `UnreadableAudio` for what is broken."""
    if not data:
        raise UnreadableAudio("The recording is empty: the file has no bytes.")
    start, is_padded = _after_tags(data)
    data = data[start:] if start else data
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return Container("wav", PCM, bare_wav(data))
    if data[:4] == b"OggS":
        return Container("ogg", OPUS | {"vorbis"}, data)
    if data[:4] == b"\x1a\x45\xdf\xa3":  # EBML, so Matroska or WebM
        return Container("matroska", OPUS | MP3 | PCM | {"vorbis", "aac", "flac"}, data)
    if data[4:8] == b"ftyp" and data[8:12].startswith(MP4_BRANDS):
        refuse_oversized_index(data)
        return Container("mov", OPUS | MP3 | {"aac", "alac", "flac"}, data)
    if data[:4] == b"fLaC":
        return Container("flac", frozenset({"flac"}), data)
    # At the very start a header is believed by itself: a short file is one or two frames.
    return _identify_frames(data, CHAIN if is_padded else 1)


def _identify_frames(data: bytes, first_chain: int) -> Container:
    """MP3 and ADTS have no container: they are frames in a row."""
    chain = first_chain
    for start in range(min(MAX_LEADING_JUNK, len(data) - 3)):
        if data[start] == 0xFF:
            if _frames_from(data, start, adts_frame_bytes) >= chain:
                return Container("aac", frozenset({"aac"}), data[start:])
            if _frames_from(data, start, mp3_frame_bytes) >= chain:
                return Container("mp3", MP3, data[start:])
        chain = CHAIN
    raise UnsupportedAudio(f"This is not an audio file of an accepted format ({ACCEPTED}).")


def _after_tags(data: bytes) -> tuple[int, bool]:
    """Where the audio starts, behind any tags and zeros, and whether there were zeros.

    Taggers put ID3v2 and APE before whatever they are given; zeros are what a recorder or a
    broken-off download reserved and never wrote.
    """
    start, is_padded = 0, False
    for _ in range(MAX_TAGS):
        tag = _id3_bytes(data, start) or _ape_bytes(data, start)
        zeros = 0 if tag else _leading_zeros(data, start)
        if not tag and not zeros:
            break
        start, is_padded = start + tag + zeros, is_padded or zeros > 0
    return start, is_padded


def _id3_bytes(data: bytes, start: int) -> int:
    """Bytes of the ID3v2 tag that starts there; 0 when it is none."""
    if data[start : start + 3] != b"ID3" or len(data) < start + 10:
        return 0
    a, b, c, d = data[start + 6 : start + 10]
    if (a | b | c | d) & 0x80:  # sizes are written in seven bits a byte
        return 0
    footer = 10 if data[start + 5] & 0x10 else 0
    return 10 + (a << 21 | b << 14 | c << 7 | d) + footer


def _ape_bytes(data: bytes, start: int) -> int:
    """Bytes of the APEv2 tag whose header starts there; 0 when it is none."""
    if data[start : start + 8] != b"APETAGEX":
        return 0
    return 32 + int.from_bytes(data[start + 12 : start + 16], "little")


def _leading_zeros(data: bytes, start: int) -> int:
    """Zeros before the first byte that says something; those of a box's size are its own."""
    if _is_mp4(data, start):
        return 0
    written = _NOT_ZERO.search(data, start)
    end = written.start() if written else len(data)
    starts = (end - zeros for zeros in (3, 2) if end - zeros > start)
    return next((at for at in starts if _is_mp4(data, at)), end) - start


def _is_mp4(data: bytes, start: int) -> bool:
    return data[start + 4 : start + 8] == b"ftyp"


def _frames_from(data: bytes, start: int, frame_bytes: FrameBytes) -> int:
    """How many whole or cut-off frames follow one another from `start`, up to `CHAIN`."""
    for count in range(CHAIN):
        size = frame_bytes(data[start : start + 6])
        if size == 0:
            return count
        start += size
    return CHAIN


def adts_frame_bytes(header: bytes) -> int:
    """Bytes of the AAC frame that starts with `header`; 0 when it is none."""
    if len(header) < 6 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    if header[2] >> 2 & 0xF > 12:  # only 13 sampling rates exist
        return 0
    size = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return size if size > 7 else 0


def mp3_frame_bytes(header: bytes) -> int:
    """Bytes of the MPEG layer III frame that starts with `header`; 0 when it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, bitrate = header[1] >> 3 & 3, header[2] >> 2 & 3, header[2] >> 4
    if version == 1 or rate == 3 or bitrate in (0, 15):
        return 0
    padding = header[2] >> 1 & 1
    if version == 3:
        return 144_000 * _MPEG1_KBPS[bitrate] // _MPEG1_HZ[rate] + padding
    hz = _MPEG1_HZ[rate] // (2 if version == 2 else 4)
    return 72_000 * _MPEG2_KBPS[bitrate] // hz + padding
