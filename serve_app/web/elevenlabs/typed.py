"""Sentences of a text with tags that is still being written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engines.reading.split import Span, sentences
from engines.reading.typed import TypedText, ended
from serve_app.web.elevenlabs.tags import read_tags

CLOSING = re.compile(r"\s{0,200}</phoneme\s{0,20}>", re.IGNORECASE)
NAMES = ("<break", "</break", "<phoneme", "</phoneme")
NEXT = "A"  # stands for a sentence that follows
LONGEST = 1_000  # characters of a tag: from there on an open one is text


class TypedTags(TypedText):
    """Gathers it and gives each sentence with its tags. A tag may be cut anywhere: while it is
    open, what it is in has not ended. A break belongs to the sentence behind it."""

    def write(self, text: str) -> list[str]:
        self._text += text
        closed = self._text[: opened(self._text)]
        seen = read_tags(closed).seen
        behind = closed[len(seen.rstrip()) :].lower()
        follows = NEXT if "<break" in behind else ""  # nothing is joined across a break
        return self._taken(ended(seen + follows, self._language))

    def flush(self) -> list[str]:
        """Whatever there is, but for a break that nothing follows yet."""
        said = self._taken(sentences(read_tags(self._text).seen, self._language))
        self._text = self._text.lstrip()
        return said

    def _taken(self, spans: Iterable[Span]) -> list[str]:
        at = 0
        said = []
        for span in spans:
            closing = CLOSING.match(self._text, span.end)
            end = closing.end() if closing else span.end
            said.append(self._text[at:end].strip())
            at = end
        self._text = self._text[at:]
        return said


def opened(text: str) -> int:
    """Where a tag begins that has not ended; the text's length where none has."""
    lowered = text.lower()
    near = max(0, len(text) - LONGEST)
    last = lowered.rfind("<", near)
    tail = lowered[last:] if last >= 0 else ""
    is_tag = any(tail.startswith(name) or name.startswith(tail) for name in NAMES)
    at = last if tail and ">" not in tail and is_tag else len(text)
    word = lowered.rfind("<phoneme", near)
    return at if word < 0 or CLOSING.search(lowered, word) else min(at, word)
