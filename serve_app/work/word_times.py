"""When the words of a whole job are heard, and what of the text as it was sent each stands for."""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from engines.base import Waveform
from engines.reading.draft import Traced
from engines.reading.markup import PAUSE
from engines.reading.ssml.document import letters_in
from engines.reading.ssml.parse import parse
from engines.reading.timing import WordTime
from engines.reading.words import places
from serve_app.store.values import Json
from serve_app.work.assembly import Voiced
from serve_app.work.deliveries import PlacedMark
from serve_app.work.orders import SpeechOrder

logger = logging.getLogger(__name__)

SPACES = re.compile(" {2,}")
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]+")  # hyphens and joints that may be, and are not

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

    # As it was sent, without pauses and what nobody sees; of SSML what is between the tags.
    text: str
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
    reader = Placing(order)
    words = reader.take(voiced)
    return HeardText(reader.text, order.language, words) if words else None


class Placing:
    """Finds the words of an order in its text and in its audio, as far as that is there."""

    def __init__(self, order: SpeechOrder) -> None:
        self._order = order
        self._timeline = _Timeline(order)
        self._shown: Traced | None = None  # where that is not the text as it was sent
        self._places: Sequence[Traced] | None = None  # of the pieces; known with the first words
        self._broken = False
        self._reached = 0  # characters of the text that words of earlier pieces stand for

    @property
    def text(self) -> str:
        """What the words stand in; known once there are any."""
        return self._order.text if self._shown is None else self._shown.text

    def take(self, voiced: Mapping[int, Voiced]) -> list[HeardWord]:
        """The words of all that is there without a gap and was not taken before. Blocks."""
        words: list[HeardWord] = []
        for begin, index, piece in self._timeline.take(voiced):
            if index is not None and isinstance(piece, Waveform) and piece.words:
                words += self._placed(index, begin, piece.words)
        return words

    def _placed(self, index: int, begin: float, times: Sequence[WordTime]) -> list[HeardWord]:
        if self._broken or (self._order.staging is not None and not self._order.source):
            return []  # of SSML that an older release took, there is no text
        try:
            place = self._places_of_pieces()[index]
            words = _joined(
                [(time, self._beyond(place.span(time.first, time.last))) for time in times]
            )
        except Exception:
            # The audio is there, and nobody shall lose it for the sake of its captions.
            logger.exception("the words of a text could not be placed")
            self._broken = True
            return []
        self._reached = words[-1][1][1]
        return [
            HeardWord(time.start + begin, time.end + begin, self._within(sent), sent)
            for time, sent in words
        ]

    def _places_of_pieces(self) -> Sequence[Traced]:
        if self._places is None:
            if self._order.staging is None:
                spoken = Traced(self._order.text)
            else:
                document = parse(self._order.text, self._order.language)
                spoken, self._shown = document.spoken, document.shown
            self._shown = _without_marks(self._shown or spoken) or self._shown
            self._places = places(spoken, self._order.pieces())
        return self._places

    def _beyond(self, sent: Stretch) -> Stretch:
        """What of a stretch no earlier piece has: signs between two pieces may be in both."""
        first, last = sent
        return max(first, self._reached), max(last, self._reached)

    def _within(self, sent: Stretch) -> Stretch:
        """What is shown for a stretch of the text that was sent."""
        if self._shown is None:
            return sent
        first, last = (bisect_left(self._shown.starts, at) for at in sent)
        return first, last


def _without_marks(text: Traced) -> Traced | None:
    """A text as it is shown, where it has pauses or characters that nobody sees: a line of captions
    would be cut for their sake."""
    if not PAUSE.search(text.text) and not UNSEEN.search(text.text):
        return None
    shown = Traced.joined([text])
    shown.sub(UNSEEN, "")
    shown.sub(PAUSE, "")
    shown.sub(SPACES, " ")
    shown.strip()
    return shown


class _Timeline:
    """Walks through the parts of an order, as far as they are there."""

    def __init__(self, order: SpeechOrder) -> None:
        self._parts = order.parts
        self._part = 0
        self._piece = 0
        self._seconds = 0.0

    def take(
        self, voiced: Mapping[int, Voiced]
    ) -> Iterator[tuple[float, int | None, Voiced | float]]:
        """When each next part begins, its number among the pieces if it is one, and itself."""
        for part in self._parts[self._part :]:
            begin, index = self._seconds, None
            found: Voiced | float
            if isinstance(part, str):
                index = self._piece
                if index not in voiced:
                    return
                found = voiced[index]
                self._piece += 1
            else:
                found = part
            self._part += 1
            self._seconds += _length(found)
            yield begin, index, found


def _joined(words: Sequence[tuple[WordTime, Stretch]]) -> list[tuple[WordTime, Stretch]]:
    """Words that stand for the same characters as one."""
    joined: list[tuple[WordTime, Stretch]] = []
    for time, sent in words:
        if joined and sent[0] < joined[-1][1][1]:
            before, place = joined.pop()
            whole = WordTime(before.start, max(before.end, time.end), before.first, time.last)
            joined.append((whole, (place[0], max(place[1], sent[1]))))
        else:
            joined.append((time, sent))
    return joined


def marks_report(order: SpeechOrder, voiced: Mapping[int, Voiced]) -> Json:
    """When the marks of SSML are heard, for a job's report."""
    if order.staging is None or not order.staging.marks:
        return {}
    timeline = list(_Timeline(order).take(voiced))
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
