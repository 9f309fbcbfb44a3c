"""What the listeners of streams heard: when it began, and whether it ran dry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from loadtests.outcomes import percentiles
from telemetry.playback import Player

AUDIBLE = 0.01  # of full scale: louder than what stands before the first sound
HEADER_BYTES = 44  # of RIFF with 16-bit samples
LEAST_STREAMS = 5  # by which a rate is judged: one that goes well says nothing

End = Literal["complete", "cut", "refused", "failed"]


class WavStream:
    """Reads a WAV file of 16-bit mono samples as it comes.

    Raises ValueError, from `receive`, where it is no such file.
    """

    def __init__(self) -> None:
        self._header = b""
        self._odd = b""  # half a sample
        self._samples = 0
        self.rate = 0  # Hz
        self.audible_at: float | None = None  # when the first sound came
        self.came: list[float] = []  # when audio did
        self.player = Player()

    @property
    def seconds(self) -> float:
        return self._samples / self.rate if self.rate else 0.0

    def receive(self, at: float, data: bytes) -> None:
        """Bytes came, at a time of a steady clock."""
        if len(self._header) < HEADER_BYTES:
            missing = HEADER_BYTES - len(self._header)
            self._header, data = self._header + data[:missing], data[missing:]
            if len(self._header) < HEADER_BYTES:
                return
            self._read_header()
        data = self._odd + data
        whole = len(data) // 2 * 2
        self._odd = data[whole:]
        samples = np.frombuffer(data[:whole], "<i2")
        if not len(samples):
            return
        self._samples += len(samples)
        self.came.append(at)
        self.player.receive(at, self.seconds)
        if self.audible_at is None and np.abs(samples.astype(int)).max() > AUDIBLE * 32768:
            self.audible_at = at

    def _read_header(self) -> None:
        head = self._header
        form = int.from_bytes(head[20:22], "little"), int.from_bytes(head[22:24], "little")
        bits = int.from_bytes(head[34:36], "little")
        if (head[:4], head[8:16], head[36:40]) != (b"RIFF", b"WAVEfmt ", b"data"):
            raise ValueError("this is no WAV file as it was asked for")
        if (form, bits) != ((1, 1), 16):
            raise ValueError(f"format, channels and bits are {form} and {bits}")
        self.rate = int.from_bytes(head[24:28], "little")


@dataclass(frozen=True, slots=True)
class Heard:
    """What one listener heard. Times in seconds, from when it was due."""

    end: End
    ended_s: float
    audible_s: float | None = None  # until the chunk with the first sound came
    audio_s: float = 0.0
    gaps_s: tuple[float, ...] = ()  # between chunks
    stalls: int = 0  # of a player
    stalled_s: float = 0.0

    @classmethod
    def of(cls, due: float, end: End, ended_at: float, stream: WavStream) -> Heard:
        audible_at = stream.audible_at
        return cls(
            end,
            ended_at - due,
            None if audible_at is None else audible_at - due,
            stream.seconds,
            tuple(float(gap) for gap in np.diff(stream.came)),
            stream.player.stalls,
            stream.player.stalled_s,
        )


@dataclass(frozen=True)
class StreamObjective:
    """What listeners are promised."""

    underrun_share: float = 0.01  # of the streams that began; less than this
    audible_p95_s: float = 2.0
    error_share: float = 0.0  # cut, refused, failed or silent, of what was asked for


@dataclass
class StreamStep:
    """What was heard at one rate, of streams or of whole files."""

    rate: float  # arrivals a second
    seconds: float
    whole: bool  # files that were waited for, beside streams of the same texts
    heard: list[Heard] = field(default_factory=list)
    asked: int = 0
    lateness: Sequence[float] = ()  # seconds, of the generator
    objective: StreamObjective = StreamObjective()

    def count(self, end: End) -> int:
        return sum(one.end == end for one in self.heard)

    @property
    def audible_s(self) -> dict[str, float]:
        return percentiles([one.audible_s for one in self.heard if one.audible_s is not None])

    @property
    def underrun_share(self) -> float:
        """Of those that began to sound."""
        began = [one for one in self.heard if one.audio_s]
        return sum(one.stalls > 0 for one in began) / max(1, len(began))

    @property
    def error_share(self) -> float:
        """Who has not ended heard nothing yet; so has who got silence."""
        good = sum(one.end == "complete" and one.audible_s is not None for one in self.heard)
        return 1 - good / max(1, self.asked)

    @property
    def missed(self) -> tuple[str, ...]:
        """Of the objective."""
        missed = []
        if self.asked < LEAST_STREAMS:
            missed.append(f"{self.asked} streams are too few to tell: measure for longer")
        if self.underrun_share >= self.objective.underrun_share:
            missed.append(f"{self.underrun_share:.1%} ran dry")
        audible = self.audible_s.get("p95", math.inf)
        if audible > self.objective.audible_p95_s:
            missed.append(f"p95 to the first sound {audible:.2f} s")
        if self.error_share > self.objective.error_share:
            missed.append(f"{self.error_share:.1%} errors")
        return tuple(missed)

    @property
    def met(self) -> bool:
        return not self.missed

    def to_json(self) -> dict[str, Any]:
        ends: tuple[End, ...] = ("complete", "cut", "refused", "failed")
        return {
            "rate": self.rate,
            "seconds": self.seconds,
            "whole": self.whole,
            "asked": self.asked,
            **{end: self.count(end) for end in ends},
            "audible_s": self.audible_s,
            "ended_s": percentiles([one.ended_s for one in self.heard if one.end == "complete"]),
            "gap_s": percentiles([gap for one in self.heard for gap in one.gaps_s]),
            "underrun_share": self.underrun_share,
            "stalled_s": percentiles([one.stalled_s for one in self.heard if one.stalls]),
            "audio_s": sum(one.audio_s for one in self.heard),
            "generator_late_ms": percentiles([1000 * late for late in self.lateness]),
            "missed": list(self.missed),
        }
