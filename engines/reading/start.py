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
# The same of an engine that makes speech slowly. It makes some silence with each piece, and says a
# little of its neighbours: at 2.5 seconds a second these are ready when the one before was heard.
SOON_LIMITS_S = (1.2, 1.6, 3.0, 6.0)
SHORTEST_S = 0.4  # "Oh," alone would be out of breath
SHORTEST_PHRASE_S = 0.6  # where no mark says that a breath is taken
BY_HOW_MUCH = 1.5  # a piece may be longer than that where its first clause is

# Not at a full stop: within a piece it ends no sentence.
CLAUSE_END = re.compile(r"(?:[,;:—–!?…]+[\"'”’)\]»]*(?=\s)|[、，；：！？…]+[」』”’）】]*)\s*")

Part = str | float
"""A piece of text, or seconds of silence."""


def with_short_start(parts: Sequence[Part], language: str) -> list[Part]:
    """The same text, whose first pieces end at the end of a clause."""
    return _shortened(parts, language, [*LIMITS_S], within=False)[0]


def with_first_phrase(parts: Sequence[Part], language: str) -> tuple[list[Part], list[int]]:
    """The same with shorter pieces, which end between two phrases where no clause ends soon enough.
    And the numbers of those that go on with such a clause: each is said in one breath with the
    piece before it."""
    return _shortened(parts, language, [*SOON_LIMITS_S], within=True)


def _shortened(
    parts: Sequence[Part], language: str, limits: list[float], *, within: bool
) -> tuple[list[Part], list[int]]:
    shortened: list[Part] = []
    going_on: list[int] = []
    pieces = 0
    for part in parts:
        if not isinstance(part, str):
            shortened.append(part)
            continue
        for piece, goes_on in _cut(part, language, limits, within=within):
            shortened.append(piece)
            going_on += [pieces] * goes_on
            pieces += 1
    return shortened, going_on


def _cut(
    piece: str, language: str, limits: list[float], *, within: bool
) -> Iterator[tuple[str, bool]]:
    """Cut a piece as long as there are limits, and use them up. Each with whether it goes on with
    the clause of the one before."""
    goes_on = False
    while limits:
        limit_s = limits.pop(0)
        end, cuts_clause = _first_clause(piece, language, limit_s), False
        if end is None and within:
            end, cuts_clause = _first_phrase(piece, language, limit_s), True
        if end is None and within and estimate_seconds(piece, language) > limit_s:
            continue
        if end is None:
            break
        yield piece[:end].rstrip(), goes_on
        piece, goes_on = piece[end:], cuts_clause
    yield piece, goes_on


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
