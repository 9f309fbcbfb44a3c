"""The libraries that write containers, each behind one small class: libsndfile and FFmpeg."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Protocol, cast

import av
import numpy as np
import soundfile
from av.audio.stream import AudioStream

# Vorbis comes out otherwise by otherwise cut blocks, and libsndfile puts a whole write of it on the
# stack and crashes on minutes.
VORBIS_BLOCK = 4096  # samples

PAGE_US = 200_000  # of Opus: a page is sent when it is full, and listeners wait for it
STREAM_SERIAL = 1  # of an Ogg stream, which libraries draw at random: bytes must not depend on it

COMMENTED = ("OGG", "ogg", "FLAC")  # by libsndfile's and FFmpeg's names

PcmSamples = np.ndarray[Any, np.dtype[Any]]  # int16 or float32 (T,)
Options = Mapping[str, str | float]


class Writer(Protocol):
    """What encodes into memory."""

    @property
    def written(self) -> bytearray: ...

    def write(self, samples: PcmSamples) -> None: ...

    def close(self) -> None:
        """Encode what is left and put the header right."""

    @property
    def ready(self) -> int:
        """How many bytes of `written` will change no more, but for those at its beginning."""

    @property
    def rewritten(self) -> int:
        """How many bytes at its beginning `close` may change."""


class Memory(io.RawIOBase):
    """Bytes in memory that remember how far back they were overwritten."""

    def __init__(self) -> None:
        super().__init__()
        self.data = bytearray()
        self.rewritten = 0
        self._position = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        chunk = bytes(data)
        end = self._position + len(chunk)
        if self._position < len(self.data):
            self.rewritten = max(self.rewritten, min(end, len(self.data)))
        self.data[self._position : end] = chunk
        self._position = end
        return len(chunk)

    def readinto(self, buffer: Any) -> int:
        chunk = self.data[self._position : self._position + len(buffer)]
        buffer[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self.data)}
        self._position = origin[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position


class Blocks:
    """Samples in blocks of one size, whatever they came in."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.rest: PcmSamples = np.zeros(0, np.float32)  # less than a block

    def cut(self, samples: PcmSamples) -> Iterator[PcmSamples]:
        """The blocks that are full now."""
        held = np.concatenate([self.rest, samples])
        whole = len(held) - len(held) % self._size
        self.rest = held[whole:]
        for start in range(0, whole, self._size):
            yield held[start : start + self._size]


class SndfileWriter:
    """libsndfile's formats.

    Args:
        container, codec: its names.
        options: of `soundfile.SoundFile`.
        comment: written into containers that take one before their audio.
    """

    def __init__(
        self, container: str, codec: str, sample_rate: int, options: Options, comment: str = ""
    ) -> None:
        self._memory = Memory()
        self._is_ogg = container == "OGG"
        self._blocks = Blocks(VORBIS_BLOCK)
        self._renumbered = 0  # bytes of whole Ogg pages that have their serial number
        self._file = soundfile.SoundFile(
            self._memory,
            mode="w",
            samplerate=sample_rate,
            channels=1,
            format=container,
            subtype=codec,
            **({"endian": "LITTLE"} if container == "RAW" else {}),
            **options,
        )
        if comment and container in COMMENTED:
            self._file.comment = comment

    @property
    def written(self) -> bytearray:
        return self._memory.data

    @property
    def rewritten(self) -> int:
        return self._memory.rewritten

    @property
    def ready(self) -> int:
        if not self._is_ogg:
            return len(self.written)
        self._renumbered = renumber_pages(self.written, self._renumbered)
        return self._renumbered

    def write(self, samples: PcmSamples) -> None:
        for block in self._blocks.cut(samples) if self._is_ogg else [samples]:
            self._file.write(block)

    def close(self) -> None:
        if len(self._blocks.rest):
            self._file.write(self._blocks.rest)
        self._file.close()


class AvWriter:
    """FFmpeg's formats, written front to back.

    Args:
        container, codec: its names.
        options: of the codec's context, such as `bit_rate`.
        comment: written into containers that take one before their audio.
    """

    rewritten = 0

    def __init__(
        self, container: str, codec: str, sample_rate: int, options: Options, comment: str = ""
    ) -> None:
        self._written = bytearray()
        muxing = {"fflags": "+bitexact", "flush_packets": "1"}
        if container == "ogg":
            muxing |= {"page_duration": str(PAGE_US), "serial_offset": str(STREAM_SERIAL)}
        self._container = av.open(self, "w", format=container, options=muxing)
        self._stream = cast(
            AudioStream, self._container.add_stream(codec, rate=sample_rate, layout="mono")
        )
        if comment and container in COMMENTED:
            self._stream.metadata["comment"] = comment
        context = self._stream.codec_context
        for name, value in options.items():
            setattr(context, name, value)
        context.open()
        self._blocks = Blocks(context.frame_size)
        self._layout = context.format.name
        self._rate = sample_rate
        self._position = 0  # samples

    @property
    def written(self) -> bytearray:
        return self._written

    @property
    def ready(self) -> int:
        return len(self._written)

    def write(self, samples: PcmSamples | bytes) -> None:  # called by FFmpeg, too, with bytes
        if isinstance(samples, np.ndarray):
            for block in self._blocks.cut(samples):
                self._encode(block)
        else:
            self._written += samples

    def close(self) -> None:
        if len(self._blocks.rest):
            self._encode(self._blocks.rest)
        self._mux(None)
        self._container.close()

    def _encode(self, block: PcmSamples) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block, np.float32)[None, :], self._layout, "mono"
        )
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._position
        self._position += len(block)
        self._mux(frame)

    def _mux(self, frame: av.AudioFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


# Ogg pages (RFC 3533, section 6)

CAPTURE = b"OggS"
SERIAL = slice(14, 18)
CHECKSUM = slice(22, 26)
SEGMENT_COUNT = 26
HEADER_BYTES = 27

MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def renumber_pages(data: bytearray, start: int) -> int:
    """Give each whole page from `start` on our serial number; where the last of them ends."""
    while (end := _page_end(data, start)) is not None:
        page = data[start:end]
        page[SERIAL] = STREAM_SERIAL.to_bytes(4, "little")
        page[CHECKSUM] = bytes(4)
        page[CHECKSUM] = ogg_checksum(page).to_bytes(4, "little")
        data[start:end] = page
        start = end
    return start


def _page_end(data: bytearray, start: int) -> int | None:
    table = start + HEADER_BYTES
    if len(data) < table:
        return None
    if data[start : start + 4] != CAPTURE:
        raise ValueError("this is no Ogg page")
    segments = data[start + SEGMENT_COUNT]
    end = table + segments + sum(data[table : table + segments])
    return end if len(data) >= end else None


def ogg_checksum(page: bytes | bytearray) -> int:
    """Ogg's CRC is zlib's with its bits the other way round, and nothing inverted."""
    mirrored = zlib.crc32(page.translate(MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
