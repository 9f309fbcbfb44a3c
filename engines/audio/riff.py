"""A WAV file reduced to what is needed: its format and its samples.

FFmpeg believes the sizes that other chunks (tags, cue points, pictures) claim and allocates them:
540 bytes of damaged WAV took 300 MB. None of them holds audio, so none is passed on.
"""

from __future__ import annotations

import struct

from engines.errors import UnreadableAudio

MAX_FORMAT_BYTES = 64  # 40 for WAVE_FORMAT_EXTENSIBLE, the longest that any PCM has
UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # written by those who stream, and by RF64


def bare_wav(data: bytes) -> bytes:
    """The file with its `fmt ` and `data` chunks alone, and the sizes they really have.

    Raises `UnreadableAudio` when it has not both, in this order.
    """
    riff_bytes = struct.unpack_from("<I", data, 4)[0]
    form = b""
    start = 12
    while start + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, start)
        start += 8
        if name == b"fmt " and 16 <= size <= MAX_FORMAT_BYTES:
            form = data[start : start + size]
        if name == b"data" and form:
            if size == 0xFFFFFFFF or (size == 0 and riff_bytes in UNKNOWN_SIZES):
                size = len(data) - start
            return _join(form, data[start : start + size])
        start += size + size % 2  # chunks start at even positions
    raise UnreadableAudio("The WAV file is damaged: it has no format or no samples.")


def _join(form: bytes, samples: bytes) -> bytes:
    padding = b"\0" * (len(form) % 2)
    header = struct.pack("<4s4sI", b"WAVE", b"fmt ", len(form)) + form + padding
    body = header + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI", b"RIFF", len(body)) + body
