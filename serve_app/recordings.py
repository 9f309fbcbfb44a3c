"""Recordings of strangers are read in processes of their own: whatever one does to its reader, the
service goes on, and its sender is told."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from config.settings import LimitSettings
from engines.audio.quality import QualityReport, prepare_file
from engines.base import Waveform
from engines.errors import UnreadableAudio, WorkerLost
from engines.watermark.detector import Finding, find_in_file
from serve_app.threads import Threads

ReadT = TypeVar("ReadT")


async def read_sample(
    threads: Threads, owner: str, data: bytes, limits: LimitSettings
) -> tuple[list[Waveform], QualityReport]:
    """The segments that a voice is learnt from, and a report on the recording.

    Raises:
        AudioError: it cannot be read, or nobody speaks in it.
    """
    return await _read(threads.apart(owner, prepare_file, data, limits))


async def look_for_mark(
    threads: Threads, owner: str, data: bytes, limits: LimitSettings, secret: bytes
) -> tuple[float, Finding]:
    """Seconds of a recording, and what of the secret's mark is in it.

    Raises:
        AudioError: it cannot be read.
    """
    return await _read(threads.apart(owner, find_in_file, data, limits, secret))


async def _read(reading: Awaitable[ReadT]) -> ReadT:
    try:
        return await reading
    except WorkerLost as error:
        raise UnreadableAudio("The recording could not be read: its reader gave up.") from error
