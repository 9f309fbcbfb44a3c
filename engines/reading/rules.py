"""How an engine wants its texts: where they are cut, and which pronunciations it can take.

An engine names its rules in `EngineInfo.text_rules`. Whoever prepares text for an engine in another
process (the ingress does) finds them here by that name, without importing the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

ESPEAK, NATURAL, MELO, MELO_AS_UPSTREAM = "espeak", "natural", "melo", "melo-as-upstream"

MODULES = {
    ESPEAK: "engines.embedded.text_rules",
    NATURAL: "engines.embedded.text_rules",
    MELO: "engines.reading.melo_rules",
    MELO_AS_UPSTREAM: "engines.reading.melo_rules",
}


class TextRules(Protocol):
    """Light: its modules import no network, no dictionary and no other library of an engine."""

    soon: bool
    """Whether a stream's first pieces may end within a clause: whole ones would take the engine too
    long, and it joins what it says in parts by `Utterance.before` and `after`."""

    def split(self, text: str, language: str) -> list[str]:
        """Pieces in order, each short enough to be spoken at once and with something to say."""

    def check(self, language: str, spelled: str) -> None:
        """Raise `PronunciationError` for what cannot be read, `NoPronunciations` where none can."""


def text_rules(name: str) -> TextRules:
    """The rules of an engine; those of the embedded one for an engine that names none."""
    module = import_module(MODULES[name or ESPEAK])
    return cast(TextRules, module.create(name))
