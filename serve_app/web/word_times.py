"""When each word of a sentence is about to be heard, by how long its letters usually last."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.reading.duration import character_seconds

# What is written without spaces is told character by character, as captions have it.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class HeardWord:
    """`text[first:last]`, heard from `start` to `end`."""

    first: int  # characters (code points)
    last: int
    start: float  # seconds
    end: float


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


def word_times(text: str, language: str, start: float, end: float) -> list[dict[str, object]]:
    """The same as answers have it."""
    return [
        {
            "text": text[word.first : word.last],
            "start": round(word.start, 3),
            "end": round(word.end, 3),
        }
        for word in heard_words(text, language, start, end)
    ]
