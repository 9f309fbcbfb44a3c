"""Where one word ends and the next begins, in what is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec

Spans = Iterable[tuple[int, int]]
Segmenter = Callable[[str], Spans]

SPACED = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
EOJEOL = re.compile(r"\S+")
# What dictionaries of Chinese and Japanese need not be asked for.
FOREIGN = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’-][A-Za-zÀ-ɏ]+)*")


@cache
def segmenter(language: str) -> Segmenter:
    """A language's own; where no dictionary is installed, a character at a time."""
    return SEGMENTERS[language]()


def _spaced() -> Segmenter:
    return lambda said: (found.span() for found in SPACED.finditer(said))


def _korean() -> Segmenter:
    return lambda said: (found.span() for found in EOJEOL.finditer(said))


def _chinese() -> Segmenter:
    if find_spec("jieba") is None or find_spec("pypinyin") is None:
        return _around_foreign(list)
    from engines.reading.zh.readings import words

    return _around_foreign(lambda run: (word.text for word in words(run)))


def _japanese() -> Segmenter:
    if find_spec("fugashi") is not None and find_spec("unidic_lite") is not None:
        from engines.reading.jp.readings import MecabReader

        return _around_foreign(MecabReader().surfaces)
    from engines.reading.jp.janome import load_tokenizer

    tokenizer = load_tokenizer()
    if tokenizer is None:
        return _around_foreign(list)
    return _around_foreign(lambda run: (token.surface for token in tokenizer.tokenize(run)))


def _around_foreign(cut: Callable[[str], Iterable[str]]) -> Segmenter:
    """Latin words whole, and between them what a dictionary finds."""

    def spans(said: str) -> Iterator[tuple[int, int]]:
        at = 0
        for found in FOREIGN.finditer(said):
            yield from _placed(cut, said, at, found.start())
            yield found.span()
            at = found.end()
        yield from _placed(cut, said, at, len(said))

    return spans


def _placed(
    cut: Callable[[str], Iterable[str]], said: str, start: int, end: int
) -> Iterator[tuple[int, int]]:
    """The places of the words of said[start:end]; dictionaries leave out spaces."""
    if start == end:
        return
    for surface in cut(said[start:end]):
        found = said.find(surface, start, end)
        if found >= 0:
            yield found, found + len(surface)
            start = found + len(surface)


SEGMENTERS: Mapping[str, Callable[[], Segmenter]] = {
    **dict.fromkeys(("EN", "ES", "FR"), _spaced),
    "ZH": _chinese,
    "JP": _japanese,
    "KR": _korean,
}
