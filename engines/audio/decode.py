"""Uploaded bytes to samples.

Uploads are hostile. What is taken for granted here: the format is told from the bytes and forced
on FFmpeg, which gets no file names, no protocols and only the decoders of that format; every cap
is enforced on what has been decoded so far, so that a header that lies changes nothing; memory is
bounded by the caps and the upload's own size.

Damaged files: a recording that breaks off (a cut-off download) gives what could be decoded, as
does one that starts in the middle of a frame. Streams that find their next frame by themselves
(mp3, aac, ogg, flac, webm) go on behind damage. Where the index says how many packets there should
be (mp4), a recording that lost more than 5% of them is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.packet import Packet

from config.settings import LimitSettings
from engines.audio.channels import Channels
from engines.audio.sniff import ACCEPTED, Container, identify
from engines.base import Samples, Waveform
from engines.errors import (
    AudioError,
    AudioTooLong,
    UnreadableAudio,
    UnsupportedAudio,
    UnusableSpeech,
)

MIN_SAMPLE_RATE = 8_000  # Hz, a telephone; anything lower is a broken header or no speech
PROBE_BYTES = 256 * 1024  # read before decoding, to guess at what headers do not say
MAX_LOST = 0.05  # packets lost between others; joined files lose a few to the tags between them
MAX_DAMAGED_PACKETS = 1_000  # each costs microseconds; a file can hold millions

BROKEN = "The recording cannot be read: the file is damaged."


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def decode(source: bytes | PathLike[str] | Readable, limits: LimitSettings) -> Waveform:
    """A recording as mono float32 in [-1, 1] at its own sampling rate.

    Channels are averaged; where they cancel one another (a balanced cable plugged into a stereo
    input, a microphone wired the wrong way round), the loudest is taken instead.

    Accepts wav, mp3, flac, ogg (Vorbis), opus, m4a, mp4 or mov, aac (ADTS), webm or Matroska.
    Samples beyond full scale, which float and lossy formats can hold, are clipped.

    Raises `UnsupportedAudio` (another format), `UnreadableAudio` (empty or damaged),
    `AudioTooLong` (past a limit) or `UnusableSpeech` (samples that are no numbers).
    """
    data = _read(source, limits.max_upload_bytes)
    container = identify(data)
    try:
        waveform, channels = _decode_all(container, limits, channel=None)
        if channels.cancel():
            del waveform  # never two at once
            waveform, _ = _decode_all(container, limits, channels.loudest())
        return waveform
    except AudioError:
        raise
    except (av.FFmpegError, ValueError, OverflowError, MemoryError) as cause:
        raise UnreadableAudio(BROKEN) from cause


def _read(source: bytes | PathLike[str] | Readable, max_bytes: int) -> bytes:
    if isinstance(source, PathLike):
        with Path(source).open("rb") as file:
            return _read(file, max_bytes)
    data = source if isinstance(source, bytes) else source.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise AudioTooLong(f"The recording has more than {max_bytes:,} bytes.")
    return data


def _decode_all(
    container: Container, limits: LimitSettings, channel: int | None
) -> tuple[Waveform, Channels]:
    """One channel, or the mean of all. A second one takes a second run, never more memory."""
    with _open(container) as opened:
        return _decode_stream(opened, container, limits, channel)


def _open(container: Container) -> InputContainer:
    return av.open(
        io.BytesIO(container.data),
        mode="r",
        format=container.demuxer,
        container_options={
            "codec_whitelist": ",".join(sorted(container.decoders)),
            "protocol_whitelist": "none",
            "probesize": str(PROBE_BYTES),
            "advanced_editlist": "0",  # MP4: multiplies the index, for cuts nobody records
        },
        metadata_errors="replace",  # tags are often in no encoding at all
        io_open=_refuse_reference,
    )


def _refuse_reference(*_: object) -> None:
    """FFmpeg asks to open another file; formats with references are not accepted, so none may."""
    raise PermissionError("a recording refers to another file")


def _decode_stream(
    opened: InputContainer, container: Container, limits: LimitSettings, channel: int | None
) -> tuple[Waveform, Channels]:
    if not opened.streams.audio:
        raise UnreadableAudio("The file has no audio in it.")
    stream = opened.streams.audio[0]
    codec = stream.codec_context
    if codec is None or codec.name not in container.decoders:
        raise UnsupportedAudio(
            f"The audio in this file is encoded in a way that is not accepted ({ACCEPTED})."
        )
    codec.thread_count = 1  # one core a request, however many the machine has
    _check_signal(codec.sample_rate, codec.channels, limits)
    converter = AudioResampler(format="flt")
    channels = Channels()
    rate, blocks, total = 0, [], 0
    for frame in _frames(opened, stream):
        _check_signal(frame.sample_rate, frame.layout.nb_channels, limits)
        if rate not in (0, frame.sample_rate):
            raise UnreadableAudio("The sampling rate changes in the middle of the recording.")
        rate = frame.sample_rate
        total += frame.samples
        if total > limits.max_sample_seconds * rate:
            raise AudioTooLong(
                f"The recording is longer than {limits.max_sample_seconds:g} seconds."
            )
        block = _channels(frame, converter)
        channels.add(block)
        blocks.append(_mono(block, channel))
    if total == 0:
        raise UnreadableAudio("The file has no audio in it.")
    return Waveform(np.concatenate(blocks), rate), channels


def _check_signal(sample_rate: int, channels: int, limits: LimitSettings) -> None:
    if channels > limits.max_sample_channels:
        raise AudioTooLong(
            f"The recording has {channels} channels; at most "
            f"{limits.max_sample_channels} are accepted."
        )
    if sample_rate > limits.max_sample_rate:
        raise AudioTooLong(
            f"The recording has {sample_rate:,} samples a second; at most "
            f"{limits.max_sample_rate:,} are accepted."
        )
    if channels < 1 or sample_rate < 1:
        raise UnreadableAudio(BROKEN)
    if sample_rate < MIN_SAMPLE_RATE:
        raise UnusableSpeech(
            f"The recording has {sample_rate:,} samples a second; speech needs at least "
            f"{MIN_SAMPLE_RATE:,}."
        )


def _frames(opened: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decoded frames up to the end, or up to the damage behind which nothing can be decoded."""
    decoded = lost = pending = 0  # packets; pending ones are lost only if audio follows them
    for packet in _packets(opened, stream):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            pending += 1
            if lost + pending > MAX_DAMAGED_PACKETS:
                raise
            continue
        if frames:
            lost += pending if decoded else 0
            decoded, pending = decoded + 1, 0
        yield from frames
    if lost > MAX_LOST * decoded:
        raise UnreadableAudio("The recording is damaged in the middle.")


