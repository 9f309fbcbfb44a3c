"""Gathers text, pauses and marks into runs while a document is read."""

from __future__ import annotations

from engines.reading.markup import Pause
from engines.reading.ssml.document import Manner, Mark, Run, letters_in

PARAGRAPH_S = 0.4  # of silence between two paragraphs


class Runs:
    """What has been read so far: `items`, and the run that is being gathered."""

    def __init__(self) -> None:
        self.items: list[Run | Pause] = []
        self._manner = Manner()
        self._text: list[str] = []
        self._marks: list[Mark] = []
        self._sounds: dict[str, str] = {}
        self._paragraph_ended = False

    def say(self, text: str, manner: Manner) -> None:
        """More text; in another manner it begins a run of its own."""
        if manner != self._manner and text.strip():
            self.end_run()
            self._manner = manner
        self._text.append(text)

    def sound(self, word: str, sound: str) -> None:
        """How a word of the run is pronounced."""
        self._sounds[word] = sound

    def mark(self, name: str) -> None:
        self._marks.append(Mark(name, letters_in("".join(self._text))))

    def pause(self, seconds: float) -> None:
        self.end_run()
        self._paragraph_ended = False  # a pause that is written takes the place of its own
        self.items += [Pause(seconds)] if seconds else []

    def end_paragraph(self) -> None:
        """Silence, as soon as something follows."""
        self.end_run()
        self._paragraph_ended = bool(self.items) and isinstance(self.items[-1], Run)

    def end_run(self) -> None:
        text = " ".join("".join(self._text).split())
        if text and self._paragraph_ended:
            self.items.append(Pause(PARAGRAPH_S))
            self._paragraph_ended = False
        if text or self._marks:
            self.items.append(Run(text, self._manner, tuple(self._marks), self._sounds))
        self._text, self._marks, self._sounds = [], [], {}
