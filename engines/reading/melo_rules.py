"""MeloTTS's text rules, for whoever prepares its texts elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from engines.errors import NoPronunciations
from engines.reading.melo_split import split
from engines.reading.registry import MODULES, front_end
from engines.reading.rules import MELO_AS_UPSTREAM
from engines.reading.stand_ins import RESPELLED


class MeloRules:
    """See `TextRules`."""

    soon = False

    def __init__(self, upstream_quirks: bool) -> None:
        self.upstream_quirks = upstream_quirks

    def split(self, text: str, language: str) -> list[str]:
        return split(text, language, self.upstream_quirks)

    def check(self, language: str, spelled: str) -> None:
        reader(language)(spelled)


@cache
def reader(language: str) -> Callable[[str], object]:
    if language not in MODULES:
        raise NoPronunciations(f"{language} takes no pronunciations")
    readers: Mapping[str, Callable[[str], object]] = RESPELLED
    return readers.get(language) or front_end(language).pronunciation


def create(name: str) -> MeloRules:
    return MeloRules(upstream_quirks=name == MELO_AS_UPSTREAM)
