"""Whether the audio that came back is the audio that was asked for."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import soundfile

from loadtests.texts import Text

# Speech may be this much faster or slower than the rough estimate of a text.
SLACK = (0.4, 2.5)
SLACK_S = 0.7  # and this much besides, which matters in the shortest
SILENT_RMS = 0.003
VOICED_RMS, VOICED_SHARE = 0.005, 0.3  # this share of 20 ms frames is louder than that
FRAME_S = 0.02
SECONDS_OFF = 0.15  # between the length a file has and the length the service says; codecs pad

# What the files of each format begin with, and their media types.
MAGIC: dict[str, tuple[bytes, ...]] = {
    "wav": (b"RIFF",),
    "flac": (b"fLaC",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"\xff\xe3"),
    "opus": (b"OggS",),
    "ogg": (b"OggS",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asked for, and what the service said it made of it."""

    audio_id: str
    text: Text
    format: str
    speed: float = 1.0
    voice: str = ""
    seconds: float | None = None  # as the service says


def find_faults(asked: Asked, data: bytes, headers: Mapping[str, str]) -> list[str]:
    """What is wrong with a downloaded file; nothing where it is what was asked for.

    Args:
        headers: of the answer, with names in lower case.
    """
    faults = []
    if not data.startswith(MAGIC[asked.format]):
        return [f"the file is no {asked.format}"]
    if asked.audio_id not in headers.get("content-disposition", ""):
        faults.append("the file is named for another id")
    if not headers.get("etag", "").strip('"'):
        faults.append("there is no ETag")
    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    except soundfile.LibsndfileError as error:
        return [*faults, f"the file cannot be decoded: {error}"]
    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    return faults + _check_length(asked, len(mono) / rate) + _check_level(mono, rate)


def _check_length(asked: Asked, seconds: float) -> list[str]:
    expected = asked.text.seconds / asked.speed
    least, most = expected * SLACK[0] - SLACK_S, expected * SLACK[1] + SLACK_S
    faults = []
    if not least <= seconds <= most:
        faults.append(f"{seconds:.1f} s of audio for a text of about {expected:.1f} s")
    if asked.seconds is not None and abs(seconds - asked.seconds) > SECONDS_OFF:
        faults.append(f"{seconds:.2f} s of audio where {asked.seconds:.2f} s were announced")
    return faults


def _check_level(mono: np.ndarray, rate: int) -> list[str]:
    frame = max(1, int(rate * FRAME_S))
    frames = mono[: len(mono) // frame * frame].reshape(-1, frame)
    levels = np.sqrt(np.mean(frames**2, axis=1)) if len(frames) else np.zeros(1)
    if np.sqrt(np.mean(levels**2)) < SILENT_RMS:
        return ["the audio is silent"]
    if np.mean(levels > VOICED_RMS) < VOICED_SHARE:
        return ["most of the audio is silent"]
    return []


class Tags:
    """ETags seen so far. One that stands for two different texts is somebody else's audio."""

    def __init__(self) -> None:
        self._asked: dict[str, bytes] = {}

    def find_fault(self, asked: Asked, etag: str) -> list[str]:
        order = (asked.text.text, asked.text.language, asked.format, asked.speed, asked.voice)
        digest = hashlib.sha256(repr(order).encode()).digest()
        same = self._asked.setdefault(etag, digest) == digest
        return [] if same else ["the same bytes were made of another text"]
