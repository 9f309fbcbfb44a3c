"""Sentences of a text that is still being written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from engines.reading.split import LOOK_AHEAD, WIDE_ENDS, Span, first_visible, sentences

END_OF_SSML = re.compile(r"</speak\s*>")


class Typed(Protocol):
    """Gathers what is written, and gives what is known to be whole."""

    def __len__(self) -> int: ...
    def write(self, text: str) -> list[str]: ...
    def flush(self) -> list[str]: ...
    def clear(self) -> None: ...


class TypedText:
    """Gathers what is written, and gives each sentence as soon as it is known to have ended: by
    what follows it, or by a full stop that ends it whatever follows."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._text = ""

    def __len__(self) -> int:
        return len(self._text)

    def write(self, text: str) -> list[str]:
        """What has ended with this."""
        self._text += text
        return self._taken(ended(self._text, self._language))

    def flush(self) -> list[str]:
        """Whatever there is, ended or not."""
        said = self._taken(sentences(self._text, self._language))
        self._text = ""
        return said

    def _taken(self, spans: Iterable[Span]) -> list[str]:
        """What stands at these places; what is behind them stays."""
        at = 0
        said = []
        for span in spans:
            said.append(self._text[span.start : span.end])
            at = span.end
        self._text = self._text[at:]
        return said

    def clear(self) -> None:
        self._text = ""


def ended(text: str, language: str) -> list[Span]:
    """The sentences at the beginning of a text that have ended, whatever is still to come."""
    spans = list(sentences(text, language))
    if spans and text[spans[-1].end - 1] not in WIDE_ENDS:
        spans.pop()
    while spans and not _has_ended(text, spans[-1]):
        spans.pop()
    return spans


def _has_ended(text: str, span: Span) -> bool:
    """Whether no letter that is still to come can join the sentence to what follows it."""
    known = first_visible(text, span.end) or len(text) >= span.end + LOOK_AHEAD
    return bool(known) or text[span.end - 1] in WIDE_ENDS


class TypedSsml:
    """The same of SSML: documents, each ended by its `</speak>` and by nothing else."""

    def __init__(self) -> None:
        self._text = ""

    def __len__(self) -> int:
        return len(self._text)

    def write(self, text: str) -> list[str]:
        self._text += text
        ended, at = [], 0
        for end in END_OF_SSML.finditer(self._text):
            ended.append(self._text[at : end.end()].lstrip())
            at = end.end()
        self._text = self._text[at:]
        return ended

    def flush(self) -> list[str]:
        rest, self._text = self._text, ""
        return [rest] if rest.strip() else []

    def clear(self) -> None:
        self._text = ""
