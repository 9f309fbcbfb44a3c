"""Text rules of the embedded engine and the natural one, for whoever prepares texts elsewhere."""

from __future__ import annotations

from engines.embedded.pronounce import written
from engines.reading.rules import NATURAL
from engines.reading.split import split_text


class EspeakRules:
    """See `TextRules`."""

    def __init__(self, *, soon: bool) -> None:
        self.soon = soon

    def split(self, text: str, language: str) -> list[str]:
        return split_text(text, language)

    def check(self, language: str, spelled: str) -> None:
        written(language, spelled)


def create(name: str) -> EspeakRules:
    return EspeakRules(soon=name == NATURAL)
