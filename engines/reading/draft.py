"""A text on its way from what is written to what is said.

Every step of the reader rewrites a `Draft`. Engines only want the outcome, so a `Draft` keeps
nothing else. A `Traced` one also knows, for each character it has become, the stretch of the
written text that this character stands for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

Say = str | Callable[[re.Match[str]], str]
Form = Literal["NFC", "NFKC"]
Edit = tuple[int, int, str]  # start and end of what is replaced, and by what; in order

# Numbers, Latin words, and single characters of everything else: what stays as it is. Spaces tell
# nothing: those of '1 200 €' are not those of 'mille deux cents euros'.
TOKEN = re.compile(r"\d+|[^\W\d_\u2e80-\uffff]+|\S")
LONGEST_ALIGNED = 400  # characters of one replacement; a longer one stands as a whole for a whole


class Draft:
    """A text that is rewritten step by step."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def sub(self, pattern: re.Pattern[str], say: Say) -> None:
        """Replace what a pattern finds."""
        self.text = pattern.sub(say, self.text)

    def translate(self, table: Mapping[int, str | None]) -> None:
        self.text = self.text.translate(table)

    def each(self, say: Callable[[str], str]) -> None:
        """Replace each character, in order, by what is said for it."""
        self.text = "".join(map(say, self.text))

    def normalize(self, form: Form) -> None:
        """Unicode's normal form of this name."""
        self.text = unicodedata.normalize(form, self.text)

    def strip(self, before: str | None = None, after: str | None = None) -> None:
        """Drop these characters at the two ends; white space where None."""
        self.text = self.text.lstrip(before).rstrip(after)


