"""A WAV file reduced to what is needed: its format and its samples.

FFmpeg believes the sizes that other chunks (tags, cue points, pictures) claim and allocates them:
540 bytes of damaged WAV took 300 MB. None of them holds audio, so none is passed on.
"""

from __future__ import annotations

import struct

from engines.errors import UnreadableAudio, UnsupportedAudio

MAX_FORMAT_BYTES = 64  # 40 for WAVE_FORMAT_EXTENSIBLE, the longest that any PCM has
PCM_TAGS = (1, 3, 6, 7)  # integers, floats, A-law, mu-law
EXTENSIBLE_TAG = 0xFFFE  # the real tag starts the GUID at byte 24
UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # written by those who stream, and by RF64


def bare_wav(data: bytes) -> bytes:
    """The file with its `fmt ` and `data` chunks alone, and the sizes they really have.

    Raises `UnreadableAudio` when it has not both, in this order, and `UnsupportedAudio` for
    anything but PCM: FFmpeg would search the samples for frames of whatever codec it names, at a
    second of computing for each 200 kB.
    """
    riff_bytes = struct.unpack_from("<I", data, 4)[0]
    form = b""
    start = 12
    while start + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, start)
        start += 8
        if name == b"fmt " and 16 <= size <= MAX_FORMAT_BYTES:
            form = data[start : start + size]
            _require_pcm(form)
        if name == b"data" and form:
            if size == 0xFFFFFFFF or (size == 0 and riff_bytes in UNKNOWN_SIZES):
                size = len(data) - start
            return _join(form, data[start : start + size])
        start += size + size % 2  # chunks start at even positions
    raise UnreadableAudio("The WAV file is damaged: it has no format or no samples.")


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
