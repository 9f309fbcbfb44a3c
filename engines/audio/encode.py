"""Samples to the bytes of a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from engines.audio.resample import resample
from engines.base import Samples, Waveform

# libsndfile puts a whole write on the stack for Vorbis and crashes on minutes; it never needs more.
BLOCK = 1 << 15  # samples

MPEG_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)  # Hz
OPUS_RATES = (16_000, 24_000, 48_000)  # Hz


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A format that audio is served in."""

    media_type: str
    extension: str  # with its dot
    container: str  # libsndfile's name
    codec: str  # libsndfile's name
    sample_rates: tuple[int, ...] = ()  # Hz; empty: any
    options: dict[str, str | float] = field(default_factory=dict)

    @property
    def integers(self) -> bool:
        """Whether samples are stored as they are, in 16 bits."""
        return self.codec == "PCM_16"

    def sample_rate_for(self, sample_rate: int) -> int:
        """The rate to encode at: the lowest that loses nothing, or else the highest."""
        if not self.sample_rates or sample_rate in self.sample_rates:
            return sample_rate
        higher = [rate for rate in self.sample_rates if rate > sample_rate]
        return min(higher) if higher else max(self.sample_rates)


# Levels chosen on a male voice: 96 kbit/s (mp3), 70 (opus), 88 (ogg). Opus's own default at 24 kHz,
# 37 kbit/s, takes 4 dB off the bands above 4 kHz and three times as long.
FORMATS: dict[str, AudioFormat] = {
    "wav": AudioFormat("audio/wav", ".wav", "WAV", "PCM_16"),
    "mp3": AudioFormat(
        "audio/mpeg",
        ".mp3",
        "MP3",
        "MPEG_LAYER_III",
        MPEG_RATES,
        {"bitrate_mode": "VARIABLE", "compression_level": 0.2},
    ),
    "flac": AudioFormat("audio/flac", ".flac", "FLAC", "PCM_16"),
    "opus": AudioFormat(
        "audio/ogg; codecs=opus", ".opus", "OGG", "OPUS", OPUS_RATES, {"compression_level": 0.75}
    ),
    "ogg": AudioFormat(
        "audio/ogg; codecs=vorbis", ".ogg", "OGG", "VORBIS", MPEG_RATES, {"compression_level": 0.4}
    ),
}


def encode(waveform: Waveform, audio_format: str) -> bytes:
    """The whole file, in one of `FORMATS`. See `write`."""
    file = io.BytesIO()
    write(waveform, audio_format, file)
    return file.getvalue()


def write(waveform: Waveform, audio_format: str, file: BinaryIO) -> None:
    """Encode into `file`, which must be seekable: headers are completed at the end.

    Resamples where the format does not know the rate. What is beyond full scale is clipped, never
    wrapped. Raises `KeyError` for an unknown format, `ValueError` for audio without samples or
    with samples that are no finite numbers: both are errors of the engine that made it.
    """
    target = FORMATS[audio_format]
    if len(waveform.samples) == 0:
        raise ValueError("there are no samples to encode")
    if not np.isfinite(waveform.samples).all():
        raise ValueError("some samples are not finite")
    waveform = resample(waveform, target.sample_rate_for(waveform.sample_rate))
    with soundfile.SoundFile(
        file,
        mode="w",
        samplerate=waveform.sample_rate,
        channels=1,
        format=target.container,
        subtype=target.codec,
        **target.options,
    ) as encoder:
        for block in _blocks(waveform.samples):
            encoder.write(to_int16(block) if target.integers else np.clip(block, -1.0, 1.0))


def to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    """Rounded and clipped, so that audio which came from 16 bits goes back to the same bits."""
    rounded: npt.NDArray[np.int16] = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(
        np.int16
    )
    return rounded


def _blocks(samples: Samples) -> Iterator[Samples]:
    for start in range(0, len(samples), BLOCK):
        yield samples[start : start + BLOCK]