def _packets(opened: InputContainer, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
    """Packets up to the end of the container, or up to where it breaks off."""
    packets = opened.demux(stream)
    while True:
        try:
            yield next(packets)
        except (StopIteration, av.FFmpegError):
            return


def _channels(frame: AudioFrame, converter: AudioResampler) -> Samples:
    """One frame of any sample format as float32 (T, C)."""
    # Packed floats are the one kind of frame that is read: for planar ones of eight channels
    # (AAC in 7.1) PyAV looks for a ninth plane behind the end of the list, and the process dies.
    frame.time_base = Fraction(1, frame.sample_rate)  # the file's own may be nonsense
    packed = [part.to_ndarray()[0] for part in converter.resample(frame)]  # [(T * C,)]
    block: Samples = np.concatenate(packed).reshape(-1, frame.layout.nb_channels)
    if not np.isfinite(block).all():
        raise UnusableSpeech("The recording holds samples that are no finite numbers.")
    return block


def _mono(block: Samples, channel: int | None) -> Samples:
    """(T, C) -> (T,)"""
    if channel is not None and channel < block.shape[1]:
        mono = block[:, channel]
    else:
        mono = block.mean(axis=1, dtype=np.float64)
    samples: Samples = np.clip(mono, -1.0, 1.0).astype(np.float32)
    return samples
