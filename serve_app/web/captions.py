"""Captions of a text that was heard: lines that can be read in the time that they are shown.

Lengths and times follow what the guides of subtitlers agree on: docs/captions.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from serve_app.web.caption_units import (
    CLAUSE,
    LINE,
    NOTHING,
    PARAGRAPH,
    SENTENCE,
    SPACE,
    Token,
    Unit,
    columns,
    text_of,
    units_of,
)
from serve_app.work.word_times import HeardText

MIN_S, MAX_S = 5 / 6, 7.0  # that one caption is shown
GAP_S = 1 / 12  # between two: two frames of film
SHORTEST_S = 0.2  # of a caption that gives way to the next
WIDE = frozenset({"ZH", "JP", "KR"})  # whose characters are two columns wide

# What it costs to end a caption behind a unit, by what ends there; and to go on beyond it.
END_COST = {NOTHING: 90, SPACE: 40, CLAUSE: 10, LINE: 6, SENTENCE: 0, PARAGRAPH: 0}
INSIDE_COST = {NOTHING: 0, SPACE: 0, CLAUSE: 0, LINE: 8, SENTENCE: 20, PARAGRAPH: 60}
CAPTION_COST = 15.0  # of one more
SHORT_COST = 60.0  # of a second that is missing to `MIN_S`
FAST_COST = 20.0  # of reading twice as fast as can be
SILENCE_COST, SILENCE_S = 100.0, 1.5  # of a silence within a caption, from that length on
REST_COST = 60.0  # a second of silence behind a caption is worth


@dataclass(frozen=True, slots=True)
class Layout:
    """How much may stand in a caption."""

    line_chars: int  # of a line; in East Asian languages full-width ones
    lines: int
    chars_per_second: float  # that can be read

    @classmethod
    def of(cls, language: str) -> Layout:
        return LAYOUTS.get(language, LAYOUTS["EN"])


LAYOUTS = {
    "EN": Layout(42, 2, 20.0),
    "ES": Layout(42, 2, 17.0),
    "FR": Layout(42, 2, 17.0),
    "ZH": Layout(16, 2, 9.0),
    "JP": Layout(13, 2, 4.0),
    "KR": Layout(16, 2, 12.0),
}


@dataclass(frozen=True)
class Caption:
    """What is shown from `start` to `end`."""

    start: float  # seconds
    end: float
    lines: Sequence[Sequence[Token]]

    @cached_property
    def text(self) -> list[str]:
        """Its lines."""
        return [text_of(line) for line in self.lines]


def caption(heard: HeardText, seconds: float, layout: Layout) -> list[Caption]:
    """The captions of a text. Takes milliseconds a page: not for an event loop.

    Args:
        seconds: of all audio.
    """
    return _Cutter(heard, seconds, layout).captions()


class _Cutter:
    """Finds the cheapest way to cut a text's units into captions."""

    def __init__(self, heard: HeardText, seconds: float, layout: Layout) -> None:
        self._scale = 2 if heard.language in WIDE else 1  # columns of a character
        self._columns = layout.line_chars * self._scale
        self._layout = layout
        self._units = units_of(heard, self._columns)
        self._widths = [unit.columns for unit in self._units]
        self._seconds = seconds
        # Silence behind each.
        starts = [*(unit.start for unit in self._units[1:]), seconds]
        self._rests = [
            max(0.0, until - unit.end) for unit, until in zip(self._units, starts, strict=False)
        ]

    def captions(self) -> list[Caption]:
        rough = [self._caption(first, last) for first, last in self._cut()]
        return [
            replace(one, end=self._shown_until(one, rough[at + 1 : at + 2]))
            for at, one in enumerate(rough)
        ]

    def _cut(self) -> list[tuple[int, int]]:
        """First unit and the one after the last of each caption."""
        units = self._units
        best = [0.0] + [math.inf] * len(units)
        before = [0] * (len(units) + 1)
        for first in range(len(units)):
            for last, cost in self._from(first):
                if best[first] + cost < best[last]:
                    best[last], before[last] = best[first] + cost, first
        cut: list[tuple[int, int]] = []
        at = len(units)
        while at:
            cut.append((before[at], at))
            at = before[at]
        return cut[::-1]

    def _from(self, first: int) -> Iterator[tuple[int, float]]:
        """Where a caption that begins with a unit may end, and what each costs."""
        units = self._units
        line, at, inside = 1, 0, 0.0
        for index in range(first, len(units)):
            unit = units[index]
            width = self._widths[index]
            space = int(unit.spaced and at > 0)
            if at + space + width > self._columns:
                line, at, space = line + 1, 0, 0
            at += space + width
            too_long = unit.end - units[first].start > MAX_S
            if index > first and (line > self._layout.lines or too_long):
                return
            yield index + 1, inside + self._cost(first, index)
            inside += INSIDE_COST[unit.ends]
            if self._rests[index] > SILENCE_S:
                inside += SILENCE_COST

    def _cost(self, first: int, last: int) -> float:
        """Of a caption of these units, the last one with them."""
        units = self._units
        unit, rest = units[last], self._rests[last]
        shown = unit.end + rest - units[first].start
        chars = sum(self._widths[first : last + 1], last - first) / self._scale
        cost = CAPTION_COST + SHORT_COST * max(0.0, MIN_S - shown)
        fast = chars / max(shown, 0.01) / self._layout.chars_per_second
        cost += min(FAST_COST, FAST_COST * max(0.0, fast - 1))
        if last + 1 < len(units):
            cost += max(0.0, END_COST[unit.ends] - REST_COST * rest)
        return cost

    def _caption(self, first: int, last: int) -> Caption:
        units = self._units[first:last]
        lines = [
            [token for unit in line for token in unit.tokens] for line in self._lines_of(units)
        ]
        return Caption(units[0].start, units[-1].end, lines)

    def _lines_of(self, units: Sequence[Unit]) -> list[Sequence[Unit]]:
        """As few lines as can be, about as long as each other, ended where it reads well."""
        for lines in range(1, self._layout.lines + 1):
            found = self._broken(units, lines)
            if found is not None:
                return found[1]
        return [units]

    def _broken(
        self, units: Sequence[Unit], lines: int
    ) -> tuple[float, list[Sequence[Unit]]] | None:
        """The best way to break units into so many lines, and its cost."""
        if lines == 1:
            width = _columns_of(units)
            return (float(width * width), [units]) if width <= self._columns else None
        best: tuple[float, list[Sequence[Unit]]] | None = None
        for at in range(1, len(units)):
            width = _columns_of(units[:at])
            if width > self._columns:
                break
            rest = self._broken(units[at:], lines - 1)
            if rest is None:
                continue
            awkward = END_COST[units[at - 1].ends] * self._columns / 4
            cost = width * width + awkward + rest[0]
            if best is None or cost < best[0]:
                best = cost, [units[:at], *rest[1]]
        return best

    def _shown_until(self, one: Caption, following: Sequence[Caption]) -> float:
        """A caption stays while it is read, and goes before the next comes."""
        chars = sum(map(columns, one.text)) / self._scale
        wanted = one.start + max(MIN_S, chars / self._layout.chars_per_second)
        if not following:
            return max(one.end, min(wanted, self._seconds))
        begins = following[0].start
        latest = begins - GAP_S if begins - GAP_S - one.start >= SHORTEST_S else begins
        return max(one.start, min(max(one.end, wanted), latest))


def _columns_of(units: Sequence[Unit]) -> int:
    return columns(text_of([token for unit in units for token in unit.tokens]))
