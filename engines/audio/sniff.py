"""Which of the accepted formats a recording is, told from its bytes and never from its name.

The answer forces FFmpeg's demuxer, so none of its other 300 (playlists, images, scripts) is ever
tried on an upload.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engines.audio.mp4 import refuse_oversized_index
from engines.audio.riff import bare_wav
from engines.errors import UnreadableAudio, UnsupportedAudio

ACCEPTED = "wav, mp3, flac, ogg (Vorbis), opus, m4a or mp4, aac, webm"

PCM = frozenset(
    {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le"}
    | {"pcm_alaw", "pcm_mulaw"}
)
MP3 = frozenset({"mp3", "mp3float"})
OPUS = frozenset({"opus", "libopus"})
MP4_BRANDS = (b"M4A", b"M4B", b"M4V", b"mp4", b"iso", b"avc1", b"dash", b"MSNV", b"3gp", b"f4a")

# Frames that must follow one another before bytes that only look like a frame are believed.
CHAIN = 3
# How far into a file the first frame may start: radio rips begin in the middle of a frame.
MAX_LEADING_JUNK = 4096

_MPEG1_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG1_HZ = (44_100, 48_000, 32_000)


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
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return Container("wav", PCM, bare_wav(data))
    if data[:4] == b"OggS":
        return Container("ogg", OPUS | {"vorbis"}, data)
    if data[:4] == b"\x1a\x45\xdf\xa3":  # EBML, so Matroska or WebM
        return Container("matroska", OPUS | MP3 | PCM | {"vorbis", "aac", "flac"}, data)
    if data[4:8] == b"ftyp" and data[8:12].startswith(MP4_BRANDS):
        refuse_oversized_index(data)
        return Container("mov", OPUS | MP3 | {"aac", "alac", "flac"}, data)
    return _identify_bare_stream(data, _after_id3(data))


def _identify_bare_stream(data: bytes, offset: int) -> Container:
    """FLAC, MP3 and ADTS have no container, and may follow an ID3 tag."""
    if data[offset : offset + 4] == b"fLaC":
        return Container("flac", frozenset({"flac"}), data[offset:])
    for start in range(offset, min(offset + MAX_LEADING_JUNK, len(data) - 3)):
        if data[start] != 0xFF:
            continue
        # At the very start a header is believed by itself: a short file is one or two frames.
        chain = 1 if start == offset else CHAIN
        if _frames_from(data, start, adts_frame_bytes) >= chain:
            return Container("aac", frozenset({"aac"}), data[start:])
        if _frames_from(data, start, mp3_frame_bytes) >= chain:
            return Container("mp3", MP3, data[start:])
    raise UnsupportedAudio(f"This is not an audio file of an accepted format ({ACCEPTED}).")


def _after_id3(data: bytes) -> int:
    """Where the audio starts, behind any ID3v2 tags."""
    offset = 0
    while data[offset : offset + 3] == b"ID3" and len(data) >= offset + 10:
        a, b, c, d = data[offset + 6 : offset + 10]
        if (a | b | c | d) & 0x80:  # sizes are written in seven bits a byte
            break
        footer = 10 if data[offset + 5] & 0x10 else 0
        offset += 10 + (a << 21 | b << 14 | c << 7 | d) + footer
    return offset


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
