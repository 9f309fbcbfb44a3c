"""When each character of a text is heard, as ElevenLabs' clients read it.

Word times, wherever they come from, are the one source: the characters of a word share its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.reading.duration import character_seconds, estimate_seconds
from engines.reading.words import places
from serve_app.store.values import Json
from serve_app.web.elevenlabs.tags import read_tags
from serve_app.web.word_times import HeardWord, heard_words, words_within
from serve_app.work import word_times as work


@dataclass(slots=True)
class Characters:
    """Characters in order, and when each begins and ends to be heard."""

    characters: list[str] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)  # seconds
    ends: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """What each of them stands for in what is said, nothing for a tag; empty: each for itself."""

    def add(self, text: str, language: str, start: float, end: float) -> None:
        """Characters that share a time, each by its estimated length."""
        lengths = [character_seconds(one, language) for one in text]
        total = sum(lengths)
        if total == 0:
            lengths, total = [1.0] * len(text), float(len(text))
        at = start
        for one, length in zip(text, lengths, strict=True):
            self.characters.append(one)
            self.starts.append(at)
            at += (end - start) * length / total
            self.ends.append(at)

    def part(self, first: int, last: int) -> Characters:
        """Some of them."""
        of = slice(first, last)
        return Characters(self.characters[of], self.starts[of], self.ends[of], self.said[of])

    def as_said(self) -> Characters:
        """The same without tags."""
        if not self.said:
            return self
        kept = [at for at, one in enumerate(self.said) if one]
        return Characters(
            [self.said[at] for at in kept],
            [self.starts[at] for at in kept],
            [self.ends[at] for at in kept],
        )

    def in_seconds(self) -> dict[str, Any]:
        """As answers over HTTP have it."""
        return {
            "characters": self.characters,
            "character_start_times_seconds": [round(one, 3) for one in self.starts],
            "character_end_times_seconds": [round(one, 3) for one in self.ends],
        }

    def in_milliseconds(self) -> dict[str, Any]:
        """As messages of a WebSocket have it."""
        starts, ends = ([round(one * 1000) for one in times] for times in (self.starts, self.ends))
        return {
            "chars": self.characters,
            "charStartTimesMs": starts,
            "charDurationsMs": [end - start for start, end in zip(starts, ends, strict=True)],
        }


def characters_of(
    text: str, language: str, words: Sequence[HeardWord], start: float, end: float
) -> Characters:
    """Every character of a text once, in order, from `start` to `end`.

    What stands between two words is heard between them, the last character until the end.

    Args:
        words: in order, of this text.
    """
    heard = Characters()
    at, now = 0, start
    for word in words:
        begun = min(max(now, word.start), end)
        heard.add(text[at : word.first], language, now, begun)
        at, now = word.last, min(max(begun, word.end), end)
        heard.add(text[word.first : at], language, begun, now)
    heard.add(text[at:], language, now, end)
    if heard.ends:
        heard.ends[-1] = end
    return heard


def whole_text(text: str, request: Json, record: Json | None, seconds: float) -> Characters:
    """When each character of a finished job is heard: by its words, where they were kept.

    Args:
        request: of the job.
        record: what is kept of when its words are heard.
        seconds: of its audio.
    """
    if record is None:
        aligner = Aligner(text, request)
        return aligner.until(aligner.parts, seconds)
    known = work.HeardText.from_record(record).words
    words = [HeardWord(*word.sent, word.start, word.end) for word in known]
    heard = characters_of(text, request["language"], words, 0.0, seconds)
    heard.said = list(read_tags(text).said)
    return heard


class Aligner:
    """Tells when the characters of a job's text are heard, piece by piece as they are made.

    Args:
        text: as it was sent.
        request: of the job.
    """

    def __init__(self, text: str, request: Json) -> None:
        self._text = text
        self._language: str = request["language"]
        self._parts: list[str | float] = request["parts"]
        pieces = [part for part in self._parts if isinstance(part, str)]
        tagged = read_tags(text)
        self._said = tagged.said
        self._seen = tagged.seen
        self._stretches = list(_stretches(tagged.text, pieces))
        self._pieces = 0  # that were taken
        self._taken = 0  # parts
        self._seconds = 0.0  # to their end
        self._at = 0  # characters
        self._told = 0  # characters, of which the times were told
        self._words: list[work.HeardWord] = []  # that are known

    def learn(self, words: Iterable[work.HeardWord]) -> None:
        """Words of what comes next, by the engine's own times."""
        self._words += words

    @property
    def parts(self) -> int:
        return len(self._parts)

    def until(self, parts: int, seconds: float) -> Characters:
        """The characters of the parts that have come since, the last of which ends at `seconds`.
        Where their words are not known, estimated within what came at once."""
        heard = self._until(parts, seconds)
        told, self._told = self._told, self._told + len(heard.characters)
        heard.said = list(self._said[told : self._told])
        return heard

    def _until(self, parts: int, seconds: float) -> Characters:
        new = self._parts[self._taken : parts]
        self._taken = max(self._taken, parts)
        if (known := self._known(new, seconds)) is not None:
            return known
        pauses = sum(part for part in new if not isinstance(part, str))
        costs = [estimate_seconds(one, self._language) for one in new if isinstance(one, str)]
        spoken = max(0.0, seconds - self._seconds - pauses)
        rate = spoken / sum(costs) if costs else 0.0
        heard = Characters()
        for part in new:
            if isinstance(part, str):
                self._add_piece(heard, estimate_seconds(part, self._language) * rate)
            else:
                self._seconds = min(self._seconds + part, seconds)
                self._pause_to(heard, self._seconds)
        if self._taken >= len(self._parts):  # what is behind the last of them is never heard
            heard.add(self._text[self._at :], self._language, self._seconds, seconds)
            self._at = len(self._text)
        self._seconds = seconds
        return heard

    def _known(self, new: Sequence[str | float], seconds: float) -> Characters | None:
        """The same by words that are known; None where none are."""
        pieces = sum(isinstance(part, str) for part in new)
        last = len(self._text)
        if self._taken < len(self._parts):
            ends = [end for _, end in self._stretches[self._pieces : self._pieces + pieces]]
            last = ends[-1] if ends else self._at
        words = words_within(self._words, self._at, last, self._seconds)
        if not words:
            return None
        seconds = max(seconds, words[-1].end)  # of what is encoded, a little is held back
        text = self._text[self._at : last]
        heard = characters_of(text, self._language, words, self._seconds, seconds)
        self._words = [word for word in self._words if word.sent[0] >= last]
        self._seconds, self._at = seconds, last
        self._pieces += pieces
        return heard

    def _add_piece(self, heard: Characters, seconds: float) -> None:
        first, last = self._stretches[self._pieces]
        self._pieces += 1
        start, self._seconds = self._seconds, self._seconds + seconds
        heard.add(self._text[self._at : first], self._language, start, start)
        text = self._text[first:last]
        words = heard_words(self._seen[first:last], self._language, start, self._seconds)
        inside = characters_of(text, self._language, words, start, self._seconds)
        heard.characters += inside.characters
        heard.starts += inside.starts
        heard.ends += inside.ends
        self._at = last

    def _pause_to(self, heard: Characters, seconds: float) -> None:
        """A pause belongs to what was heard before it."""
        if heard.ends:
            heard.ends[-1] = seconds


def _stretches(text: str, pieces: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each piece stands in the text as it was sent."""
    at = 0
    for traced in places(text, pieces):
        first = max(at, traced.starts[0])
        at = max(first, traced.ends[-1])
        yield first, at
