"""When the words of a whole job are heard, and what of the text as it was sent each stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from engines.base import Waveform
from engines.reading.timing import WordTime
from engines.reading.words import places
from serve_app.store.values import Json
from serve_app.work.assembly import Voiced
from serve_app.work.orders import SpeechOrder


@dataclass(frozen=True, slots=True)
class HeardWord:
    """`text[first:last]`, heard from `start` to `end`."""

    start: float  # seconds
    end: float
    first: int  # characters (code points)
    last: int

    def joined(self, other: HeardWord) -> HeardWord:
        return HeardWord(
            min(self.start, other.start),
            max(self.end, other.end),
            min(self.first, other.first),
            max(self.last, other.last),
        )


@dataclass(frozen=True, slots=True)
class HeardText:
    """A text, and when its words are heard; neither time nor place ever decreases."""

    text: str  # as it was sent; of SSML what is spoken, without the markup
    language: str
    words: Sequence[HeardWord]

    def to_record(self) -> Json:
        words = [[round(w.start, 3), round(w.end, 3), w.first, w.last] for w in self.words]
        return {"text": self.text, "language": self.language, "words": words}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        words = [HeardWord(*word) for word in record["words"]]
        return cls(record["text"], record["language"], words)


def heard_text(order: SpeechOrder, voiced: Mapping[int, Voiced]) -> HeardText | None:
    """What is heard of an order; None where no piece has word times. Blocks.

    Words that stand for the same characters are one: '$3.50' is heard as long as 'three dollars
    fifty cents' is.
    """
    words: list[HeardWord] = []
    for word in _placed(order, voiced):
        if words and word.first < words[-1].last:
            words[-1] = words[-1].joined(word)
        else:
            words.append(word)
    return HeardText(order.text, order.language, words) if words else None


def _placed(order: SpeechOrder, voiced: Mapping[int, Voiced]) -> Iterator[HeardWord]:
    """The words of all pieces in order, by the times of the whole audio."""
    at = 0.0
    for words, seconds, place in _in_order(order, voiced):
        for word in words:
            first, last = place(word.first, word.last)
            heard = word.later(at)
            yield HeardWord(heard.start, heard.end, first, last)
        at += seconds


def _in_order(
    order: SpeechOrder, voiced: Mapping[int, Voiced]
) -> Iterator[tuple[Sequence[WordTime], float, Any]]:
    """The words and the seconds of each part, and where the characters of a piece stand."""
    pieces = order.pieces()
    traced = places(order.text, pieces)
    numbers = iter(range(len(pieces)))
    for part in order.parts:
        if not isinstance(part, str):
            yield (), part, None
            continue
        index = next(numbers)
        piece = voiced.get(index)
        if isinstance(piece, Waveform):
            yield piece.words, piece.seconds, traced[index].span
