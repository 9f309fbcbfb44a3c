"""Sentences of a text that is still being written."""

from __future__ import annotations

import re
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
        spans = list(sentences(self._text, self._language))
        if not spans:
            return []
        last = spans[-1]
        if self._text[last.end - 1] not in WIDE_ENDS:
            spans.pop()
        while spans and not self._has_ended(spans[-1]):
            spans.pop()
        if not spans:
            return []
        ended = [self._text[span.start : span.end] for span in spans]
        self._text = self._text[spans[-1].end :]
        return ended

    def _has_ended(self, span: Span) -> bool:
        """Whether no letter that is still to come can join the sentence to what follows it."""
        known = first_visible(self._text, span.end) or len(self._text) >= span.end + LOOK_AHEAD
        return bool(known) or self._text[span.end - 1] in WIDE_ENDS

    def flush(self) -> list[str]:
        """Whatever there is, ended or not."""
        rest, self._text = self._text, ""
        return [rest[span.start : span.end] for span in sentences(rest, self._language)]

    def clear(self) -> None:
        self._text = ""


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
