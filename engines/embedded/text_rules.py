"""The embedded engine's text rules, for whoever prepares its texts elsewhere."""

from __future__ import annotations

from engines.embedded.pronounce import written
from engines.reading.split import split_text


class EspeakRules:
    """See `TextRules`."""

    def split(self, text: str, language: str) -> list[str]:
        return split_text(text, language)

    def check(self, language: str, spelled: str) -> None:
        written(language, spelled)


def create(_name: str) -> EspeakRules:
    return EspeakRules()
