"""Chinese with English in it: hanzi through pinyin, Latin letters through the English front end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from engines.reading.align import align, pad, spread
from engines.reading.base import (
    EMPTY_LEXICON,
    Lexicon,
    Phones,
    Pronunciation,
    Tokenizer,
    Warn,
    ignore,
)
from engines.reading.basic import BasicTokenizer
from engines.reading.en import EnglishFrontEnd
from engines.reading.ids import TONE_STARTS
from engines.reading.notation import some, unknown
from engines.reading.zh.normalize import PUNCTUATION, normalize, normalize_as_upstream
from engines.reading.zh.readings import Reading, from_pinyin
from engines.reading.zh.spoken import read
from engines.reading.zh.syllables import phones

CACHED_SEGMENTS = 1 << 14
UNKNOWN = "[UNK]"

# jieba and pypinyin take the square of a word's length; no sentence is this long unbroken.
LONGEST_SEGMENT = 300

# Punctuation ends a segment: no tone changes across it. Space after it belongs to none.
_SEGMENT = re.compile(
    r"(?P<latin>[a-zA-Z\s]+)|(?P<chinese>[^a-zA-Z\s!?…,.'\-]*[!?…,.'\-]|[^a-zA-Z\s!?…,.'\-]+)"
)


class ChineseFrontEnd:
    """See `FrontEnd`. The dictionaries load with the first word."""

    language = "ZH"

    def __init__(
        self,
        tokenizer: Tokenizer | None,
        upstream_quirks: bool,
        english_dictionary: Path | None = None,
    ) -> None:
        self.tokenizer = tokenizer or BasicTokenizer(lower=True, strip_accents=True)
        self.upstream_quirks = upstream_quirks
        self.english = EnglishFrontEnd(None, upstream_quirks, english_dictionary)

    def normalize(self, text: str, warn: Warn = ignore) -> str:
        return normalize_as_upstream(text) if self.upstream_quirks else normalize(text, warn)

    def to_phones(
        self,
        text: str,
        tokens: Sequence[str] | None = None,
        lexicon: Lexicon = EMPTY_LEXICON,
        warn: Warn = ignore,
    ) -> Phones:
        if tokens is None:
            tokens = self.tokenizer(text)
        said = Phones([], [], [])
        at = 0
        for match in _SEGMENT.finditer(text):
            segment = match[0]
            if match["latin"]:
                taken = _latin_tokens(segment, tokens, at, self.upstream_quirks)
                at += len(taken)
                _extend(said, align(taken, self._say_latin, lexicon, self.upstream_quirks))
            else:
                at += len(segment)
                for pronunciation in _with_lexicon(segment, lexicon, self.upstream_quirks):
                    _extend(said, _one_token(pronunciation))
        if at != len(tokens):  # not a tokenizer for Chinese: the sounds stay, the places are near
            at_most = max(1, len(tokens))
            said = Phones(said.phones, said.tones, spread(len(said.phones), at_most))
        return pad(said)

    def pronunciation(self, spelled: str) -> Pronunciation:
        """Pinyin with tones, such as 'zhong1 guo2', or ARPAbet as in English."""
        if spelled != spelled.lower():
            return _english_tones(self.english.pronunciation(spelled))
        syllables = some(spelled.split())
        return tuple(pair for part in syllables for pair in _read_pinyin(part))

    def _say_latin(self, word: str) -> Pronunciation:
        return _english_tones(self.english.say(word))


def _english_tones(pronunciation: Pronunciation) -> Pronunciation:
    return tuple((phone, tone + TONE_STARTS["EN"]) for phone, tone in pronunciation)


def _extend(said: Phones, more: Phones) -> None:
    said.phones.extend(more.phones)
    said.tones.extend(more.tones)
    said.word2ph.extend(more.word2ph)


def _one_token(pronunciation: Pronunciation) -> Phones:
    return Phones(
        [phone for phone, _ in pronunciation],
        [tone for _, tone in pronunciation],
        [len(pronunciation)],
    )


def _latin_tokens(segment: str, tokens: Sequence[str], at: int, quirks: bool) -> list[str]:
    """The tokens of a run of Latin words, from `at` on."""
    taken: list[str] = []
    for word in segment.split():
        covered = 0
        while covered < len(word) and at < len(tokens):
            token = tokens[at]
            if covered and not token.startswith("##"):
                break
            known = token != UNKNOWN  # a very long word is unknown to BERT, not to us
            covered += len(token.removeprefix("##")) if known else len(word)
            taken.append(token if known or quirks else word)
            at += 1
    return taken


def _with_lexicon(segment: str, lexicon: Lexicon, quirks: bool) -> Iterator[Pronunciation]:
    """The sounds of each character, those of the user's own words dealt out to theirs."""
    if len(segment) > LONGEST_SEGMENT:
        for start in range(0, len(segment), LONGEST_SEGMENT):
            yield from _with_lexicon(segment[start : start + LONGEST_SEGMENT], lexicon, quirks)
        return
    own = [word for word in lexicon if word in segment]
    if not own:
        yield from say(segment, quirks)
        return
    longest_first = "|".join(map(re.escape, sorted(own, key=len, reverse=True)))
    for part in re.split(f"({longest_first})", segment):
        if part not in lexicon:
            yield from say(part, quirks) if part else ()
            continue
        pairs = lexicon[part]
        start = 0
        for count in spread(len(pairs), len(part)):
            yield pairs[start : start + count]
            start += count


@lru_cache(CACHED_SEGMENTS)
def say(segment: str, upstream_quirks: bool = False) -> tuple[Pronunciation, ...]:
    """What each character of a segment of hanzi and punctuation sounds like."""
    return tuple(
        _say_character(char, reading)
        for _, said in read(segment, upstream_quirks)
        for char, reading in said
    )


def _say_character(char: str, reading: Reading) -> Pronunciation:
    pair = phones(reading)
    if pair:
        return (pair[0], reading.tone), (pair[1], reading.tone)
    return ((char, 0),) if char in PUNCTUATION else ()


def _read_pinyin(spelled: str) -> Pronunciation:
    reading = from_pinyin(spelled)
    pair = phones(reading)
    if pair is None:
        raise unknown(spelled, "ZH")
    return (pair[0], reading.tone), (pair[1], reading.tone)
