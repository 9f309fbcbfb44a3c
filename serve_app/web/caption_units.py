"""A text cut where a caption may end, each stretch with the time at which it is heard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from serve_app.work.word_times import HeardText

OPENING = frozenset({"Ps", "Pi", "Sc"})  # categories of what belongs to the word behind it
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
HIRAGANA = re.compile(r"[\u3041-\u309f]")
# What East Asian lines do not begin with: small kana, marks of length and of repetition.
NEVER_FIRST = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々〻ゝゞヽヾ・～〜")
CLOSERS = "\"'”’」』）)]】〉》»›"
SENTENCE_END = re.compile(rf"[.!?…。！？]+[\s{re.escape(CLOSERS)}]*$")
CLAUSE_END = re.compile(rf"[,;:、，；：–—―]+[\s{re.escape(CLOSERS)}]*$")

NOTHING, SPACE, CLAUSE, LINE, SENTENCE, PARAGRAPH = range(6)
"""What ends with a unit: the larger, the better a place to end a caption."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word as it is written, with the signs around it."""

    text: str
    start: float  # seconds
    end: float
    spaced: bool  # a space stands before it


@dataclass(frozen=True, slots=True)
class Unit:
    """Words that no line may part."""

    tokens: tuple[Token, ...]
    ends: int  # one of NOTHING to PARAGRAPH

    @property
    def start(self) -> float:
        return self.tokens[0].start

    @property
    def end(self) -> float:
        return self.tokens[-1].end

    @property
    def spaced(self) -> bool:
        return self.tokens[0].spaced

    @property
    def columns(self) -> int:
        """Without the space before it."""
        return columns(text_of(self.tokens))


def text_of(tokens: Sequence[Token]) -> str:
    joined = "".join(f" {one.text}" if one.spaced else one.text for one in tokens)
    return joined.removeprefix(" ") if tokens and tokens[0].spaced else joined


def columns(text: str) -> int:
    """How wide a text is, where an East Asian character is two wide."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def units_of(heard: HeardText, most_columns: int) -> list[Unit]:
    """A text's units, none wider than `most_columns`."""
    units: list[Unit] = []
    gathered: list[Token] = []
    tokens = list(_tokens(heard))
    for at, (token, ends) in enumerate(tokens):
        gathered.append(token)
        behind = tokens[at + 1][0] if at + 1 < len(tokens) else None
        if behind is None or behind.spaced or _may_part(token.text, behind.text):
            units += _cut(Unit(tuple(gathered), ends), most_columns)
            gathered = []
    return units


def _tokens(heard: HeardText) -> Iterator[tuple[Token, int]]:
    """The words with the signs around them, and what ends with each."""
    text, words = heard.text, [word for word in heard.words if word.shown[0] < word.shown[1]]
    if not words:
        return
    begin = text[: words[0].shown[0]]  # what stands before the first word belongs to it
    spaced = False
    for at, word in enumerate(words):
        first, last = word.shown
        behind = words[at + 1].shown[0] if at + 1 < len(words) else None
        gap = text[last:behind]
        mine, others = (gap.rstrip(), "") if behind is None else _shared(gap)
        written = " ".join(f"{begin}{text[first:last]}{mine}".split())
        yield Token(written, word.start, word.end, spaced), _ending(text[first:last], written, gap)
        begin, spaced = others, any(map(str.isspace, gap))


def _shared(gap: str) -> tuple[str, str]:
    """What of the signs between two words belongs to the first, and what to the second."""
    line = gap.rfind("\n")
    if line >= 0:
        return gap[:line].rstrip(), gap[line:].strip()
    pieces = re.split(r"(\s+)", gap)
    if len(pieces) == 1:
        at = len(gap)
        while at and _opens(gap[at - 1]):
            at -= 1
        return gap[:at], gap[at:]
    mine, others = pieces[0], pieces[-1]
    apart = [piece for piece in pieces[1:-1] if not piece.isspace()]
    while apart and _opens(apart[-1]):
        others = f"{apart.pop()} {others}"
    return " ".join([mine, *apart]), others


def _opens(signs: str) -> bool:
    return all(unicodedata.category(one) in OPENING or one in "¿¡" for one in signs)


def _ending(word: str, written: str, gap: str) -> int:
    """What ends with a word, by the signs behind it."""
    if gap.count("\n") > 1:
        return PARAGRAPH
    if SENTENCE_END.search(written) and not word.endswith("."):  # 'Dr.' is a word
        return SENTENCE
    if "\n" in gap:
        return LINE
    if CLAUSE_END.search(written):
        return CLAUSE
    return SPACE if any(map(str.isspace, gap)) else NOTHING


def _may_part(one: str, other: str) -> bool:
    """Whether a line may end between two words without a space: one of them is East Asian."""
    if not one or not other or other[0] in NEVER_FIRST:
        return False
    if unicodedata.category(one[-1]) in OPENING:
        return False
    if HIRAGANA.match(other) and one[-1].isalnum():
        return False  # what a word of Japanese ends with: particles, inflections
    wide = (one[-1], other[0])
    return any(
        unicodedata.east_asian_width(char) in "WF" and not HANGUL.match(char) for char in wide
    )


def _cut(unit: Unit, most_columns: int) -> Iterator[Unit]:
    """A unit that is too wide for any line, in parts that are not, at any character."""
    if unit.columns <= most_columns:
        yield unit
        return
    tokens = [part for token in unit.tokens for part in _cut_token(token, most_columns)]
    gathered: list[Token] = []
    for token in tokens:
        if gathered and columns(text_of([*gathered, token])) > most_columns:
            yield Unit(tuple(gathered), NOTHING)
            gathered = []
        gathered.append(token)
    yield Unit(tuple(gathered), unit.ends)


def _cut_token(token: Token, most_columns: int) -> Iterator[Token]:
    text, at = token.text, 0
    share = (token.end - token.start) / max(1, len(text))
    while at < len(text):
        length = 1
        while at + length < len(text) and columns(text[at : at + length + 1]) <= most_columns:
            length += 1
        start = token.start + share * at
        part = replace(token, text=text[at : at + length], start=start, end=start + share * length)
        yield part if not at else replace(part, spaced=False)
        at += length
