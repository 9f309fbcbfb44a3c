"""Files of one format as one file. What is lossy is copied, packet by packet, not encoded again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError

from engines.errors import UnreadableAudio

# As FFmpeg calls them, by our names.
CONTAINERS = {
    "wav": "wav",
    "mp3": "mp3",
    "flac": "flac",
    "opus": "ogg",
    "ogg": "ogg",
    "aac": "adts",
}


def join_files(parts: Sequence[Path], path: Path, audio_format: str) -> None:
    """Write the recordings of files, made alike, one after the other. Blocks, and computes.

    Args:
        audio_format: of all of them; one of `CONTAINERS`.
    Raises:
        UnreadableAudio: one is not what it is said to be.
    """
    try:
        with closing(
            av.open(
                str(path), "w", format=CONTAINERS[audio_format], options={"fflags": "+bitexact"}
            )
        ) as joined:
            # The header of a FLAC tells the whole, so its frames are made again: nothing is lost.
            write = _encode if audio_format == "flac" else _copy
            write(parts, joined)
    except FFmpegError as error:
        raise UnreadableAudio(f"a recording is no {audio_format}, or damaged") from error


def _copy(parts: Sequence[Path], joined: OutputContainer) -> None:
    stream: AudioStream | None = None
    position = 0
    for part in parts:
        with closing(av.open(str(part), "r")) as recording:
            source = recording.streams.audio[0]
            if stream is None:
                stream = joined.add_stream_from_template(source)
            base = source.time_base or Fraction(1, source.rate)
            for packet in recording.demux(source):
                if not packet.size:
                    continue
                packet.pts = packet.dts = position
                position += packet.duration or 0
                packet.time_base, packet.stream = base, stream
                joined.mux(packet)


def _encode(parts: Sequence[Path], joined: OutputContainer) -> None:
    stream: AudioStream | None = None
    for part in parts:
        with closing(av.open(str(part), "r")) as recording:
            source = recording.streams.audio[0]
            if stream is None:
                stream = joined.add_stream("flac", rate=source.rate, layout="mono")
                stream.codec_context.format = av.AudioFormat("s16")
                position = 0
            for frame in recording.decode(source):
                frame.pts, frame.time_base = position, Fraction(1, source.rate)
                position += frame.samples
                joined.mux(stream.encode(frame))
    if stream is not None:
        joined.mux(stream.encode(None))
