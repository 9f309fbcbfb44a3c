"""Words whose pronunciation a user wrote, whatever letters and signs they are made of.

Normalization would take 'GIF' or 'C++' apart before the lexicon is asked. So each of the user's
words gives way to a stand-in made of letters only, which no step touches, and the lexicon knows the
stand-in. Where it is written as plain words are ('nginx', 'Nginx'), it stays, and so do its BERT
features.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_lowercase

from engines.melo.text.base import FrontEnd, Lexicon, Pronunciation

STAND_IN = "qzx"  # no word starts like this
# Written without spaces: a word's ends cannot be seen.
DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class UserWords:
    """A request's or the configuration's `pronunciations: {word: phones}`, made ready."""

    def __init__(self, front: FrontEnd, pronunciations: Mapping[str, str]) -> None:
        lexicon: dict[str, Pronunciation] = {}
        self.stand_ins: dict[str, str] = {}
        for index, (word, spelled) in enumerate(pronunciations.items()):
            key = word.strip().lower()
            if not key:
                continue
            lexicon[key] = front.pronunciation(spelled)
            if not DENSE.search(key):
                self.stand_ins[key] = STAND_IN + letters(index)
                lexicon[self.stand_ins[key]] = lexicon[key]
        self.lexicon: Lexicon = lexicon
        longest_first = sorted(self.stand_ins, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first))
        self.pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE) if either else None

    def prepare(self, text: str) -> str:
        """Put the stand-ins into a text, before it is split or normalized."""
        if self.pattern is None:
            return text
        return self.pattern.sub(self.stand_in, text)

    def stand_in(self, found: re.Match[str]) -> str:
        word = found[0]
        plain = word.isalpha() and word[1:] == word[1:].lower()
        return word if plain else self.stand_ins.get(word.lower(), word)


def letters(number: int) -> str:
    """0 -> 'a', 25 -> 'z', 26 -> 'ab'."""
    digits = ""
    while True:
        number, rest = divmod(number, len(ascii_lowercase))
        digits += ascii_lowercase[rest]
        if not number:
            return digits
