"""A text whose first pieces are short, so that it begins to sound before the rest is done.

A piece is spoken whole. While one is heard the next is made, so each may be about twice as long as
the one before: what a machine that speaks twice as fast as one listens can keep up with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from engines.reading.clean import is_speakable
from engines.reading.duration import estimate_seconds
from engines.reading.joints import joints

LIMITS_S = (2.5, 5.0)  # of the first pieces
SHORTEST_S = 0.4  # "Oh," alone would be out of breath
SHORTEST_PHRASE_S = 0.6  # where no mark says that a breath is taken
SOON_S = 1.4  # the first piece of an engine that is slow
# A piece should be ready when the one before was heard. What such an engine makes a second, and how
# much shorter it is nevertheless: while it is made nobody else's first piece is.
SPEED, SHORTER_S = 2.0, 1.1
ENOUGH_S = 6.0  # longer ones are cut no more
REACHES = (1, 2, 4)  # times that, within which an end is looked for, one after the other
BY_HOW_MUCH = 1.3  # a piece may be longer than that where its first clause is

# Not at a full stop: within a piece it ends no sentence.
CLAUSE_END = re.compile(r"(?:[,;:—–!?…]+[\"'”’)\]»]*(?=\s)|[、，；：！？…]+[」』”’）】]*)\s*")

Part = str | float
"""A piece of text, or seconds of silence."""


def with_short_start(parts: Sequence[Part], language: str) -> list[Part]:
    """The same text, whose first pieces end at the end of a clause."""
    limits = [*LIMITS_S]
    shortened: list[Part] = []
    for part in parts:
        shortened += _cut(part, language, limits) if isinstance(part, str) else [part]
    return shortened


def _cut(piece: str, language: str, limits: list[float]) -> Iterator[str]:
    """Cut a piece as long as there are limits, and use them up."""
    while limits:
        end = _first_clause(piece, language, limits.pop(0))
        if end is None:
            break
        yield piece[:end].rstrip()
        piece = piece[end:]
    yield piece


def with_first_phrase(parts: Sequence[Part], language: str) -> tuple[list[Part], list[int]]:
    """The same for an engine that is slow: its first pieces end between two phrases where no clause
    ends soon enough, and each lasts as long as can be made while the one before is heard. And the
    numbers of those that go on with such a clause: they are said in one breath with the piece
    before them."""
    shortened: list[Part] = []
    going_on: list[int] = []
    pieces, limit_s = 0, SOON_S
    for part in parts:
        if not isinstance(part, str):
            shortened.append(part)
            limit_s += SPEED * part
            continue
        for piece, goes_on in _cut_growing(part, language, limit_s):
            shortened.append(piece)
            going_on += [pieces] * goes_on
            pieces += 1
            limit_s = _made_while_heard(piece, language)
    return shortened, going_on


def _cut_growing(piece: str, language: str, limit_s: float) -> Iterator[tuple[str, bool]]:
    """A piece cut while it is much longer than the limit, which each part sets for the next. Each
    with whether it goes on with the clause of the one before."""
    goes_on = False
    while limit_s < ENOUGH_S and estimate_seconds(piece, language) > BY_HOW_MUCH * limit_s:
        reaches = (_first_end(piece, language, limit_s * factor) for factor in REACHES)
        found = next((end for end in reaches if end), None)
        if found is None:
            break
        end, within = found
        head, piece = piece[:end].rstrip(), piece[end:]
        yield head, goes_on
        goes_on = within
        limit_s = _made_while_heard(head, language)
    yield piece, goes_on


def _first_end(piece: str, language: str, limit_s: float) -> tuple[int, bool] | None:
    """Where a clause ends within the limit, or else a phrase; and whether it is a phrase. A clause
    that is much shorter than may be is gone on with: the next piece would have to be short, too."""
    clause = _first_clause(piece, language, limit_s)
    if clause and estimate_seconds(piece[:clause], language) > limit_s / 2:
        return clause, False
    phrase = _first_phrase(piece, language, limit_s)
    if phrase and phrase > (clause or 0):
        return phrase, True
    return (clause, False) if clause else None


def _made_while_heard(piece: str, language: str) -> float:
    """Seconds of speech."""
    return max(SHORTEST_PHRASE_S, SPEED * estimate_seconds(piece, language) - SHORTER_S)


def _first_clause(piece: str, language: str, limit_s: float) -> int | None:
    """Where to cut: at the last clause that ends within the limit, or else at the first."""
    ends = (clause.end() for clause in CLAUSE_END.finditer(piece))
    return _last_within(ends, piece, language, limit_s, SHORTEST_S)


def _first_phrase(piece: str, language: str, limit_s: float) -> int | None:
    """The same between phrases."""
    return _last_within(joints(piece, language), piece, language, limit_s, SHORTEST_PHRASE_S)


def _last_within(
    ends: Iterable[int], piece: str, language: str, limit_s: float, shortest_s: float
) -> int | None:
    """The last of these ends within the limit, or else the first that is not far beyond it."""
    if estimate_seconds(piece, language) <= limit_s:
        return None
    found = None
    for end in ends:
        if not is_speakable(piece[:end]) or not is_speakable(piece[end:]):
            continue
        seconds = estimate_seconds(piece[:end], language)
        if min(seconds, estimate_seconds(piece[end:], language)) < shortest_s:
            continue
        if seconds > limit_s:
            return found or (end if seconds <= BY_HOW_MUCH * limit_s else None)
        found = end
    return found
