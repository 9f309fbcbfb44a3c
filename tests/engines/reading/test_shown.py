"""The phones of a front end as they are shown, word by word."""

from __future__ import annotations

import pytest

from engines.reading.shown import read_with
from tests.engines.reading.support import front

SHOWN = [
    ("EN", "Tomatoes don't cost $1.", "tomatoes", "T AH0 M EY1 T OW0 Z"),
    ("EN", "Tomatoes don't cost $1.", "don't", "D OW1 N T"),
    ("ES", "Hola, 1 gato", "gato", "ɡˈato"),
    ("FR", "Bonjour", "bonjour", "bɔ̃ʒˈuʁ"),
    ("ZH", "重庆", "重庆", "ch2 ong2 q4 ing4"),
    ("JP", "3本", "サンボン", "s a N b o N"),
    ("KR", "먹는다", "먹는다", "ᄆ ᅥ ᆼ ᄂ ᅳ ᆫ ᄃ ᅡ"),
]


@pytest.mark.parametrize(("language", "text", "word", "phones"), SHOWN)
def test_a_word_has_its_phones(language: str, text: str, word: str, phones: str) -> None:
    words = {one.said.lower(): one.phones for one in read_with(front(language), text).words}
    assert words[word] == phones
