"""Words of a Chinese text, and how each is read before its tones change: jieba and pypinyin."""

from __future__ import annotations

import functools
import logging
import threading
import time
from importlib import import_module
from typing import Any, NamedTuple

from engines.reading.zh import tagging

logger = logging.getLogger(__name__)

_lock = threading.Lock()
CACHED_WORDS = 1 << 16


class Word(NamedTuple):
    text: str
    tag: str  # jieba's part of speech: n, v, r, m ...


class Reading(NamedTuple):
    """One character. Both parts are the character itself where it is not a syllable."""

    initial: str
    final: str
    tone: int  # 1 to 5, 0 without


class _Tools(NamedTuple):
    jieba: Any
    tagger: Any
    pinyin: Any
    initials: Any
    finals: Any


@functools.cache
def _load() -> _Tools:
    start = time.perf_counter()
    jieba = import_module("jieba")
    # jieba would read and write a marshalled copy of its dictionary in the shared /tmp.
    words = jieba.dt
    words.FREQ, words.total = words.gen_pfdict(words.get_dict_file())
    words.initialized = True
    posseg = import_module("jieba.posseg")
    tagger = tagging.load(posseg)
    posseg.dt._POSTokenizer__cut = lambda text: (posseg.pair(*word) for word in tagger.cut(text))
    pypinyin = import_module("pypinyin")
    style = pypinyin.Style
    logger.debug("loaded the Chinese dictionaries in %.2f s", time.perf_counter() - start)
    return _Tools(jieba, posseg.dt, pypinyin.lazy_pinyin, style.INITIALS, style.FINALS_TONE3)


def tools() -> _Tools:
    """The dictionaries, read once."""
    with _lock:
        return _load()


def words(text: str) -> list[Word]:
    """Cut `text` into words with their parts of speech."""
    return [Word(pair.word, pair.flag) for pair in tools().tagger.cut(text)]


@functools.lru_cache(CACHED_WORDS)
def subwords(word: str) -> tuple[str, ...]:
    """The words inside of a word, shortest first, as jieba's search mode finds them."""
    return tuple(sorted(tools().jieba.dt.cut_for_search(word), key=len))


@functools.lru_cache(CACHED_WORDS)
def readings(word: str) -> tuple[Reading, ...]:
    """How a word is read, one reading for each of its characters."""
    lib = tools()
    initials = lib.pinyin(word, neutral_tone_with_five=True, style=lib.initials)
    finals = lib.pinyin(word, neutral_tone_with_five=True, style=lib.finals)
    if len(finals) != len(word) and len(word) > 1:  # a run of what is not Chinese comes as one
        return tuple(reading for char in word for reading in readings(char))
    return tuple(map(_reading, initials, finals))


def _reading(initial: str, final: str) -> Reading:
    if final[-1:] in tuple("12345") and initial != final:
        return Reading(initial, final[:-1], int(final[-1]))
    return Reading(initial, final, 0)


def from_pinyin(spelled: str) -> Reading:
    """A written syllable, such as 'zhong1'."""
    convert = import_module("pypinyin.contrib.tone_convert")
    initial = convert.to_initials(spelled)
    final = convert.to_finals_tone3(spelled, neutral_tone_with_five=True)
    return _reading(initial, final)
