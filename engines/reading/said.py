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
    read: Callable[[str, Warn], str] = _reader(language)
    return only_letters(language, read(text, warn), warn)


@cache
def _reader(language: str) -> Callable[[str, Warn], str]:
    return import_module(MODULES[language]).read


def only_letters(language: str, text: str, warn: Warn) -> str:
    """The language's own letters and Latin ones; others as the nearest, signs left out."""
    if language not in SCRIPTS or text.isascii():
        return text
    return "".join(_letter(char, SCRIPTS[language], warn) for char in text)


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
