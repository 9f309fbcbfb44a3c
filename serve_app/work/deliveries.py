"""How the pieces of a dialogue are spoken, each in its own way, as a job's record keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from engines.base import Waveform

MIN_SPEED, MAX_SPEED = 0.5, 2.0
MAX_PITCH = 12.0  # semitones, up and down

OWN = ""
"""The voice of a delivery that is the order's: converted where the order is a clone."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who speaks, and how."""

    language: str  # a code
    speaker: str
    speed: float
    pitch: float  # semitones
    gain: float = 0.0  # dB
    voice: str | None = OWN  # the id of a registered one; None: the base speaker, unconverted
    pronunciations: dict[str, str] = field(default_factory=dict)  # of words in its pieces
    open_speaker: bool = False  # nobody named one: a clone starts from the nearest to its voice


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark, by the part of the order that it stands in."""

    name: str
    part: int  # among pieces and pauses; as many as there are: the end
    share: float  # of that part which is heard before it


@dataclass(frozen=True, slots=True)
class Staging:
    """Who speaks which piece of an order."""

    deliveries: list[Delivery]
    of_pieces: list[int]  # an index among the deliveries for each piece
    marks: list[PlacedMark] = field(default_factory=list)
    embeddings: dict[str, str] = field(default_factory=dict)  # base64 of safetensors, by voice

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        return cls(
            [Delivery(**one) for one in record["deliveries"]],
            list(record["of_pieces"]),
            [PlacedMark(**one) for one in record["marks"]],
            dict(record["embeddings"]),
        )

    def delivery(self, piece: int) -> Delivery:
        return self.deliveries[self.of_pieces[piece]]

    def with_nearest(self, nearest: Callable[[str], str | None]) -> Staging:
        """The same, where the order's own voice is a clone's: its open speakers are those that the
        voice is nearest to, by language."""
        return replace(
            self,
            deliveries=[
                replace(one, speaker=nearest(one.language) or one.speaker)
                if one.open_speaker and one.voice == OWN
                else one
                for one in self.deliveries
            ],
        )


def with_gain(waveform: Waveform, gain: float) -> Waveform:
    """The same sound by so many dB louder, as far as it does not clip."""
    if gain == 0.0 or len(waveform.samples) == 0:
        return waveform
    factor = 10 ** (gain / 20)
    peak = float(np.abs(waveform.samples).max())
    if gain > 0 and peak > 0:
        factor = min(factor, max(1.0, 1 / peak))
    return replace(waveform, samples=(waveform.samples * factor).astype(np.float32))
