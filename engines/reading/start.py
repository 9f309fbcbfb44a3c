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
SOON_S = 1.2  # of one more before them, which may end within a clause
SHORTEST_S = 0.4  # "Oh," alone would be out of breath
SHORTEST_PHRASE_S = 0.6  # where no mark says that a breath is taken
BY_HOW_MUCH = 1.5  # a piece may be longer than that where its first clause is

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


def with_first_phrase(parts: Sequence[Part], language: str) -> tuple[list[Part], bool]:
    """The same with one more piece before them, which is shorter still and may end between two
    phrases of a clause; and whether it does, so that it and the next are said in one breath."""
    at = next((at for at, part in enumerate(parts) if isinstance(part, str)), None)
    if at is None:
        return [*parts], False
    first = str(parts[at])
    end = _first_clause(first, language, SOON_S)
    within = end is None and (end := _first_phrase(first, language, SOON_S)) is not None
    cut: list[Part] = [first] if end is None else [first[:end].rstrip(), first[end:]]
    said, rest = cut[:-1], [*cut[-1:], *parts[at + 1 :]]
    return [*parts[:at], *said, *with_short_start(rest, language)], within


def _cut(piece: str, language: str, limits: list[float]) -> Iterator[str]:
    """Cut a piece as long as there are limits, and use them up."""
    while limits:
        end = _first_clause(piece, language, limits.pop(0))
        if end is None:
            break
        yield piece[:end].rstrip()
        piece = piece[end:]
    yield piece


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
