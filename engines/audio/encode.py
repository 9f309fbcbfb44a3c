"""Samples to the bytes of a file, or of a stream while they are being made.

The bytes depend on nothing but the samples: not on the blocks in which they come, nor on the day.
So a stream that was broken off can be gone on with, and a file is the stream with its header put
right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import soxr

from engines.audio.containers import AvWriter, Options, SndfileWriter, Writer
from engines.base import Samples, Waveform
from engines.watermark.marker import Marker

MPEG_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)  # Hz
AAC_RATES = (*MPEG_RATES, 64_000, 88_200, 96_000)  # Hz
OPUS_RATES = (16_000, 24_000, 48_000)  # Hz
TELEPHONE_RATES = (8_000,)  # Hz

# What IPTC's vocabulary of digital source types calls it.
GENERATED = "Generated speech (trainedAlgorithmicMedia)"

UNKNOWN_SIZE = b"\xff\xff\xff\xff"  # of a WAV: with zeros, players take it for an empty one


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """A format that audio is served in."""

    media_type: str
    extension: str  # with its dot
    library: Literal["sndfile", "av"]
    container: str  # the library's name
    codec: str  # the library's name
    sample_rates: tuple[int, ...] = ()  # Hz; empty: any
    options: Callable[[int], Options] = lambda _: {}  # of the encoder, by its sample rate

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

    def media_type_at(self, sample_rate: int) -> str:
        """What a file of this rate is served as: nothing else tells the rate of bare samples."""
        if self.container != "RAW":
            return self.media_type
        return f"{self.media_type};rate={sample_rate};channels=1"


def _mp3_options(sample_rate: int) -> Options:
    """96 kbit/s, or 128 from 32 kHz on (40 below 16), as libsndfile's levels have it. Constant:
    players tell the length of a stream by its first frame."""
    level = 0.42 if sample_rate < 32_000 else 0.67
    return {"bitrate_mode": "CONSTANT", "compression_level": level}


# Levels chosen on a male voice: 96 kbit/s (mp3, aac), 72 (opus), 88 (ogg). Opus's own default at
# 24 kHz, 37 kbit/s, takes 4 dB off the bands above 4 kHz.
FORMATS: dict[str, AudioFormat] = {
    "wav": AudioFormat("audio/wav", ".wav", "sndfile", "WAV", "PCM_16"),
    "mp3": AudioFormat(
        "audio/mpeg",
        ".mp3",
        "sndfile",
        "MP3",
        "MPEG_LAYER_III",
        MPEG_RATES,
        _mp3_options,
    ),
    "flac": AudioFormat("audio/flac", ".flac", "sndfile", "FLAC", "PCM_16"),
    "opus": AudioFormat(
        "audio/ogg; codecs=opus",
        ".opus",
        "av",
        "ogg",
        "libopus",
        OPUS_RATES,
        lambda _: {"bit_rate": 72_000, "format": "flt"},
    ),
    "ogg": AudioFormat(
        "audio/ogg; codecs=vorbis",
        ".ogg",
        "sndfile",
        "OGG",
        "VORBIS",
        MPEG_RATES,
        lambda _: {"compression_level": 0.4},
    ),
    "aac": AudioFormat(
        "audio/aac", ".aac", "av", "adts", "aac", AAC_RATES, lambda _: {"bit_rate": 96_000}
    ),
    "pcm": AudioFormat("audio/pcm", ".pcm", "sndfile", "RAW", "PCM_16"),
    # G.711 as telephone lines carry it, a byte a sample; the media types are those of RFC 4856.
    "ulaw": AudioFormat("audio/PCMU", ".ulaw", "sndfile", "RAW", "ULAW", TELEPHONE_RATES),
    "alaw": AudioFormat("audio/PCMA", ".alaw", "sndfile", "RAW", "ALAW", TELEPHONE_RATES),
}


class Encoder:
    """Encodes samples as they come.

    Args:
        audio_format: one of `FORMATS`; `KeyError` for another.
        sample_rate: Hz, of the samples.
        encoded_rate: Hz, of what is encoded; the format's choice where None.
        marker: marks the samples; its sample rate is theirs.
    """

    def __init__(
        self,
        audio_format: str,
        sample_rate: int,
        encoded_rate: int | None = None,
        marker: Marker | None = None,
    ) -> None:
        self._format = FORMATS[audio_format]
        self.sample_rate = self._format.sample_rate_for(encoded_rate or sample_rate)  # of the file
        self._start = stream_start(audio_format, self.sample_rate)
        self._writer = _open(self._format, self.sample_rate, GENERATED if marker else "")
        self._resampler = None
        if sample_rate != self.sample_rate:
            self._resampler = soxr.ResampleStream(
                sample_rate, self.sample_rate, 1, dtype="float32", quality="HQ"
            )
        self._marker = marker
        self._read = 0  # bytes of the writer's that have been given out
        self.samples = 0  # that are in the file

    @property
    def seconds(self) -> float:
        return self.samples / self.sample_rate

    def encode(self, samples: Samples) -> bytes:
        """The bytes that are known now, after those of all calls before.

        Args:
            samples: float32 (T,). What is beyond full scale is clipped, never wrapped.
        Raises:
            ValueError: some are no finite numbers, which is an error of the engine that made them.
        """
        if not np.isfinite(samples).all():
            raise ValueError("some samples are not finite")
        marked = self._marker.mark(samples) if self._marker else samples
        self._write(self._resampled(marked, last=False))
        return self._take()

    def finish(self) -> bytes:
        """The rest of the stream. Raises `ValueError` where there were no samples."""
        rest = self._marker.finish() if self._marker else np.zeros(0, np.float32)
        self._write(self._resampled(rest, last=True))
        if self.samples == 0:
            raise ValueError("there are no samples to encode")
        self._writer.close()
        return self._take()

    def file(self) -> bytes:
        """What is finished, with a header that knows its length."""
        return bytes(self._writer.written)

    def _resampled(self, samples: Samples, *, last: bool) -> Samples:
        if self._resampler is None:
            return samples
        return np.asarray(self._resampler.resample_chunk(samples, last=last), np.float32)

    def _write(self, samples: Samples) -> None:
        self.samples += len(samples)
        self._writer.write(to_int16(samples) if self._format.integers else samples.clip(-1.0, 1.0))

    def _take(self) -> bytes:
        ready = self._writer.ready
        if ready <= self._start.skip:
            return b""
        prefix = b"" if self._read else self._start.prefix
        begin = max(self._read, self._start.skip)
        self._read = ready
        return prefix + bytes(self._writer.written[begin:ready])


@dataclass(frozen=True, slots=True)
class StreamStart:
    """How the bytes of a stream differ from those of its file: they begin with `prefix` in place
    of the file's first `skip`, which tell a length that nobody knows while it is made."""

    prefix: bytes
    skip: int


