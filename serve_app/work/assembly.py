"""A job's pieces and pauses, put in order and encoded as far as they are there."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence

import numpy as np

from engines.audio.encode import FORMATS, Encoder
from engines.audio.resample import resample
from engines.base import Samples, Waveform
from serve_app.store.values import AudioFile, Job
from serve_app.work.marks import Marks
from serve_app.work.orders import SpeechOrder

logger = logging.getLogger(__name__)

STRIDE_S = 2.0  # of audio that is encoded at once

Voiced = Waveform | str
"""A piece's audio, or why it was left out."""

Part = Waveform | float
"""A piece's audio, or seconds of silence."""


class Assembly:
    """The audio of one run of one job.

    `take` is for the event loop. What it returns goes through `encode` in the same order, one call
    after the other, in any thread. Here all speech gets its mark: nothing else encodes any.
    """

    def __init__(
        self, order: SpeechOrder, marks: Marks, give_way: Callable[[], None] = lambda: None
    ) -> None:
        self.voiced: dict[int, Voiced] = {}  # by index among the pieces
        self.signed = False  # the file, once there is one
        self.warnings: list[str] = []  # of the file
        self._order = order
        self._marks = marks
        self._give_way = give_way  # called every few milliseconds of a long encoding
        self._part = 0  # the next that is not taken
        self._piece = 0  # the same, among the pieces
        self._lasts = 0.0  # seconds, of what is taken
        self._encoder: Encoder | None = None  # once a piece has told the sample rate
        self._source_rate = 0  # Hz, of the pieces
        self._pauses: list[float] = []  # seconds, before that
        self._length = 0  # bytes of the stream

    @property
    def sample_rate(self) -> int:
        """Hz, of what is encoded; 0 before anything is."""
        return self._encoder.sample_rate if self._encoder else 0

    @property
    def seconds(self) -> float:
        """Of audio that is encoded so far."""
        return self._encoder.seconds if self._encoder else 0.0

    @property
    def taken(self) -> tuple[int, float]:
        """How many parts of the order, and the seconds that they last: what is encoded of them may
        be a moment behind."""
        return self._part, self._lasts

    def take(self) -> list[Part]:
        """The next parts that are there, without a gap."""
        taken: list[Part] = []
        for part in self._order.parts[self._part :]:
            if not isinstance(part, str):
                taken.append(part)
            elif self._piece in self.voiced:
                voiced = self.voiced[self._piece]
                self._piece += 1
                taken += [voiced] if isinstance(voiced, Waveform) else []
            else:
                break
            self._part += 1
        self._lasts += sum(one.seconds if isinstance(one, Waveform) else one for one in taken)
        return taken

    def encode(self, parts: Sequence[Part]) -> tuple[int, bytes]:
        """Where the bytes of these parts begin in the stream, and they."""
        return self._located(b"".join(self._encode(part) for part in parts))

    def finish(self) -> tuple[int, bytes]:
        """The same of the stream's end. Raises `ValueError` where nothing was said."""
        return self._located(self._opened().finish())

    def file(self, job: Job) -> tuple[AudioFile, bytes]:
        """What is finished, as a file."""
        encoder = self._opened()
        data = self._sign(encoder.file())
        audio_format = FORMATS[self._order.format]
        # Each lease writes a name of its own: a runner that lost its lease must not touch the
        # winner's.
        key = f"audio/{job.id}.{(job.lease or '')[:8]}{audio_format.extension}"
        audio = AudioFile(
            blob_key=key,
            format=self._order.format,
            media_type=audio_format.media_type_at(encoder.sample_rate),
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            seconds=encoder.seconds,
            sample_rate=encoder.sample_rate,
        )
        return audio, data

    def _sign(self, file: bytes) -> bytes:
        """Signed, where that is asked for. What cannot be signed is stored all the same, and says
        so: it is no fault of the job."""
        manifests = self._marks.manifests
        if not manifests.covers(self._order):
            return file
        try:
            signed = manifests.sign(self._order.format, file)
        except ValueError as error:
            logger.error("a file is not signed: %s", error)
            self.warnings.append("The file has no signed metadata: it could not be signed.")
            return file
        self.signed = True
        return signed

    def _located(self, encoded: bytes) -> tuple[int, bytes]:
        begin = self._length
        self._length += len(encoded)
        return begin, encoded

    def _encode(self, part: Part) -> bytes:
        if self._encoder is None:
            if not isinstance(part, Waveform):
                self._pauses.append(part)
                return b""
            self._source_rate = part.sample_rate
            self._encoder = Encoder(
                self._order.format,
                part.sample_rate,
                self._order.sample_rate or None,
                self._marks.marker(self._order, part.sample_rate),
            )
            before = b"".join(self._encode(pause) for pause in self._pauses)
            return before + self._encode(part)
        if not isinstance(part, Waveform):
            return self._encoder.encode(self._silence(part))
        # In a dialogue one piece may be converted, and another not.
        samples = resample(part, self._source_rate).samples
        step = round(STRIDE_S * self._source_rate)
        encoded = []
        for start in range(0, len(samples), step):
            self._give_way()
            encoded.append(self._encoder.encode(samples[start : start + step]))
        return b"".join(encoded)

    def _silence(self, seconds: float) -> Samples:
        return np.zeros(round(seconds * self._source_rate), np.float32)

    def _opened(self) -> Encoder:
        if self._encoder is None:
            raise ValueError("there are no samples to encode")
        return self._encoder
