"""Passes over a text: a pattern, and what is said for what it finds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from engines.reading.draft import Say

Pass = tuple[re.Pattern[str], Say]

# Patterns that start with a whole word, which are quickly told apart.
WORD_FIRST = re.compile(r"\\b(?:\(\?:)?\[?[A-Za-zÀ-ÿ]")


def compiled(passes: Iterable[tuple[str, Say]]) -> list[Pass]:
    """In order; runs of patterns that start with a word are looked for all at once.

    Of those the first that fits at a place wins, as it would one after the other.
    """
    out: list[Pass] = []
    for word_first, run in groupby(passes, lambda one: bool(WORD_FIRST.match(one[0]))):
        few = [(re.compile(pattern), say) for pattern, say in run]
        out += [at_once(few)] if word_first and len(few) > 1 else few
    return out


def at_once(passes: Sequence[Pass]) -> Pass:
    # Their own groups would be numbered anew, so what is found is matched again by itself.
    alternatives = "|".join(ungrouped(pattern.pattern) for pattern, _ in passes)

    def say(found: re.Match[str]) -> str:
        for pattern, one in passes:
            again = pattern.match(found.string, found.start())
            if again and again.end() == found.end():
                return again.expand(one) if isinstance(one, str) else one(again)
        return found[0]

    return re.compile(rf"\b(?:{alternatives})"), say


def ungrouped(pattern: str) -> str:
    """Without its word boundary in front, and without groups that are remembered."""
    bare = pattern.removeprefix(r"\b")
    bare = f"(?:{bare})" if "|" in bare else bare
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", bare)
