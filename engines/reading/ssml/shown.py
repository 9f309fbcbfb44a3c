"""What is shown of SSML while it is spoken: the text between the tags, as it is written."""

from __future__ import annotations

import re

from engines.reading.draft import Traced

SPACE = re.compile(r"\s+")
SPACES = re.compile(" {2,}")
BREAK = re.compile(r" ?\n[ \n]*")
LINES = frozenset({"p", "s"})  # after which a line ends
APART = frozenset({"break", "voice", "lang"})  # which part two words


class Shown:
    """Gathers it while a document is read."""

    def __init__(self) -> None:
        self._parts: list[Traced] = []

    def add(self, text: Traced) -> None:
        """More text; its line breaks mean nothing."""
        copy = Traced.joined([text])
        copy.sub(SPACE, " ")
        self._parts.append(copy)

    def part(self, name: str, space: Traced) -> None:
        """An element of this name has ended; `space` is a space that stands there."""
        if name in LINES:
            self._parts.append(Traced("\n", space.starts, space.ends))
        elif name in APART:
            self._parts.append(space)

    def finish(self) -> Traced:
        shown = Traced.joined(self._parts)
        shown.sub(BREAK, "\n")
        shown.sub(SPACES, " ")
        shown.strip()
        return shown
