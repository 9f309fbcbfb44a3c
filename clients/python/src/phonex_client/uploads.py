"""Recordings and other files on their way to the service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, TypeAlias

Recording: TypeAlias = bytes | str | os.PathLike[str] | BinaryIO
"""The bytes of a file, its path, or the file as it is open."""

NAMELESS = "recording"


def read_recording(recording: Recording) -> tuple[str, bytes]:
    """A file's name, and all of it: it may have to be sent again.

    Raises:
        OSError: the file cannot be read.
    """
    if isinstance(recording, bytes):
        return NAMELESS, recording
    if isinstance(recording, str | os.PathLike):
        path = Path(recording)
        return path.name, path.read_bytes()
    return NAMELESS, recording.read()
