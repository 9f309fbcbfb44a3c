"""When the words of a whole job are heard, and what of the text as it was sent each stands for."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from engines.base import Waveform
from engines.reading.draft import Traced
from engines.reading.ssml.document import letters_in
from engines.reading.ssml.parse import parse
from engines.reading.timing import WordTime
from engines.reading.words import places
from serve_app.store.values import Json
from serve_app.work.assembly import Voiced
from serve_app.work.deliveries import PlacedMark
from serve_app.work.orders import SpeechOrder

logger = logging.getLogger(__name__)

Stretch = tuple[int, int]
"""The first character (code point) and the one after the last."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word that is heard from `start` to `end`."""

    start: float  # seconds
    end: float
    shown: Stretch  # of `HeardText.text`
    sent: Stretch  # of the text as it was sent: another where that is SSML


@dataclass(frozen=True, slots=True)
class HeardText:
    """A text, and when its words are heard; neither time nor place ever decreases."""

    text: str  # as it was sent; of SSML what stands between the tags
    language: str
    words: Sequence[HeardWord]

    def to_record(self) -> Json:
        rows = [
            [round(word.start, 3), round(word.end, 3), *word.shown, *word.sent]
            if word.sent != word.shown
            else [round(word.start, 3), round(word.end, 3), *word.shown]
            for word in self.words
        ]
        return {"text": self.text, "language": self.language, "words": rows}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        words = [_word_of(*row) for row in record["words"]]
        return cls(record["text"], record["language"], words)


def _word_of(start: float, end: float, first: int, last: int, *sent: int) -> HeardWord:
    shown = (first, last)
    return HeardWord(start, end, shown, (sent[0], sent[1]) if sent else shown)


def heard_text(order: SpeechOrder, voiced: Mapping[int, Voiced]) -> HeardText | None:
    """What is heard of an order; None where no piece has word times. Blocks.

    Words that stand for the same characters are one: '$3.50' is heard as long as 'three dollars
    fifty cents' is.
    """
    if not any(isinstance(piece, Waveform) and piece.words for piece in voiced.values()):
        return None
    if order.staging is not None and not order.source:
        return None  # an older release took the job, and kept no text
    try:
        return _heard_text(order, voiced)
    except Exception:
        # The audio is there, and nobody shall lose it for the sake of its captions.
        logger.exception("the words of a text could not be placed")
        return None


def _heard_text(order: SpeechOrder, voiced: Mapping[int, Voiced]) -> HeardText:
    if order.staging is None:
        spoken, shown = Traced(order.text), None
    else:
        document = parse(order.text, order.language)
        spoken, shown = document.spoken, document.shown
    times: list[tuple[WordTime, Stretch]] = []
    for time, sent in _placed(order, voiced, places(spoken, order.pieces())):
        if times and sent[0] < times[-1][1][1]:
            times[-1] = _joined(times[-1], (time, sent))
        else:
            times.append((time, sent))
    words = [
        HeardWord(time.start, time.end, sent if shown is None else _within(shown, sent), sent)
        for time, sent in times
    ]
    return HeardText(order.text if shown is None else shown.text, order.language, words)


def _placed(
    order: SpeechOrder, voiced: Mapping[int, Voiced], traced: Sequence[Traced]
) -> Iterator[tuple[WordTime, Stretch]]:
    """The words of all pieces in order, by the times of the whole audio."""
    for begin, index, piece in _timeline(order, voiced):
        if isinstance(piece, Waveform) and index is not None:
            for word in piece.words:
                yield word.later(begin), traced[index].span(word.first, word.last)


def _timeline(
    order: SpeechOrder, voiced: Mapping[int, Voiced]
) -> Iterator[tuple[float, int | None, Voiced | float]]:
    """When each part of an order begins, and its number among the pieces, if it is one."""
    at = 0.0
    index = 0
    for part in order.parts:
        if not isinstance(part, str):
            yield at, None, part
            at += part
            continue
        piece = voiced[index]
        yield at, index, piece
        at += piece.seconds if isinstance(piece, Waveform) else 0.0
        index += 1


def _joined(
    one: tuple[WordTime, Stretch], other: tuple[WordTime, Stretch]
) -> tuple[WordTime, Stretch]:
    (first, place), (last, next_place) = one, other
    end = max(first.end, last.end)
    time = WordTime(min(first.start, last.start), end, first.first, last.last)
    return time, (place[0], max(place[1], next_place[1]))


def _within(shown: Traced, sent: Stretch) -> Stretch:
    """What is shown for a stretch of the text that was sent."""
    first, last = (bisect_left(shown.starts, at) for at in sent)
    return first, last


def marks_report(order: SpeechOrder, voiced: Mapping[int, Voiced]) -> Json:
    """When the marks of SSML are heard, for a job's report."""
    if order.staging is None or not order.staging.marks:
        return {}
    timeline = list(_timeline(order, voiced))
    last = max((begin + _length(part) for begin, _, part in timeline), default=0.0)
    marks = []
    for mark in order.staging.marks:
        if mark.part < len(timeline):
            begin, _, part = timeline[mark.part]
            text = order.parts[mark.part]
            seconds = begin + _before(mark, text if isinstance(text, str) else "", part)
        else:
            seconds = last
        marks.append({"name": mark.name, "seconds": round(seconds, 3)})
    return {"marks": marks}


def _before(mark: PlacedMark, text: str, part: Voiced | float) -> float:
    """Seconds of a part that are heard before a mark in it: until the next word begins."""
    if not isinstance(part, Waveform):
        return 0.0
    if not part.words:  # the engine does not tell, and letters have to
        return mark.share * part.seconds
    letters = round(mark.share * letters_in(text))
    behind = (word.start for word in part.words if letters_in(text[: word.first]) >= letters)
    return next(behind, part.seconds)


def _length(part: Voiced | float) -> float:
    if isinstance(part, Waveform):
        return part.seconds
    return part if isinstance(part, float) else 0.0
