"""English text to words."""

from __future__ import annotations

import re
from functools import cache

from engines.reading.base import Warn
from engines.reading.en.words import WORDS
from engines.reading.readable.reader import Reader

CAMEL_CASE = re.compile(r"([a-z])([A-Z])")


@cache
def reader() -> Reader:
    return Reader(WORDS)


def read(text: str, warn: Warn) -> str:
    """Capitals stay: whoever speaks knows which of them are words."""
    # Units come before the parting of words: 'kHz' is one.
    return CAMEL_CASE.sub(r"\1 \2", reader().read(text, warn))
