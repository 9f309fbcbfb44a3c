"""French text to words."""

from __future__ import annotations

import re
from functools import cache

from engines.reading.base import Warn
from engines.reading.fr.letters import spelled_out
from engines.reading.fr.words import WORDS
from engines.reading.readable.reader import Reader

ELIDED = re.compile(r"(\b(?:millions?|milliards?) d') ")


@cache
def reader() -> Reader:
    return Reader(WORDS)


def read(text: str, warn: Warn) -> str:
    return spelled_out(ELIDED.sub(r"\1", reader().read(text, warn)))
