"""Cuts a text into pieces short enough to be spoken at once, before any normalization.

Piece lengths matter: the checkpoints speak pieces of the lengths upstream uses best, so both
splitters cut where upstream's do. With `upstream_quirks` off, they leave numbers and dotted
abbreviations whole, keep question marks, and no piece grows without bound.
"""

from __future__ import annotations

import re

from engines.reading.dense import WIDE_COMMA
from engines.reading.files import IN_CAPITALS
from engines.reading.readable.marks_of_length import in_quotation

SPACED = frozenset({"EN", "ES", "FR"})  # languages split like text with spaces between words

DESIRED, MAXIMUM = 256, 512  # characters of one piece: cut after a sentence, cut anywhere
DENSE_MINIMUM = 10  # ZH JP KR: sentences are joined until they are longer than this
DENSE_SHORT = 2  # and a piece this short goes to its neighbour
DENSE_MAXIMUM = 160  # about half a minute of speech; upstream has no limit

UPSTREAM_STRIPPED = re.compile(r"[<>()\[\]\"«»]+")
# Brackets and signs are left to the reader, but one that closes a sentence hides its end.
STRIPPED = re.compile(r"[\"«»]+|(?<=[.!?])[)\]]+")
SPACES = re.compile(r"\s+")
DENSE_SPACES = re.compile(r"[\n\t ]+")
ONLY_MARKS = re.compile(r"[\s.,;:!?]*")
UPSTREAM_SIGNS = str.maketrans("。！？；，“”‘’", "....,\"\"''")
SIGNS = str.maketrans("。！？；，“”‘’", ".!?;,\"\"''")

UPSTREAM_MARK = re.compile(r"([,.?!])")
# A sentence that follows without a space gets one: 'the end.No', but not 'Ph.D.' or '3.50'.
UPPER = r"[^\W\d_a-zß-öø-ÿ]"
MARK = re.compile(
    rf"((?<=[^\W\d_]{{2}})\.(?={UPPER}(?!\.))(?!(?:{IN_CAPITALS})\b)|[?!](?={UPPER})|,(?=[^\W\d_])(?<![0-9],))"
)
UPSTREAM_DENSE_MARK = re.compile(r"(?<=[,.!?;])")
WIDE_STOP = re.compile("(?<=。)")
# Not in a number, an address or a Korean date: 3.5, www.example.com, 2024. 1. 5.
DENSE_MARK = re.compile(
    r"(?<=[!?;](?![A-Za-z0-9=]))|(?<=,)(?!(?<=[0-9０-９],)[0-9０-９])"
    r"|(?<=\.)(?!(?<=[0-9]\.)\s?[0-9]|(?<=[A-Za-z0-9]\.)[A-Za-z0-9]|(?<=[\s、,(=<>≈率为]\.)[0-9])"
)


def split(text: str, language: str, upstream_quirks: bool = False) -> list[str]:
    """Pieces in order. Text without anything to say gives none."""
    if language in SPACED:
        return split_spaced(text, upstream_quirks)
    return split_dense(text, upstream_quirks)


def split_spaced(text: str, upstream_quirks: bool = False) -> list[str]:
    """EN, ES, FR: whole sentences up to 256 characters, cut at the latest at 512."""
    text = text.translate(UPSTREAM_SIGNS if upstream_quirks else SIGNS)
    stripped = UPSTREAM_STRIPPED.sub("", text) if upstream_quirks else STRIPPED.sub(apart, text)
    text = SPACES.sub(" ", stripped)
    text = (UPSTREAM_MARK if upstream_quirks else MARK).sub(r"\1 ", text)
    pieces = (piece.strip() for piece in cut(SPACES.sub(" ", text)))
    return [piece for piece in pieces if not ONLY_MARKS.fullmatch(piece)]


