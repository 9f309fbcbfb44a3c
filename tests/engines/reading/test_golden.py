"""With its quirks, every recorded sentence and split comes out as upstream's."""

from __future__ import annotations

import json

import pytest

from engines.reading.melo_split import split
from tests.engines.reading.support import GOLDEN, WESTERN, front
from tests.parity.text import FILE_LANGUAGES, compare_file

SPLITS = [
    (language, case["text"], case["pieces"])
    for language, cases in json.loads((GOLDEN / "split.json").read_text("utf-8")).items()
    for case in cases
]


@pytest.mark.parametrize("language", WESTERN)
def test_every_sentence_is_equal(language: str) -> None:
    front(language, upstream_quirks=True)  # skips where the dictionaries are missing
    shown: list[str] = []
    score = compare_file(GOLDEN / f"{language}.public.json", language, shown.append)
    assert score.total == 40
    assert score.equal == score.total, "\n".join(shown)


@pytest.mark.parametrize(("language", "text", "pieces"), SPLITS)
def test_every_split_is_equal(language: str, text: str, pieces: list[str]) -> None:
    assert split(text, FILE_LANGUAGES[language], upstream_quirks=True) == pieces