class Traced(Draft):
    """A draft that remembers where each of its characters comes from.

    `starts[i]` and `ends[i]` bound the stretch of the written text that `text[i]` stands for.
    Neither ever decreases from one character to the next, and no stretch of a written text that
    is not empty is: what is inserted stands for what it was put in front of.
    """

    __slots__ = ("ends", "starts")

    def __init__(self, text: str, starts: Iterable[int] = (), ends: Iterable[int] = ()) -> None:
        super().__init__(text)
        self.starts = list(starts) or list(range(len(text)))
        self.ends = list(ends) or list(range(1, len(text) + 1))

    def sub(self, pattern: re.Pattern[str], say: Say) -> None:
        edits: list[Edit] = []

        def noted(found: re.Match[str]) -> str:
            new = found.expand(say) if isinstance(say, str) else say(found)
            edits.append((found.start(), found.end(), new))
            return new

        self._replace(pattern.sub(noted, self.text), edits)

    def translate(self, table: Mapping[int, str | None]) -> None:
        self.each(lambda char: char.translate(table))

    def each(self, say: Callable[[str], str]) -> None:
        said = [say(char) for char in self.text]
        edits = (
            (at, at + 1, new)
            for at, (char, new) in enumerate(zip(self.text, said, strict=True))
            if new != char
        )
        self._replace("".join(said), edits)

    def normalize(self, form: Form) -> None:
        new = unicodedata.normalize(form, self.text)
        if new != self.text:
            self._replace(new, _normalized(self.text, form))

    def strip(self, before: str | None = None, after: str | None = None) -> None:
        kept = self.text.lstrip(before)
        first = len(self.text) - len(kept)
        kept = kept.rstrip(after)
        self.text = kept
        self.starts = self.starts[first : first + len(kept)]
        self.ends = self.ends[first : first + len(kept)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the written text that `text[start:end]` stands for."""
        return self.starts[start], self.ends[end - 1]

    def as_a_whole(self, text: str) -> Traced:
        """Another text, all of which stands for all of this one."""
        return Traced(text, self.starts[:1] * len(text), self.ends[-1:] * len(text))

    @classmethod
    def joined(cls, parts: Iterable[Traced]) -> Traced:
        """Several of the same written text, one behind the other."""
        rows = list(parts)
        return cls(
            "".join(row.text for row in rows),
            [start for row in rows for start in row.starts],
            [end for row in rows for end in row.ends],
        )

    def _replace(self, new_text: str, edits: Iterable[Edit]) -> None:
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in edits:
            starts += self.starts[done:start]
            ends += self.ends[done:start]
            done = end
            for first, last, length in _stretches(self.text, start, end, new):
                starts += [self.starts[first]] * length
                ends += [self.ends[last]] * length
        self.starts = starts + self.starts[done:]
        self.ends = ends + self.ends[done:]
        self.text = new_text


def _stretches(text: str, start: int, end: int, new: str) -> Iterator[tuple[int, int, int]]:
    """(first, last, length): of `new`, in order, so many characters stand for text[first:last + 1].

    What is unchanged inside stands for itself, and what is between for what was between. Where
    words have changed places there is no such order, and the whole stands for the whole.
    """
    if not new:
        return
    if start == end:
        at = start if start < len(text) else start - 1
        yield at, at, len(new)
        return
    before, after = _same_ends(text[start:end], new)
    yield from ((at, at, 1) for at in range(start, start + before))
    yield from _inside(text, start + before, end - after, new[before : len(new) - after])
    yield from ((at, at, 1) for at in range(end - after, end))


def _same_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts have in common, in whole tokens, at the start and the end."""
    if len(old) == 1:
        return 0, 0
    most = min(len(old), len(new))
    before = next((at for at in range(most) if old[at] != new[at]), most)
    before = min(_whole_tokens(old, before), _whole_tokens(new, before))
    most -= before
    after = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    after = min(_whole_tokens(old[::-1], after), _whole_tokens(new[::-1], after))
    return before, after


def _whole_tokens(text: str, length: int) -> int:
    """The same length, or less where it would end inside a word or a number."""
    while 0 < length < len(text) and text[length - 1].isalnum() and text[length].isalnum():
        length -= 1
    return length


def _inside(text: str, start: int, end: int, new: str) -> Iterator[tuple[int, int, int]]:
    if not new:
        return
    if start == end:  # put between what stays
        at = max(start - 1, 0)
        yield at, at, len(new)
        return
    found = _kept(text[start:end], new) if end - start > 1 else None
    if found is None:
        yield start, end - 1, len(new)
        return
    old_at = new_at = 0
    for old, at, length in [*found, (end - start, len(new), 0)]:
        if at > new_at:
            # Space that was put between two words belongs to the second.
            first = min(old_at, end - start - 1)
            yield start + first, start + max(old - 1, first), at - new_at
        for index in range(old, old + length):
            yield start + index, start + index, 1
        old_at, new_at = old + length, at + length


def _kept(old: str, new: str) -> list[tuple[int, int, int]] | None:
    """(place in `old`, place in `new`, length) of what stays, in order; None where that does not
    tell what the rest stands for."""
    if len(old) > LONGEST_ALIGNED or len(new) > 4 * LONGEST_ALIGNED:
        return None
    kept: list[tuple[int, int, int]] = []
    at = 0  # in `old`
    for token in TOKEN.finditer(new):
        place = old.find(token[0], at)
        if place >= 0:
            kept.append((place, token.start(), len(token[0])))
            at = place + len(token[0])
    old_at = new_at = 0
    for place, start, length in [*kept, (len(old), len(new), 0)]:
        if place == old_at and any(map(str.isalnum, new[new_at:start])):
            return None
        old_at, new_at = place + length, start + length
    return kept


def _normalized(text: str, form: Form) -> Iterator[Edit]:
    """A character with all that may join it, at a time."""
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and _joins(text[at]):
            continue
        new = unicodedata.normalize(form, text[start:at])
        if new != text[start:at]:
            yield start, at, new
        start = at


def _joins(char: str) -> bool:
    """Whether normalizing may make one character of this and the one before: marks, and the
    vowels and codas of Hangul."""
    return not char.isascii() and (
        unicodedata.category(char)[0] == "M"
        or "\u1160" <= char <= "\u11ff"
        or "\uff9e" <= char <= "\uff9f"  # voicing of half-width kana, which NFKC makes a mark
        or unicodedata.combining(char) != 0
    )
