"""The words that will be said for a text, and where each stands in the text as it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engines.reading.clean import clean
from engines.reading.draft import Traced
from engines.reading.markup import PAUSE
from engines.reading.said import say
from engines.reading.segmenters import segmenter

FARTHEST_SIGN = 16  # characters ahead in which a sign of a piece is looked for


@dataclass(frozen=True, slots=True)
class Word:
    """One word that is said; `text[start:end]` is what it stands for.

    Several words may stand for the same stretch: '$3.50' is 'three dollars fifty cents'. Neither
    `start` nor `end` ever decreases from one word to the next.
    """

    said: str
    start: int  # characters (code points)
    end: int
    phones: str | None = None  # as the engine has them; None where it cannot tell


@dataclass(frozen=True, slots=True)
class Reading:
    """What is said for a text."""

    said: str
    words: tuple[Word, ...]
    warnings: tuple[str, ...] = ()

    def with_phones(self, phones_of: Callable[[str], str | None]) -> Reading:
        words = tuple(replace(word, phones=phones_of(word.said) or None) for word in self.words)
        return replace(self, words=words)


def read_piece(language: str, piece: str) -> Reading:
    """What the one reader says for a piece of text, without phones."""
    draft = Traced(piece)
    clean(draft)
    warnings: dict[str, None] = {}  # each once, in order
    say(language, draft, lambda message: warnings.setdefault(message, None))
    words = tuple(
        Word(draft.text[start:end], *draft.span(start, end))
        for start, end in word_spans(language, draft.text)
    )
    return Reading(draft.text, words, tuple(warnings))


def word_spans(language: str, said: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word of what is said; punctuation is none."""
    for start, end in segmenter(language)(said):
        while start < end and not said[start].isalnum():
            start += 1
        while end > start and not said[end - 1].isalnum():
            end -= 1
        if start < end:
            yield start, end


def places(text: str | Traced, pieces: Sequence[str]) -> list[Traced]:
    """Where each piece of a text lies in the text as it was sent.

    The pieces are those that a text's rules made of it: in order, with every letter and digit,
    while spaces and signs may have changed.

    Args:
        text: a traced one is rewritten, and may have been before.
    """
    whole = text if isinstance(text, Traced) else Traced(text)
    clean(whole)
    whole.sub(PAUSE, " ")
    walk = _Walk(whole)
    return [walk.place(piece) for piece in pieces]


class _Walk:
    """Goes through a text once, beside its pieces."""

    def __init__(self, whole: Traced) -> None:
        self.whole = whole
        self.at = 0

    def place(self, piece: str) -> Traced:
        found = [self._find(char) for char in piece]
        starts = [self.whole.starts[at] for at in found]
        ends = [self.whole.ends[at] for at in found]
        return Traced(piece, starts, ends)

    def _find(self, char: str) -> int:
        """The place of the next character of a piece."""
        text = self.whole.text
        found = text.find(char, self.at) if char.isalnum() else self._find_sign(char)
        if found < 0:  # put in by the rules: it stands where the next one does
            return min(self.at, len(text) - 1)
        self.at = found + 1
        return found

    def _find_sign(self, char: str) -> int:
        text = self.whole.text
        for at in range(self.at, min(self.at + FARTHEST_SIGN, len(text))):
            if text[at] == char:
                return at
            if text[at].isalnum():
                break
        here = text[self.at : self.at + 1]  # the same sign, written otherwise
        same = here and not here.isalnum() and here.isspace() == char.isspace()
        return self.at if same else -1
