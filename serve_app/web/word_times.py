"""When each word of a sentence is about to be heard, by how long its letters usually last."""

from __future__ import annotations

import re

from engines.reading.duration import character_seconds

# What is written without spaces is told character by character, as captions have it.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")


def word_times(text: str, language: str, start: float, end: float) -> list[dict[str, object]]:
    """Words in order, with seconds between `start` and `end`: a share each by its estimated length.
    Estimates: the engines do not say when a word begins."""
    words = WORD.findall(text)
    lengths = [sum(character_seconds(one, language) for one in word) for word in words]
    total = sum(lengths)
    if total == 0:
        return []
    times: list[dict[str, object]] = []
    at = start
    for word, length in zip(words, lengths, strict=True):
        until = at + (end - start) * length / total
        times.append({"text": word, "start": round(at, 3), "end": round(until, 3)})
        at = until
    return times
