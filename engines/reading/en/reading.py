"""English text to words."""

from __future__ import annotations

import re
from functools import cache

from engines.reading.base import Warn
from engines.reading.draft import Draft
from engines.reading.en.words import WORDS
from engines.reading.readable.reader import Reader

CAMEL_CASE = re.compile(r"([a-z])([A-Z])")


@cache
def reader() -> Reader:
    return Reader(WORDS)


def read(draft: Draft, warn: Warn) -> None:
    """Capitals stay: whoever speaks knows which of them are words."""
    reader().read(draft, warn)
    # After the units: 'kHz' is one.
    draft.sub(CAMEL_CASE, r"\1 \2")
