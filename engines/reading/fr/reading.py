"""French text to words."""

from __future__ import annotations

import re
from functools import cache

from engines.reading.base import Warn
from engines.reading.draft import Draft
from engines.reading.fr.letters import spell_out
from engines.reading.fr.words import WORDS
from engines.reading.readable.reader import Reader

ELIDED = re.compile(r"(\b(?:millions?|milliards?) d') ")


@cache
def reader() -> Reader:
    return Reader(WORDS)


def read(draft: Draft, warn: Warn) -> None:
    reader().read(draft, warn)
    draft.sub(ELIDED, r"\1")
    spell_out(draft)