def apart(found: re.Match[str]) -> str:
    """Quotation marks leave nothing behind, but words that they part stay apart."""
    text, start, end = found.string, found.start(), found.end()
    if found[0] == '"' and text[start - 1 : start].isnumeric() and not in_quotation(text, start):
        return found[0]  # inches
    around = text[start - 1 : start] + text[end : end + 1]
    return " " if len(around) == 2 and around.isalnum() else ""


def cut(text: str) -> list[str]:
    """Walk the text once, remembering the last sentence end; a piece starts after the last cut."""
    pieces: list[str] = []
    start, position, sentence_end = 0, -1, -1
    last = len(text) - 1
    while position < last:
        position += 1
        length = position + 1 - start
        if length >= MAXIMUM:
            position = overlong(text, start, position, sentence_end)
        elif ends_sentence(text, position):
            # Upstream's look-ahead does not see the last character, and takes it along.
            while (
                position < last
                and position + 1 - start < MAXIMUM
                and (position + 1 >= last or text[position + 1] in "!?.")
            ):
                position += 1
            sentence_end = position
            if position + 1 - start < DESIRED:
                continue
        else:
            continue
        pieces.append(text[start : position + 1])
        start, sentence_end = position + 1, -1
    return [*pieces, text[start:]]


def ends_sentence(text: str, position: int) -> bool:
    char = text[position]
    if char in "!?":
        return True
    return char in ".," and (position + 1 >= len(text) - 1 or text[position + 1] == " ")


def overlong(text: str, start: int, position: int, sentence_end: int) -> int:
    """Where a piece of 512 characters ends: after its last sentence, else at a space."""
    if sentence_end >= 0:
        return sentence_end
    while text[position] not in "!?. " and position + 1 - start > DESIRED:
        position -= 1
    return position


def split_dense(text: str, upstream_quirks: bool = False) -> list[str]:
    """ZH, JP, KR: cut at every mark, joined until over 10 characters."""
    if upstream_quirks:
        text = re.sub("[。！？；]", ".", text).replace("，", ",")
        parts = UPSTREAM_DENSE_MARK.split(DENSE_SPACES.sub(" ", text))
    else:
        # A wide full stop is no decimal point: cut there before it becomes a narrow one.
        whole = (
            DENSE_SPACES.sub(" ", WIDE_COMMA.sub(", ", part).translate(SIGNS))
            for part in WIDE_STOP.split(text)
        )
        parts = [sentence for part in whole for sentence in DENSE_MARK.split(part)]
    sentences = [part.strip() for part in parts]
    if not sentences[-1]:
        del sentences[-1]
    pieces: list[str] = []
    waiting: list[str] = []
    for index, sentence in enumerate(sentences):
        waiting.append(sentence)
        if sum(map(len, waiting)) > DENSE_MINIMUM or index == len(sentences) - 1:
            pieces.append(" ".join(waiting))
            waiting = []
    pieces = merge_short(pieces)
    if upstream_quirks:
        return pieces
    return [part for piece in pieces for part in capped(piece) if not ONLY_MARKS.fullmatch(part)]


def merge_short(pieces: list[str]) -> list[str]:
    """A piece of one or two characters joins the next one, the last joins the one before."""
    merged: list[str] = []
    for piece in pieces:
        if merged and len(merged[-1]) <= DENSE_SHORT:
            merged[-1] += " " + piece
        else:
            merged.append(piece)
    if len(merged) > 1 and len(merged[-1]) <= DENSE_SHORT:
        short = merged.pop()
        merged[-1] += " " + short
    return merged


def capped(piece: str) -> list[str]:
    """Cut what has no punctuation, at the last space of each stretch where there is one."""
    parts: list[str] = []
    start = 0
    while len(piece) - start > DENSE_MAXIMUM:
        space = piece.rfind(" ", start + DENSE_MAXIMUM // 2, start + DENSE_MAXIMUM)
        end = space if space > 0 else start + DENSE_MAXIMUM
        parts.append(piece[start:end].strip())
        start = end
    return [*parts, piece[start:].strip()]
