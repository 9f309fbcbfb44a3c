"""The tags that ElevenLabs' API reads in a text: `<break time="1.5s"/>` and `<phoneme>`.

A text with tags becomes one of the same length in our own notation, so that every place in the one
is that place in the other. Whatever else looks like a tag is text, as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from engines.errors import NoPronunciations, PronunciationError
from engines.reading.alphabets import in_notation
from engines.reading.rules import TextRules
from serve_app.web.openai_requests import shown

FILLER = "\u2060"  # a word joiner: cleaning takes it away, and closes the gap
BREAK_SAID = "."  # what stands for a break in what was said

_SPACE = r"\s{0,20}"
_VALUE = r"""(?:"[^"<>]{0,200}"|'[^'<>]{0,200}')"""
BREAK = re.compile(
    rf"""<break\s{{1,20}}time{_SPACE}={_SPACE}(["']){_SPACE}(\d{{1,6}}(?:\.\d{{1,3}})?){_SPACE}"""
    rf"""(ms|s){_SPACE}\1{_SPACE}/?>(?:</break{_SPACE}>)?""",
    re.IGNORECASE,
)
PHONEME = re.compile(
    rf"<phoneme((?:\s{{1,20}}[a-z]{{1,20}}{_SPACE}={_SPACE}{_VALUE}){{1,4}}){_SPACE}>"
    rf"([^<>]{{1,200}})</phoneme{_SPACE}>",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(rf"([a-z]{{1,20}}){_SPACE}={_SPACE}({_VALUE})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phoneme:
    """How a word sounds, as it was written."""

    word: str
    alphabet: str
    sound: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text whose tags were read.

    Args:
        text: in our own notation, as long as the text that was sent.
        said: what each character stands for in what is said; empty where there are no tags.
    """

    text: str
    phonemes: Sequence[Phoneme] = ()
    said: Sequence[str] = ()

    @property
    def seen(self) -> str:
        """The text with nothing but space where its tags are, and as long."""
        if not self.said:
            return self.text
        pairs = zip(self.text, self.said, strict=True)
        return "".join(char if char == one else " " for char, one in pairs)

    def sounds(self, language: str, rules: TextRules) -> tuple[Mapping[str, str], list[str]]:
        """The pronunciations that an engine can follow, and what a header says of the others."""
        told: list[str] = []
        sounds: dict[str, str] = {}
        for phoneme in self.phonemes:
            try:
                sound = in_notation(phoneme.alphabet, phoneme.sound, language)
                rules.check(language, sound)
                sounds[phoneme.word] = sound
            except (PronunciationError, NoPronunciations) as error:
                why = ascii(error.message)[1:-1]
                told.append(f"the phoneme of {shown(phoneme.word)} is not followed: {why}")
        return sounds, told


def read_tags(text: str) -> Tagged:
    """A text as ElevenLabs reads it."""
    if "<" not in text:
        return Tagged(text)
    written, said = list(text), list(text)
    for first, last, pause in _tags(text):
        filled = f"[pause {pause}]" if pause else ""
        written[first:last] = filled.ljust(last - first, FILLER)
        said[first:last] = [BREAK_SAID if pause else "", *[""] * (last - first - 1)]
    words = [_phoneme(found) for found in PHONEME.finditer(text)]
    changed = "".join(written)
    return Tagged(changed, words, said if changed != text else ())


def _tags(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each tag stands, and the pause that it is."""
    for found in BREAK.finditer(text):
        yield found.start(), found.end(), f"{found[2]}{found[3].lower()}"
    for found in PHONEME.finditer(text):
        yield found.start(), found.start(2), ""
        yield found.end(2), found.end(), ""


def _phoneme(found: re.Match[str]) -> Phoneme:
    values = {name.lower(): unescape(quoted[1:-1]) for name, quoted in ATTRIBUTE.findall(found[1])}
    word = unescape(found[2]).strip().lower()
    return Phoneme(word, values.get("alphabet", "ipa").lower(), values.get("ph", ""))
