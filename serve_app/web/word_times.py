"""When the words of a text are heard: as the engines tell, or by how long letters usually last.

The estimate is for where nobody knows better: with `quality.word_times` off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engines.reading.duration import character_seconds
from serve_app.work import word_times as work

# What is written without spaces is told character by character, as captions have it.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class HeardWord:
    """`text[first:last]`, heard from `start` to `end`."""

    first: int  # characters (code points)
    last: int
    start: float  # seconds
    end: float


def words_within(
    words: Iterable[work.HeardWord], first: int, last: int, start: float
) -> list[HeardWord]:
    """Those that stand for characters from `first` up to `last` of the text as it was sent, counted
    from there, none before `start` in time or before another."""
    found: list[HeardWord] = []
    at = start
    for word in words:
        begin, until = word.sent
        if first <= begin and until <= last:
            one = HeardWord(
                begin - first, until - first, max(word.start, at), max(word.end, word.start, at)
            )
            found.append(one)
            at = one.end
    return found


def heard_words(text: str, language: str, start: float, end: float) -> list[HeardWord]:
    """Words in order, with seconds between `start` and `end`: a share each by its estimated length.
    Estimates: the engines do not say when a word begins."""
    spans = [word.span() for word in WORD.finditer(text)]
    lengths = [sum(character_seconds(one, language) for one in text[a:b]) for a, b in spans]
    total = sum(lengths)
    if total == 0:
        return []
    heard: list[HeardWord] = []
    at = start
    for (first, last), length in zip(spans, lengths, strict=True):
        until = at + (end - start) * length / total
        heard.append(HeardWord(first, last, at, until))
        at = until
    return heard
