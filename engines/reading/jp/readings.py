"""How Japanese text is read, in katakana.

By default through MeCab, which looks at the words. `KakasiReader` repeats the readings that the
checkpoints were trained with, which take the longest entry of a dictionary that fits.
"""

from __future__ import annotations

import functools
import logging
import re
import threading
import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from engines.errors import EngineUnavailable
from engines.reading.jp.kana import LONG_MARK

logger = logging.getLogger(__name__)

_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
# UniDic gives these their formal readings.
_PREFERRED = {"私": "ワタシ", "明日": "アシタ", "昨日": "キノウ", "日本": "ニホン"}
_AFTER_RICE = frozenset(["", "を", "が", "は", "も", "の", "と", "や", "。", "、", "だ", "です"])
# MeCab takes the square of a stretch of katakana; no sentence is this long.
_STRETCH = re.compile(r".{1,300}(?<=[、。!?…\s])|.{1,300}", re.DOTALL)
WINDOW = 32  # characters that pykakasi looks ahead


def katakana(text: str) -> str:
    """Hiragana as katakana."""
    return text.translate(_HIRAGANA_TO_KATAKANA)


def is_hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ゖ"


def is_katakana(char: str) -> bool:
    return "ァ" <= char <= LONG_MARK


class Reader(Protocol):
    """Text -> the same in katakana; what has no reading stays as it is."""

    def __call__(self, text: str) -> str: ...


class MecabReader:
    """Readings of whole words, from UniDic."""

    def __init__(self) -> None:
        start = time.perf_counter()
        folder = import_module("unidic_lite").DICDIR
        self._tagger: Any = import_module("fugashi").Tagger(f'-d "{folder}"')
        self._lock = threading.Lock()
        logger.debug("loaded the Japanese dictionary in %.2f s", time.perf_counter() - start)

    def __call__(self, text: str) -> str:
        return "".join(map(self._read, _STRETCH.findall(text)))

    def surfaces(self, text: str) -> list[str]:
        """The words of a text as they are written."""
        return [surface for part in _STRETCH.findall(text) for surface, _ in self._words(part)]

    def nodes(self, text: str) -> list[Any]:
        """The words of a text with all that UniDic knows of them."""
        with self._lock:  # a tagger keeps the text it is reading
            return list(self._tagger(text))

    def _words(self, text: str) -> list[tuple[str, str | None]]:
        with self._lock:  # a tagger keeps the text it is reading
            return [(node.surface, node.feature.kana) for node in self._tagger(text)]

    def _read(self, text: str) -> str:
        words = self._words(text)
        before = ""
        out: list[str] = []
        following = [*(surface for surface, _ in words[1:]), ""]
        for (surface, kana), after in zip(words, following, strict=False):
            weekday = surface == "日" and before.endswith("曜")
            rice = surface == "米" and after in _AFTER_RICE  # before a noun it is the country
            out.append("ビ" if weekday else "コメ" if rice else self._reading(surface, kana))
            before = surface
        return "".join(out)

    def _reading(self, surface: str, kana: str | None) -> str:
        if surface in _PREFERRED:
            return _PREFERRED[surface]
        if kana and kana != "*" and not all(map(is_katakana, surface)):
            return kana
        if len(surface) > 1 and any(char > "ヿ" for char in surface):
            return "".join(map(self._character, surface))  # an unknown word, kanji by kanji
        return katakana(surface)

    def _character(self, char: str) -> str:
        return self._read(char) if char > "ヿ" else katakana(char)


class KakasiReader:
    """The longest entry of Kakasi's dictionary at each place. GPL, so it is an optional package."""

    def __init__(self) -> None:
        if find_spec("pykakasi") is None:
            raise EngineUnavailable(
                "reading Japanese exactly as MeloTTS does needs the package pykakasi"
            )
        self._kanji: Any = import_module("pykakasi.kanji").JConv()

    def __call__(self, text: str) -> str:
        out: list[str] = []
        at = 0
        while at < len(text):
            char = text[at]
            if is_hiragana(char) or is_katakana(char):
                read, length = _kana_run(text, at)
            elif self._kanji.isRegion(char):
                read, length = self._kanji.convert(text[at : at + WINDOW], "")
                read = katakana("".join(filter(is_hiragana, read)))  # its long marks are lost
            else:
                read, length = char, 1
            out.append(read if length else char)
            at += length or 1
        return "".join(out)


def _kana_run(text: str, at: int) -> tuple[str, int]:
    """Kana of one script, up to a long mark that ends it.

    In hiragana the mark repeats the whole kana before it (りー -> リリ), at the start of a run it
    is a dash, and in katakana it stays but ends the run.
    """
    start = at
    hiragana = is_hiragana(text[at])
    out = ""
    while at < len(text):
        char = text[at]
        if char == LONG_MARK:
            at += 1
            if not out:
                return "-", at - start
            out += out[-1] if hiragana else LONG_MARK
            if not hiragana:
                break
        elif (is_hiragana if hiragana else is_katakana)(char):
            out += katakana(char)
            at += 1
        else:
            break
    return out, at - start


@functools.cache
def reader(as_upstream: bool) -> Reader:
    """The dictionaries, loaded once."""
    return KakasiReader() if as_upstream else MecabReader()
