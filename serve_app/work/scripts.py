"""A text as it is spoken: cut into pieces by the engine's rules, with its pauses between them."""

from __future__ import annotations

from dataclasses import dataclass

from config.settings import LimitSettings
from engines.errors import UnspeakableText
from engines.reading.clean import clean_text, is_speakable
from engines.reading.markup import Pause, malformed, segments, tag
from engines.reading.rules import TextRules
from serve_app.errors import TextTooLong

Part = str | float
"""A piece of text to speak, or seconds of silence."""


@dataclass(frozen=True, slots=True)
class Script:
    """Pieces and pauses in order."""

    parts: list[Part]
    warnings: list[str]


def check_length(text: str, limits: LimitSettings) -> None:
    """Raises TextTooLong."""
    limit = limits.max_text_chars
    if len(text) > limit:
        raise TextTooLong(
            f"The text has {len(text):,} characters; up to {limit:,} are accepted.",
            limit_chars=limit,
        )


def write_script(text: str, language: str, rules: TextRules, limits: LimitSettings) -> Script:
    """Clean a text, take its pauses out, and cut the rest as the engine wants it.

    Raises:
        UnspeakableText: there is no letter and no digit in it.
    """
    writer = ScriptWriter(rules, limits)
    writer.add_text(text, language)
    return writer.finish()


class ScriptWriter:
    """Writes a script, stretch by stretch."""

    def __init__(self, rules: TextRules, limits: LimitSettings) -> None:
        self.parts: list[Part] = []
        self._rules = rules
        self._limits = limits
        self._warnings: dict[str, None] = {}
        self._silence = 0.0  # seconds of all pauses

    def add_text(self, text: str, language: str) -> None:
        """The pieces and pauses of a text in one language, given by its code."""
        for segment in segments(clean_text(text)):
            if isinstance(segment, Pause):
                self.add_pause(segment.seconds)
                continue
            pieces = self._rules.split(segment, language)
            self.parts += [piece for piece in pieces if is_speakable(piece)]
            if meant := malformed(segment):
                self.warn(f"{meant!r} is read as text: a pause is written [pause 300ms].")
            if foreign := tag(segment):
                self.warn(f"{foreign!r} is read as text: SSML is asked for by its input_type.")

    def add_pause(self, seconds: float) -> None:
        """Silence, as long as the limits allow."""
        limits = self._limits
        if seconds > limits.max_pause_s:
            self.warn(f"Pauses are cut to {limits.max_pause_s:g} s.")
        seconds = min(seconds, limits.max_pause_s)
        if self._silence + seconds > limits.max_pauses_s:
            self.warn(f"All pauses together are cut to {limits.max_pauses_s:g} s.")
            seconds = limits.max_pauses_s - self._silence
        self._silence += seconds
        self.parts += [seconds] * (seconds > 0)

    def warn(self, message: str) -> None:
        self._warnings[message] = None

    def finish(self) -> Script:
        """Raises UnspeakableText."""
        if not any(isinstance(part, str) for part in self.parts):
            raise UnspeakableText(
                "The text has no letter, digit or other sign that can be said aloud."
            )
        return Script(self.parts, list(self._warnings))
