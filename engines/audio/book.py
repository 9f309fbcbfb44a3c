"""Several recordings as one M4B: an MP4 file of AAC, with a mark where each chapter begins.

AAC of the book's own rate is not encoded again: its packets are copied, so an hour takes a second.
Anything else is encoded first, into a file beside the book. In memory there is a packet at a time,
and the tables of the file: some 100 bytes a packet, 8 MB an hour.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError

from engines.audio.encode import FORMATS
from engines.errors import UnreadableAudio

if TYPE_CHECKING:
    from av.container.core import Chapter  # which there is for checkers of types alone

FRAME = 1024  # samples in a packet of AAC
MEDIA_TYPE, EXTENSION = "audio/mp4", ".m4b"
MOST_S = 48 * 3600.0  # of one book: its tables are held in memory


@dataclass(frozen=True, slots=True)
class Track:
    """One recording of a book."""

    open: Callable[[], IO[bytes]]  # read front to back, and closed
    format: str  # of `FORMATS`
    sample_rate: int  # Hz
    chapter: str | None  # that begins with it; None: the one before goes on


def write_book(path: Path, title: str, tracks: Sequence[Track]) -> float:
    """Write a book; its seconds. Blocks, and computes.

    Args:
        tracks: at least one.
    Raises:
        UnreadableAudio: a recording is not what it is said to be, or there is nothing in any.
        OSError: of the disk.
    """
    rate = FORMATS["aac"].sample_rate_for(tracks[0].sample_rate)
    chapters: list[Chapter] = []
    position = 0  # samples
    with closing(_open_book(path, title)) as book:
        stream: AudioStream | None = None
        for track in tracks:
            if track.chapter is not None or not chapters:
                _end_chapter(chapters, position)
                chapters.append(_chapter(len(chapters), position, rate, track.chapter or title))
            for packet in _packets(track, rate, path.parent):
                if stream is None:
                    stream = book.add_stream_from_template(packet.stream)
                packet.pts = packet.dts = position
                packet.time_base, packet.duration = Fraction(1, rate), FRAME
                packet.stream = stream
                book.mux(packet)
                position += FRAME
        if stream is None:
            raise UnreadableAudio("there is no audio in any of the recordings")
        _end_chapter(chapters, position)
        book.set_chapters(chapters)
    return position / rate


def _open_book(path: Path, title: str) -> OutputContainer:
    # At the end of the file, its tables would have to arrive before a player could begin.
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    book = av.open(str(path), "w", format="ipod", options=options)
    if title:
        book.metadata.update({"title": title, "album": title})
    book.metadata.update({"genre": "Audiobook", "media_type": "2"})
    return book


def _chapter(number: int, start: int, rate: int, title: str) -> Chapter:
    return {
        "id": number,
        "start": start,
        "end": start,
        "time_base": Fraction(1, rate),
        "metadata": {"title": title},
    }


def _end_chapter(chapters: list[Chapter], position: int) -> None:
    """A chapter ends where the next begins; one with no audio is none."""
    if chapters and chapters[-1]["start"] == position:
        chapters.pop()
    elif chapters:
        chapters[-1]["end"] = position


def _packets(track: Track, rate: int, folder: Path) -> Iterator[av.Packet[AudioStream]]:
    """A recording as packets of AAC at the rate of the book."""
    if track.format == "aac" and track.sample_rate == rate:
        with track.open() as file:
            yield from _packets_of(file)
        return
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".aac") as file:
        _encode(track, rate, Path(file.name))
        yield from _packets_of(file)


def _packets_of(file: IO[bytes]) -> Iterator[av.Packet[AudioStream]]:
    with closing(_open_recording(file, "aac")) as recording:
        for packet in recording.demux(audio=0):
            if packet.size:  # the last one only says that it is
                yield packet


def _encode(track: Track, rate: int, path: Path) -> None:
    """Write a recording as ADTS, frame after frame."""
    aac = FORMATS["aac"]
    with (
        track.open() as file,
        closing(_open_recording(file, track.format, track.sample_rate)) as recording,
        closing(av.open(str(path), "w", format=aac.container)) as written,
    ):
        stream = cast(AudioStream, written.add_stream(aac.codec, rate=rate, layout="mono"))
        stream.codec_context.bit_rate = int(aac.options(rate)["bit_rate"])
        resampler = AudioResampler("fltp", "mono", rate, FRAME)
        for frame in _frames(recording):
            for ready in resampler.resample(frame):
                written.mux(stream.encode(ready))
        written.mux(stream.encode(None))


def _frames(recording: InputContainer) -> Iterator[av.AudioFrame | None]:
    try:
        yield from recording.decode(audio=0)
    except FFmpegError as error:
        raise UnreadableAudio("a recording is damaged") from error
    yield None


def _open_recording(file: IO[bytes], audio_format: str, rate: int = 0) -> InputContainer:
    try:
        if audio_format == "pcm":  # nothing in it says what it is
            bare = {"sample_rate": str(rate), "ch_layout": "mono"}
            return av.open(file, "r", format="s16le", options=bare)
        return av.open(file, "r", format="aac" if audio_format == "aac" else None)
    except FFmpegError as error:
        raise UnreadableAudio(f"a recording is no {audio_format}") from error
