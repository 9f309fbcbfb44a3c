"""Janome (Apache-2.0, pure Python, with the MeCab IPADIC dictionary): words, and their readings."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from typing import Protocol

UNKNOWN = "*"


class Token(Protocol):
    """A word as Janome sees it."""

    surface: str
    part_of_speech: str  # comma-separated, the widest class first
    phonetic: str  # katakana, or UNKNOWN


class Tokenizer(Protocol):
    def tokenize(self, text: str) -> Iterable[Token]: ...


@cache
def load_tokenizer() -> Tokenizer | None:
    """None where Janome is not installed."""
    try:
        module = importlib.import_module("janome.tokenizer")
    except ImportError:
        return None
    tokenizer: Tokenizer = module.Tokenizer()
    return tokenizer
