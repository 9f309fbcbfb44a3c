"""Text to sentences, in time linear in the text.

The scan only ever moves forward over characters; no regular expression can backtrack here,
because the text is whatever a stranger sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from engines.reading.clean import is_speakable
from engines.reading.openers import ends_too

# Characters in the longest piece: about 15 seconds of speech in either kind of script.
MAX_CHARS = {"EN": 240, "ES": 240, "FR": 240, "ZH": 80, "JP": 110, "KR": 110}
MIN_CHARS = {"EN": 16, "ES": 16, "FR": 16, "ZH": 6, "JP": 8, "KR": 8}  # shorter ones are joined

WIDE_ENDS = frozenset("。！？｡．")  # end a sentence whatever follows
NARROW_ENDS = frozenset("!?…‼⁇⁈⁉")  # end it before a space or a wide character
ENDS = WIDE_ENDS | NARROW_ENDS | {"."}
CLOSERS = frozenset("\"'”’»›)]}」』）】》〉〕］｝")
CLAUSE_ENDS = frozenset(",;:，、；：–—)")
WIDE_CLAUSE_ENDS = frozenset("，、；：")

ABBREVIATIONS = {
    "EN": "mr mrs ms dr prof rev fr hon sr jr st mt ft vs etc approx dept est inc ltd co corp fig "
    "eq vol pp ed eds gen col capt cmdr lt sgt maj gov sen rep pres ave blvd rd jan feb mar apr "
    "jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun al cf ca eg ie viz no nos art",
    "ES": "sr sra srta sres dr dra d dña prof profa ing lic arq gral cap av avda c pág págs núm "
    "núms art etc aprox tel ud uds vd vds ej fig vol ed ee uu ene feb mar abr jun jul ago sep "
    "sept oct nov dic",
    "FR": "m mm mme mlle mmes dr pr me st ste av bd boul etc env ex fig vol p pp éd tél art cf "
    "chap janv févr avr juil sept oct nov déc",
    **dict.fromkeys(("ZH", "JP", "KR"), "mr mrs ms dr prof st vs etc vol fig inc ltd co corp no"),
}
# These also end sentences ("No."): an abbreviation only where a number follows.
BEFORE_NUMBER = frozenset(
    {"no", "nos", "art", "fig", "vol", "p", "pp", "eq", "ed", "ca", "mar", "sat", "sun"}
    | {"núm", "pág"}
)
SPLIT_ABBREVIATIONS = {
    language: frozenset(words.split()) for language, words in ABBREVIATIONS.items()
}

QUOTING = ("と", "って", "という", "との", "など", "の")  # particles after what was said
LOOK_AHEAD = 8  # characters after a full stop in which the next letter is looked for
ZERO_WIDTH_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a piece lies in the text: `text[start:end]`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def split_text(text: str, language: str, max_chars: int | None = None) -> list[str]:
    """Sentences of `text`, in order, none longer than `max_chars`, each with something to say.

    No letter or digit is lost. Punctuation and symbols stay with their sentence; a run of them
    that fits into no neighbour is left out, since there is nothing to say in it. A text without
    a letter or digit gives an empty list.
    """
    limit = max_chars or MAX_CHARS.get(language, 240)
    shortest = min(MIN_CHARS.get(language, 16), limit)
    pieces = [part for span in sentences(text, language) for part in cut(text, span, limit)]
    spoken = [text[span.start : span.end] for span in join(text, pieces, shortest, limit)]
    return [" ".join(piece.split()) for piece in spoken if is_speakable(piece)]


def sentences(text: str, language: str) -> Iterator[Span]:
    """Spans that cover all of `text` but the whitespace around sentences."""
    start = 0
    position = 0
    while position < len(text):
        if text[position] == "\n":
            end, position = position, position + 1
            if not is_break(text, end):
                continue
        elif text[position] in ENDS:
            end = position = end_of_run(text, position)
            if not ends_sentence(text, start, end, language):
                continue
        else:
            position += 1
            continue
        yield from trimmed(text, start, end)
        start = end
    yield from trimmed(text, start, len(text))


def end_of_run(text: str, position: int) -> int:
    """Past the stops at `position` and the quotes and brackets that close after them."""
    while position < len(text) and text[position] in ENDS:
        position += 1
    while position < len(text) and text[position] in CLOSERS:
        position += 1
    # French sets a space before the closing quotation mark.
    if text[position : position + 2].strip() == "»" and position + 1 < len(text):
        return position + 2
    return position


def is_break(text: str, newline: int) -> bool:
    """Whether a sentence ends at this line break: not where a line was merely wrapped."""
    following = text[newline + 1 : newline + 2]
    return not following.islower()


def ends_sentence(text: str, start: int, end: int, language: str) -> bool:
    if end == len(text):
        return True
    following = text[end]
    stop = end - 1
    while text[stop] in CLOSERS:
        stop -= 1
    if stop < end - 1 and said_by(text, end, language):
        return False
    if text[stop] in WIDE_ENDS:
        return True
    if not following.isspace():
        return is_wide(following)
    next_letter = first_visible(text, end)
    quoted = stop < end - 1  # "Really?" she asked.
    if next_letter.islower() and (quoted or text[stop] in ".…"):
        return False
    single = text[stop] == "." and text[stop - 1 : stop] != "."
    return not (single and is_abbreviation(text, start, stop, next_letter, language))


def said_by(text: str, end: int, language: str) -> bool:
    """Whether what was quoted goes on: 「はい。」と言った, "네."라고 했다."""
    if language == "KR":
        return "가" <= text[end] <= "힣"
    return language == "JP" and text.startswith(QUOTING, end)


def is_abbreviation(text: str, start: int, stop: int, following: str, language: str) -> bool:
    """Whether the full stop at `stop` belongs to its word: Dr.  J.  U.S.  e.g.  1."""
    word = word_before(text, start, stop)
    if not word or ends_too(text, start, stop, language):
        return False
    if word.isdecimal():
        if language == "KR" and following.isdecimal():  # a date: 2024. 1. 5.
            return True
        # "1. First": the number of a list item, when nothing stands before it.
        return text[start : stop - len(word)].strip() == "" and len(word) <= 3
    if word in BEFORE_NUMBER:
        return following.isdecimal()
    if len(word) == 1 and word.isalpha():
        return word.isupper() and word != "I"
    if "." in word:
        return all(len(part) <= 2 for part in word.split("."))
    lowered = word.lower()
    if lowered in BEFORE_NUMBER:
        return following.isdecimal()
    return lowered in SPLIT_ABBREVIATIONS.get(language, frozenset())


def word_before(text: str, start: int, stop: int) -> str:
    """Letters, digits and inner full stops that end at `stop`; "" when longer than any name."""
    begin = stop
    while begin > start and (text[begin - 1].isalnum() or text[begin - 1] == "."):
        begin -= 1
        if stop - begin > 12:
            return ""
    return text[begin:stop]


def first_visible(text: str, position: int) -> str:
    """The first letter or digit from here, past spaces and opening marks; "" at the end."""
    for character in text[position : position + LOOK_AHEAD]:
        if character.isalnum():
            return character
    return ""


def cut(text: str, span: Span, limit: int) -> Iterator[Span]:
    """The span in parts of at most `limit`: at clauses, else at spaces, else anywhere."""
    start, end = span.start, span.end
    while end - start > limit:
        middle = cut_point(text, start, start + limit)
        yield from trimmed(text, start, middle)
        start = middle
        while start < end and text[start].isspace():
            start += 1
    yield from trimmed(text, start, end)


def cut_point(text: str, start: int, latest: int) -> int:
    half = (start + latest) // 2
    space = 0
    for position in range(latest, half, -1):
        before, here = text[position - 1], text[position]
        if before in WIDE_CLAUSE_ENDS or (before in CLAUSE_ENDS and here.isspace()):
            return position
        if not space and here.isspace():
            space = position
    return space or grapheme_start(text, start, latest)


def grapheme_start(text: str, start: int, latest: int) -> int:
    """The last place up to `latest` where no character is torn; `latest` when there is none."""
    for position in range(latest, start, -1):
        if not continues(text[position - 1], text[position]):
            return position
    return latest


def continues(before: str, here: str) -> bool:
    """Whether `here` belongs to the same visible character as `before` (UAX #29, in short)."""
    code = ord(here)
    return (
        unicodedata.category(here).startswith("M")
        or here == ZERO_WIDTH_JOINER
        or before == ZERO_WIDTH_JOINER
        or 0x1F3FB <= code <= 0x1F3FF  # skin tones
        or 0x1160 <= code <= 0x11FF  # Hangul vowels and final consonants
        or (0x1F1E6 <= code <= 0x1F1FF and 0x1F1E6 <= ord(before) <= 0x1F1FF)  # flags
    )


def join(text: str, spans: list[Span], shortest: int, limit: int) -> list[Span]:
    """Spans with the very short and the unspeakable ones joined to a neighbour, where it fits."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.end - joined[-1].start <= limit:
            last = joined[-1]
            short = last.length < shortest or span.length < shortest
            same_paragraph = text[last.end : span.start].count("\n") < 2
            if (short and same_paragraph) or not (speakable(text, last) and speakable(text, span)):
                joined[-1] = Span(last.start, span.end)
                continue
        joined.append(span)
    return joined


def speakable(text: str, span: Span) -> bool:
    return is_speakable(text[span.start : span.end])


def trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)


def is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
