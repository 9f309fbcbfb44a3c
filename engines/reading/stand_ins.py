"""Words whose pronunciation a user wrote, whatever letters and signs they are made of.

Normalization would take 'GIF' or 'C++' apart before the lexicon is asked. So each of the user's
words gives way to a stand-in made of letters only, which no step touches, and the lexicon knows the
stand-in. A word that normalization leaves alone stays ('nginx', 'Nginx'), and so do its BERT
features. Japanese and Korean are written as they sound, so there the new spelling is put into the
text itself, where it meets its particles as any word does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import ascii_lowercase

from engines.reading.base import FrontEnd, Lexicon, Pronunciation
from engines.reading.notation import read_hangul, read_kana
from engines.reading.user_words import ONLY_DENSE, folded, replacer

STAND_IN = "qzx"  # no word starts like this
RESPELLED: Mapping[str, Callable[[str], str]] = {"JP": read_kana, "KR": read_hangul}


class UserWords:
    """A request's `pronunciations: {word: how it sounds}`, made ready.

    Raises `PronunciationError` for what the language has no sounds for.
    """

    def __init__(self, front: FrontEnd, pronunciations: Mapping[str, str]) -> None:
        words = folded(pronunciations)
        lexicon: dict[str, Pronunciation] = {}
        self.stand_ins: dict[str, str] = {}
        respell = RESPELLED.get(front.language)
        for index, (word, spelled) in enumerate(words.items()):
            if respell:
                self.stand_ins[word] = respell(spelled)
                continue
            lexicon[word] = front.pronunciation(spelled)
            if not ONLY_DENSE.fullmatch(word):
                self.stand_ins[word] = STAND_IN + letters(index)
                lexicon[self.stand_ins[word]] = lexicon[word]
        self.lexicon: Lexicon = lexicon
        self.plain = frozenset(word for word in lexicon if is_plain(front, word))
        self.replace = replacer(self.stand_ins)

    def prepare(self, text: str) -> str:
        """Put the stand-ins into a text, before it is normalized."""
        return self.replace(text, self.stand_in)

    def stand_in(self, written: str) -> str:
        word = written.lower()
        if word in self.plain and written[1:] == written[1:].lower():
            return written
        return self.stand_ins.get(word, written)


def is_plain(front: FrontEnd, word: str) -> bool:
    """Whether a word comes to the lexicon as it is written."""
    return (
        word.isascii()
        and word.isalpha()
        and all(
            front.normalize(form).lower().rstrip(".") == word for form in (word, word.capitalize())
        )
    )


def letters(number: int) -> str:
    """0 -> 'a', 25 -> 'z', 26 -> 'ab'."""
    digits = ""
    while True:
        number, rest = divmod(number, len(ascii_lowercase))
        digits += ascii_lowercase[rest]
        if not number:
            return digits
