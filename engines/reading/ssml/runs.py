"""Gathers text, pauses and marks into runs while a document is read."""

from __future__ import annotations

import re

from engines.reading.draft import Traced
from engines.reading.markup import Pause
from engines.reading.ssml.document import Manner, Mark, Run, letters_in

PARAGRAPH_S = 0.4  # of silence between two paragraphs
SPACE = re.compile(r"\s+")


class Runs:
    """What has been read so far: `items`, and the run that is being gathered."""

    def __init__(self) -> None:
        self.items: list[Run | Pause] = []
        self._manner = Manner()
        self._text: list[Traced] = []
        self._marks: list[Mark] = []
        self._sounds: dict[str, str] = {}
        self._paragraph_ended = False

    def say(self, text: Traced, manner: Manner) -> None:
        """More text; in another manner it begins a run of its own."""
        if manner != self._manner and text.text.strip():
            self.end_run()
            self._manner = manner
        self._text.append(text)

    def sound(self, word: str, sound: str) -> None:
        """How a word of the run is pronounced."""
        self._sounds[word] = sound

    def mark(self, name: str) -> None:
        self._marks.append(Mark(name, sum(letters_in(one.text) for one in self._text)))

    def pause(self, seconds: float) -> None:
        self.end_run()
        self._paragraph_ended = False  # a pause that is written takes the place of its own
        self.items += [Pause(seconds)] if seconds else []

    def end_paragraph(self) -> None:
        """Silence, as soon as something follows."""
        self.end_run()
        self._paragraph_ended = bool(self.items) and isinstance(self.items[-1], Run)

    def end_run(self) -> None:
        place = Traced.joined(self._text)
        place.sub(SPACE, " ")
        place.strip()
        text = place.text
        if text and self._paragraph_ended:
            self.items.append(Pause(PARAGRAPH_S))
            self._paragraph_ended = False
        if text or self._marks:
            run = Run(text, self._manner, tuple(self._marks), self._sounds, place)
            self.items.append(run)
        self._text, self._marks, self._sounds = [], [], {}
