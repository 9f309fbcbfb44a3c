"""Spanish text to words."""

from __future__ import annotations

from functools import cache

from engines.reading.base import Warn
from engines.reading.es.letters import spelled_out
from engines.reading.es.words import WORDS
from engines.reading.readable.reader import Reader


@cache
def reader() -> Reader:
    return Reader(WORDS)


def read(text: str, warn: Warn) -> str:
    return spelled_out(reader().read(text, warn))
