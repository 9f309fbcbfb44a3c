"""Where the text that expat reads out of a document stands in it."""

from __future__ import annotations

import re
from xml.parsers import expat

import numpy as np

from engines.reading.draft import Traced

# What is one character of text and several of the document.
ESCAPED = re.compile(r"&[^;&<]{1,40};|\r\n")
FIRST_BYTE, CONTINUES = 0xC0, 0x80  # of the bytes of UTF-8, all but the first of a character


class Source:
    """A document, and the places in it.

    Args:
        encoded: the document in UTF-8, of which expat counts the bytes.
        parser: reads it, and tells where it is.
    """

    def __init__(self, text: str, encoded: bytes, parser: expat.XMLParserType) -> None:
        self._text = text
        self._parser = parser
        self._characters = None  # (bytes,) int: which character each byte belongs to
        if len(encoded) > len(text):
            octets = np.frombuffer(encoded, dtype=np.uint8)
            self._characters = np.cumsum((octets & FIRST_BYTE) != CONTINUES) - 1

    def place(self, text: str) -> Traced:
        """Text that begins where the parser is."""
        first = self._here()
        escaped = ESCAPED.match(self._text, first)
        if escaped and len(text) == 1:
            return Traced(text, [first], [escaped.end()])
        return Traced(
            text, range(first, first + len(text)), range(first + 1, first + 1 + len(text))
        )

    def point(self, text: str) -> Traced:
        """Text that is not written, and stands for the character where the parser is."""
        first = min(self._here(), len(self._text) - 1)
        return Traced(text, [first] * len(text), [first + 1] * len(text))

    def _here(self) -> int:
        byte = self._parser.CurrentByteIndex
        if self._characters is None:
            return byte
        return int(self._characters[min(byte, len(self._characters) - 1)])