@lru_cache
def stream_start(audio_format: str, sample_rate: int) -> StreamStart:
    """How a stream begins. What the libraries go back to, once they know the length, is found by
    writing a short file."""
    target = FORMATS[audio_format]
    writer = _open(target, sample_rate)
    writer.write(np.zeros(sample_rate // 10, np.int16 if target.integers else np.float32))
    before = bytes(writer.written)
    writer.close()
    skip = writer.rewritten
    if target.container == "WAV":
        return StreamStart(_without_size(before[:skip]), skip)
    if target.container == "MP3":  # a frame for players that seek; in a stream it would be heard
        return StreamStart(b"", skip)
    return StreamStart(before[:skip], skip)


def encode(waveform: Waveform, audio_format: str, sample_rate: int | None = None) -> bytes:
    """The whole file, in one of `FORMATS`.

    Args:
        sample_rate: Hz, of the file. Resamples where the format does not know the rate.
    Raises:
        KeyError: an unknown format.
        ValueError: audio without samples, or with samples that are no finite numbers: both are
            errors of the engine that made it.
    """
    encoder = Encoder(audio_format, waveform.sample_rate, sample_rate)
    encoder.encode(waveform.samples)
    encoder.finish()
    return encoder.file()


def to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    """Rounded and clipped, so that audio which came from 16 bits goes back to the same bits."""
    rounded: npt.NDArray[np.int16] = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(
        np.int16
    )
    return rounded


def _open(target: AudioFormat, sample_rate: int, comment: str = "") -> Writer:
    writer: type[SndfileWriter | AvWriter] = (
        SndfileWriter if target.library == "sndfile" else AvWriter
    )
    options = target.options(sample_rate)
    return writer(target.container, target.codec, sample_rate, options, comment)


def _without_size(header: bytes) -> bytes:
    """A WAV's header, of 44 bytes, that says nothing of a length."""
    return header[:4] + UNKNOWN_SIZE + header[8:-4] + UNKNOWN_SIZE
