"""Sentences of a text that is still being written."""

from __future__ import annotations

from engines.reading.split import LOOK_AHEAD, WIDE_ENDS, Span, first_visible, sentences


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
