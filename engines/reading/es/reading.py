"""Spanish text to words."""

from __future__ import annotations

from functools import cache

from engines.reading.base import Warn
from engines.reading.draft import Draft
from engines.reading.es.letters import spell_out
from engines.reading.es.words import WORDS
from engines.reading.readable.reader import Reader


@cache
def reader() -> Reader:
    return Reader(WORDS)


def read(draft: Draft, warn: Warn) -> None:
    reader().read(draft, warn)
    spell_out(draft)
