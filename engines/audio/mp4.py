"""What is refused in an MP4 file before FFmpeg sees it: an index that is larger than any recording.

FFmpeg builds one entry of 24 bytes for each sample that an MP4 file *claims* to have, before it
reads a single one. A file of 30 kB that claims 40 million takes 1.4 GB, and there is no option
against it, so the claims are added up here first.
"""

from __future__ import annotations

import re
import struct

from engines.errors import AudioTooLong, UnreadableAudio

# An hour of AAC at 48 kHz has 170,000 samples (codec frames), a 60 Hz video of one 216,000.
MAX_INDEX_ENTRIES = 1_000_000

# The boxes that claim a number of samples (trun, stts, ctts, stsz, stz2), and where in the box the
# number stands. A match takes one letter, so that no box hides behind another's bytes.
_COUNTS = re.compile(
    rb"(?s:t(?=run.{4}(.{4}))|[sc](?=tts.{4}(.{4}))|s(?=t(?:sz|z2).{8}(.{4})))",
)


def refuse_oversized_index(data: bytes) -> None:
    """Raises `AudioTooLong` for too many claimed samples, `UnreadableAudio` for a packed header."""
    boxes = b"".join(_outside_media(data))
    if b"cmov" in boxes:
        # QuickTime's zlib-packed header: unused for twenty years, and 400 MB from 2 MB.
        raise UnreadableAudio("The recording has a compressed header, which is not supported.")
    if claimed_entries(boxes) > MAX_INDEX_ENTRIES:
        raise AudioTooLong("The recording claims to be longer than any that is accepted.")


def claimed_entries(boxes: bytes) -> int:
    """Samples claimed by all tables in `boxes`; run-length tables count their own entries.

    Boxes are found by name wherever they stand: FFmpeg reads them inside parents where they do
    not belong, so following the nesting would miss some.
    """
    return sum(
        int.from_bytes(next(filter(None, found.groups())), "big")
        for found in _COUNTS.finditer(boxes)
    )


def _outside_media(data: bytes) -> list[bytes]:
    """Everything but the payload of top-level `mdat` boxes, which can look like anything."""
    parts = []
    start = 0
    while start + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, start)
        if size == 1 and start + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, start + 8)
        elif size == 0:  # until the end of the file
            size = len(data) - start
        if size < 8:  # broken: nothing after it can be told apart
            parts.append(data[start:])
            break
        parts.append(data[start : start + (16 if name == b"mdat" else size)])
        start += size
    return parts
