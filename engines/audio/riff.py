"""A WAV file reduced to what is needed: its format and its samples.

FFmpeg believes the sizes that other chunks (tags, cue points, pictures) claim and allocates them:
540 bytes of damaged WAV took 300 MB. None of them holds audio, so none is passed on.

Sizes are claims here too: a recorder writes the header first and the sizes when it ends, so one
that died (or streamed) leaves 0, a placeholder, or what was true some seconds before the end.
"""

from __future__ import annotations

import re
import struct

from engines.errors import UnreadableAudio, UnsupportedAudio

MAX_FORMAT_BYTES = 64  # 40 for WAVE_FORMAT_EXTENSIBLE, the longest that any PCM has
PCM_TAGS = (1, 3, 6, 7)  # integers, floats, A-law, mu-law
EXTENSIBLE_TAG = 0xFFFE  # the real tag starts the GUID at byte 24
UNKNOWN_SIZE = 0xFFFFFFFF  # written by those who stream, and by RF64
CHUNK_NAME = re.compile(rb"[A-Za-z0-9_ -]{4}")
TRAILERS = (
    b"LIST",
    b"id3 ",
    b"ID3 ",
    b"bext",
    b"iXML",
    b"cue ",
    b"smpl",
    b"_PMX",
)  # cut off or not
ID3V1_BYTES = 128  # a tag that some programs put behind any file


def bare_wav(data: bytes) -> bytes:
    """The file with its `fmt ` and `data` chunks alone, and the sizes they really have.

    Raises `UnreadableAudio` when it has not both, in this order, and `UnsupportedAudio` for
    anything but PCM: FFmpeg would search the samples for frames of whatever codec it names, at a
    second of computing for each 200 kB.
    """
    form = b""
    start = 12
    while start + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, start)
        start += 8
        if name == b"fmt " and 16 <= size <= MAX_FORMAT_BYTES:
            form = data[start : start + size]
            _require_pcm(form)
        if name == b"data" and form:
            return _join(form, data[start : _end_of_samples(data, start, size)])
        start = _next_chunk(data, start + size, size)
    raise UnreadableAudio("The WAV file is damaged: it has no format or no samples.")


def _next_chunk(data: bytes, end: int, size: int) -> int:
    """Chunks start at even positions, but not every writer knows."""
    unpadded = data[end : end + 4] in (b"fmt ", b"data")
    return end if unpadded else end + size % 2


def _end_of_samples(data: bytes, start: int, size: int) -> int:
    """Where the samples from `start` on end: after `size`, unless what follows is more of them."""
    end = start + size
    if size == UNKNOWN_SIZE or end >= len(data):
        return len(data)
    return end if _is_behind_samples(data, end, size) else len(data)


def _is_behind_samples(data: bytes, end: int, size: int) -> bool:
    """Whether `end` starts another chunk, a tag or padding; samples look like none of them."""
    if any(_is_chunk(data, at) for at in (end, end + size % 2)):
        return True
    is_tag = len(data) - end == ID3V1_BYTES and data[end : end + 3] == b"TAG"
    return is_tag or not data[end:].strip(b"\0")


def _is_chunk(data: bytes, at: int) -> bool:
    if data[at : at + 4] in TRAILERS:
        return True
    if at + 8 > len(data) or not CHUNK_NAME.fullmatch(data, at, at + 4):
        return False
    return at + 8 + int.from_bytes(data[at + 4 : at + 8], "little") <= len(data)


def _require_pcm(form: bytes) -> None:
    tag = int.from_bytes(form[:2], "little")
    if tag == EXTENSIBLE_TAG:
        tag = int.from_bytes(form[24:26], "little")
    if tag not in PCM_TAGS:
        raise UnsupportedAudio("The samples of this WAV file are compressed; only PCM is accepted.")


def _join(form: bytes, samples: bytes) -> bytes:
    padding = b"\0" * (len(form) % 2)
    header = struct.pack("<4s4sI", b"WAVE", b"fmt ", len(form)) + form + padding
    body = header + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI", b"RIFF", len(body)) + body
