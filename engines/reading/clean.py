"""Unicode hygiene: what reaches an engine is composed, visible and evenly spaced."""

from __future__ import annotations

import re
import unicodedata

# Control, format (bidirectional marks, zero-width characters, tags), lone surrogates, private use.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
# Stream-Safe Text (UAX #15) allows 30 combining marks in a row. Composition sorts each such run
# in quadratic time, so a text of nothing but marks would hold a core for minutes.
MAX_MARKS = 30
LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028]")
PARAGRAPH_END = "\u2029"


def clean_text(text: str) -> str:
    """NFC without invisible characters, whitespace collapsed, ends stripped.

    Of the whitespace a paragraph break is kept as two newlines and a line break as one, because
    sentences end there; everything else becomes one space.
    """
    lines = LINE_ENDS.sub("\n", text).replace(PARAGRAPH_END, "\n\n")
    return collapse_whitespace(unicodedata.normalize("NFC", visible(lines)))


def is_speakable(text: str) -> bool:
    """Whether there is at least one letter or digit, of any script."""
    return any(character.isalnum() for character in text)


def visible(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in INVISIBLE and not character.isspace():
            continue
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def collapse_whitespace(text: str) -> str:
    pieces: list[str] = []
    newlines = 0
    gap = False
    for character in text:
        if character.isspace():
            gap = True
            newlines += character == "\n"
            continue
        if gap and pieces:
            pieces.append("\n" * min(newlines, 2) or " ")
        gap, newlines = False, 0
        pieces.append(character)
    return "".join(pieces)
