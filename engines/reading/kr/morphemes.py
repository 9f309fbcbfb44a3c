"""Marks what the sound rules must know of a word's parts: MeCab with the mecab-ko dictionary.

'신고' is a report; as 'wear and' it is 신 + 고, and only a verb's stem makes the ㄱ tense.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

logger = logging.getLogger(__name__)

_lock = threading.Lock()

STEM = "/P"  # after the last syllable of a verb's or adjective's stem
ENDING = "/E"  # after an ending in ㄹ
COUNTER = "/B"  # after a bound noun, such as the 개 of 3개

_STEM_CODAS = frozenset("ᆫᆬᆷᆱᆰᆲᆴ")
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3


@functools.cache
def _tagger() -> Callable[[str], Any]:
    start = time.perf_counter()
    folder = import_module("mecab_ko_dic").dictionary_path
    # The Japanese binding reads any MeCab dictionary; mecab-ko's own has no wheels for 3.13.
    tagger: Callable[[str], Any] = import_module("fugashi").GenericTagger(
        f'-r {os.devnull} -d "{folder}"'
    )
    logger.info("loaded the Korean dictionary in %.2f s", time.perf_counter() - start)
    return tagger


def parts(word: str) -> list[tuple[str, str]]:
    """The morphemes of a word with their tags, such as ('먹', 'VV'), ('고', 'EC')."""
    with _lock:  # a tagger keeps the text it is reading
        return [(node.surface, node.feature[0]) for node in _tagger()(word)]


class Compound(NamedTuple):
    surface: str
    tag: str
    inner: tuple[str, ...]  # the parts it is made of, where the dictionary tells


def compounds(word: str) -> list[Compound]:
    """The morphemes of a word with the parts of those that are compounds."""
    with _lock:  # a tagger keeps the text it is reading
        found = [(node.surface, node.feature) for node in _tagger()(word)]
    return [Compound(surface, feature[0], _inner(feature)) for surface, feature in found]


def _inner(feature: tuple[str, ...]) -> tuple[str, ...]:
    """'재산/NNG/*+권/NNG/*' -> ('재산', '권')."""
    parts = feature[7] if len(feature) > 7 else "*"
    return () if parts == "*" else tuple(part.partition("/")[0] for part in parts.split("+"))


def nouns(hanja: str) -> list[tuple[str, str]]:
    """The words of a run of Hanja, each with its sound in Hangul, "" where none is known."""
    with _lock:  # a tagger keeps the text it is reading
        found = [(node.surface, node.feature) for node in _tagger()(hanja)]
    return [
        (surface, feature[3] if len(feature) > 3 and feature[3] != "*" else "")
        for surface, feature in found
    ]


def mark(word: str) -> str:
    """`word` with its marks.

    >>> mark("3개를"), mark("신고"), mark("안고")
    ('3개/B를', '신고', '안/P고')
    """
    morphemes = parts(word)
    if "".join(surface for surface, _ in morphemes) != word:
        return word
    return "".join(surface + _mark(surface[-1], tag) for surface, tag in morphemes)


def _mark(last: str, tag: str) -> str:
    tag = tag.rpartition("+")[2]  # of morphemes that are written as one, the last
    if tag == "NNBC":
        return COUNTER
    if tag.startswith("V") and coda(last) in _STEM_CODAS:
        return STEM
    return ENDING if tag.startswith("E") and coda(last) == "ᆯ" else ""


def coda(syllable: str) -> str:
    """The consonant a syllable ends in, or nothing."""
    if not _FIRST_SYLLABLE <= ord(syllable) <= _LAST_SYLLABLE:
        return ""
    index = (ord(syllable) - _FIRST_SYLLABLE) % 28
    return chr(0x11A7 + index) if index else ""
