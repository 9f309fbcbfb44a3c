"""The one reader: what is said for a written text, as words without digits or signs.

Every engine speaks what this says, in whatever way it makes sounds of words. It needs no
dictionary and no model. Chinese comes in hanzi, Japanese in kanji and kana with its amounts in
katakana, Korean in Hangul; Latin letters stay where an engine must know how they sound.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import import_module

from engines.reading.base import Warn
from engines.reading.draft import Draft
from engines.reading.readable.characters import is_silent, respelled

MODULES = {
    "EN": "engines.reading.en.reading",
    "ES": "engines.reading.es.reading",
    "FR": "engines.reading.fr.reading",
    "ZH": "engines.reading.zh.normalize",
    "JP": "engines.reading.jp.normalize",
    "KR": "engines.reading.kr.normalize",
}
SCRIPTS = {"ZH": ("CJK",), "JP": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
           "KR": ("HANGUL",)}  # fmt: skip


def said(language: str, text: str, warn: Warn) -> str:
    """Words and punctuation. What no word stands for is left out and warned of."""
    draft = Draft(text)
    say(language, draft, warn)
    return draft.text


def say(language: str, draft: Draft, warn: Warn) -> None:
    """The same, for a draft."""
    read: Callable[[Draft, Warn], None] = _reader(language)
    read(draft, warn)
    only_letters(language, draft, warn)


@cache
def _reader(language: str) -> Callable[[Draft, Warn], None]:
    return import_module(MODULES[language]).read


def only_letters(language: str, draft: Draft, warn: Warn) -> None:
    """The language's own letters and Latin ones; others as the nearest, signs left out."""
    if language in SCRIPTS and not draft.text.isascii():
        draft.each(lambda char: _letter(char, SCRIPTS[language], warn))


def _letter(char: str, scripts: tuple[str, ...], warn: Warn) -> str:
    kind = unicodedata.category(char)[0]
    if char.isascii() or kind in "PZC" or char in "々〻ー\n":
        return char
    if char.isalpha() and unicodedata.name(char, "").partition(" ")[0] in scripts:
        return char
    hanja = scripts == SCRIPTS["KR"] and unicodedata.name(char, "").startswith("CJK")
    plain = respelled(char, unicodedata.category(char)) if kind in "LN" and not hanja else ""
    nearest = "".join(part for part in plain if part.isascii() and part.isalpha())
    if nearest:
        warn(f"{char!r} is spoken as {nearest!r}")
    elif not is_silent(char):
        warn(f"{char!r} is left out")
    return nearest
