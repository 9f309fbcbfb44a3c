"""What is read out of SSML: runs of text with their manner, pauses and marks, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engines.reading.draft import Traced
from engines.reading.markup import Pause


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run of text is spoken, on top of what the request says for all of it."""

    language: str | None = None  # a tag as it was written; None: the request's
    voice: str | None = None  # a name as it was written; None: the request's
    voice_language: str | None = None  # what was spoken where the voice was named
    rate: float = 1.0  # 2.0 speaks twice as fast
    pitch: float = 0.0  # semitones
    gain: float = 0.0  # dB


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text that the client wants to know the time of."""

    name: str
    letters: int = 0  # of the run, letters and digits that come before it


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one manner. It may hold no word at all, and only marks."""

    text: str
    manner: Manner
    marks: Sequence[Mark] = ()
    sounds: Mapping[str, str] = field(default_factory=dict)  # of words in it: `phoneme`
    place: Traced | None = field(default=None, compare=False)  # the text, in the document


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text."""

    items: Sequence[Run | Pause]
    warnings: Sequence[str]  # of what was left out
    shown: Traced = field(default_factory=lambda: Traced(""), compare=False)
    """What a reader would be shown: the text as it is written between the tags."""

    @property
    def spoken(self) -> Traced:
        """The text of all runs."""
        runs = [item.place for item in self.items if isinstance(item, Run) and item.place]
        return Traced.joined(part for run in runs if run.text for part in (run, _gap(run)))

    def voices(self) -> list[str]:
        """The names of the voices that speak in it, each once."""
        runs = (item for item in self.items if isinstance(item, Run))
        return list(dict.fromkeys(run.manner.voice for run in runs if run.manner.voice))


def _gap(run: Traced) -> Traced:
    """A space behind a run."""
    return Traced(" ", run.starts[-1:], run.ends[-1:])


def letters_in(text: str) -> int:
    """By how many a place in a text is known, however its spaces and signs are rewritten."""
    return sum(map(str.isalnum, text))
