"""When each word of a text is heard, by the times of the phones that were spoken.

An engine knows how long each of its phones lasts, and for each word the phones that it has alone.
What is spoken in a row differs from that a little: "of the" may be one sound, and a weak "a" has
another vowel. So the phones that were spoken are laid beside those of the words, with as few
changes as can be, and each belongs to the word that it lies beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engines.reading.words import Word

GAP = ""  # between two words, and a pause: no sound
NO_SOUND = frozenset(" ˈˌː^'͡\u0329\u200d_|-")  # of what phones are written with


@dataclass(frozen=True, slots=True)
class TimedPhone:
    """One phone as it is heard, or `GAP`."""

    symbol: str
    start: float  # seconds
    end: float


@dataclass(frozen=True, slots=True)
class WordTime:
    """A word as it is heard; `text[first:last]` of the utterance's text is what it stands for."""

    start: float  # seconds
    end: float
    first: int  # characters
    last: int

    def later(self, seconds: float) -> WordTime:
        return replace(self, start=self.start + seconds, end=self.end + seconds)


def sounds(ipa: str) -> tuple[str, ...]:
    """The phones of a word that is written in IPA, without stress, length and ties."""
    return tuple(char for char in ipa if char not in NO_SOUND)


def split_phones(phones: Iterable[TimedPhone]) -> list[TimedPhone]:
    """Phones whose symbols are several letters of IPA as one for each letter, their time shared."""
    split: list[TimedPhone] = []
    for phone in phones:
        letters = sounds(phone.symbol) or (GAP,)
        share = (phone.end - phone.start) / len(letters)
        split += [
            TimedPhone(letter, phone.start + share * at, phone.start + share * (at + 1))
            for at, letter in enumerate(letters)
        ]
    return split


def time_words(
    words: Sequence[Word], alone: Sequence[Sequence[str]], heard: Sequence[TimedPhone]
) -> tuple[WordTime, ...]:
    """When each word is heard: from its first phone to the end of its last.

    A word without a phone of its own takes no time, at the end of the one before it.

    Args:
        alone: the phones that each word has by itself.
        heard: what was spoken, in order.
    """
    owners = _owners(alone, heard)
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for phone, owner in zip(heard, owners, strict=True):
        if owner >= 0 and phone.symbol != GAP:
            starts.setdefault(owner, phone.start)
            ends[owner] = phone.end
    times: list[WordTime] = []
    at = heard[0].start if heard else 0.0
    for index, word in enumerate(words):
        start = starts.get(index, at)
        at = ends.get(index, at)
        times.append(WordTime(start, at, word.start, word.end))
    return tuple(times)


def _owners(alone: Sequence[Sequence[str]], heard: Sequence[TimedPhone]) -> list[int]:
    """The word that each phone belongs to; -1 for gaps, and where there is no word at all."""
    expected: list[str] = []
    word_of: list[int] = []
    for index, phones in enumerate(alone):
        if expected:
            expected.append(GAP)
            word_of.append(-1)
        expected += phones
        word_of += [index] * len(phones)
    beside = _laid_beside([phone.symbol for phone in heard], expected)
    owners = [word_of[at] if at >= 0 else -1 for at in beside]
    return _filled(owners, heard, len(alone))


def _filled(owners: list[int], heard: Sequence[TimedPhone], words: int) -> list[int]:
    """A phone beside nothing goes to the word before it, unless a gap is between."""
    filled = list(owners)
    last, parted = -1, True
    waiting: list[int] = []  # phones for the next word
    for at, phone in enumerate(heard):
        if phone.symbol == GAP:
            parted = True
        elif owners[at] >= 0:
            for one in waiting:
                filled[one] = owners[at]
            waiting = []
            last, parted = owners[at], False
        elif parted:
            waiting.append(at)
        else:
            filled[at] = last
    for one in waiting:  # after the last word
        filled[one] = words - 1
    return filled


def _laid_beside(heard: Sequence[str], expected: Sequence[str]) -> list[int]:
    """For each phone that is heard the place of the one expected that it stands for; -1 for none.

    The least number of changes (Levenshtein), a row of the table at a time; a gap stands for no
    phone, nor a phone for a gap.
    """
    numbers: dict[str, int] = {GAP: 0}
    mine = [numbers.setdefault(symbol, len(numbers)) for symbol in heard]
    theirs = np.array([numbers.setdefault(symbol, len(numbers)) for symbol in expected], np.int32)
    steps = np.arange(len(theirs) + 1, dtype=np.int32)
    table = np.empty((len(mine) + 1, len(theirs) + 1), np.int32)  # (heard + 1, expected + 1)
    table[0] = steps
    for row, number in enumerate(mine, start=1):
        table[row] = _next_row(table[row - 1], _changes(number, theirs), steps)
    return _walk_back(table, mine, theirs)


def _changes(number: int, theirs: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """What it costs that a phone stands for each of those expected: (expected,)"""
    cost = (theirs != number).astype(np.int32)
    cost[(theirs == 0) != (number == 0)] = 2  # as much as one too many and one too few
    return cost


def _next_row(
    before: npt.NDArray[np.int32], changes: npt.NDArray[np.int32], steps: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    row = before + 1
    np.minimum(row[1:], before[:-1] + changes, out=row[1:])
    # What is expected and not heard costs one a place: a running minimum along the row.
    filled: npt.NDArray[np.int32] = np.minimum.accumulate(row - steps) + steps
    return filled


def _walk_back(
    table: npt.NDArray[np.int32], mine: Sequence[int], theirs: npt.NDArray[np.int32]
) -> list[int]:
    beside = [-1] * len(mine)
    row, column = len(mine), len(theirs)
    while row and column:
        cost = int(table[row, column])
        gap = (mine[row - 1] == 0) != (theirs[column - 1] == 0)
        change = int(mine[row - 1] != theirs[column - 1])
        if not gap and table[row - 1, column - 1] + change == cost:
            row, column = row - 1, column - 1
            beside[row] = column
        elif table[row - 1, column] + 1 == cost:
            row -= 1
        else:
            column -= 1
    return beside
