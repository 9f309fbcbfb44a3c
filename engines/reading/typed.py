"""Sentences of a text that is still being written."""

from __future__ import annotations

from engines.reading.split import WIDE_ENDS, sentences


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
        if not spans:
            return []
        ended = [self._text[span.start : span.end] for span in spans]
        self._text = self._text[spans[-1].end :]
        return ended

    def flush(self) -> list[str]:
        """Whatever there is, ended or not."""
        rest, self._text = self._text, ""
        return [rest[span.start : span.end] for span in sentences(rest, self._language)]

    def clear(self) -> None:
        self._text = ""
