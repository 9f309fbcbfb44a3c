"""Better than upstream: numbers stay whole, questions stay questions, no piece is endless."""

from __future__ import annotations

import pytest

from engines.reading import LANGUAGES
from engines.reading.melo_split import DENSE_MAXIMUM, MAXIMUM, split


@pytest.mark.parametrize(
    ("language", "text", "upstream", "ours"),
    [
        ("EN", "It is $3.50.", ["It is $3. 50."], ["It is $3.50."]),
        ("EN", "1,234 cats", ["1, 234 cats"], ["1,234 cats"]),
        ("EN", "At 5 a.m. today", ["At 5 a. m. today"], ["At 5 a.m. today"]),
        ("EN", "See example.com now", ["See example. com now"], ["See example.com now"]),
        ("EN", "What?! No...", ["What? ! No. . ."], ["What?! No..."]),
        ("EN", "The end.No more", ["The end. No more"], ["The end. No more"]),
        ("ES", "Cuesta 3,50 €", ["Cuesta 3, 50 €"], ["Cuesta 3,50 €"]),
        ("ZH", "温度是3.5度今天很热啊", ["温度是3. 5度今天很热啊"], ["温度是3.5度今天很热啊"]),
        ("JP", "本当に？それはすごいですね", ["本当に. それはすごいですね"],
         ["本当に? それはすごいですね"]),
    ],
)  # fmt: skip
def test_what_differs(language: str, text: str, upstream: list[str], ours: list[str]) -> None:
    assert split(text, language, upstream_quirks=True) == upstream
    assert split(text, language) == ours


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["x" * 5000, "字" * 5000, "word " * 1000, "a, " * 2000, "?" * 5000]
)
def test_no_piece_is_endless(language: str, text: str) -> None:
    pieces = split(text, language)
    assert all(len(piece) <= max(MAXIMUM, DENSE_MAXIMUM) for piece in pieces)
    said = "".join(char for piece in pieces for char in piece if char.isalnum())
    assert said == "".join(char for char in text if char.isalnum())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", " \n\t ", "..."])
def test_nothing_to_say_gives_no_piece(language: str, text: str) -> None:
    assert split(text, language) == []


def test_long_text_is_cut_after_sentences() -> None:
    sentence = "This is a sentence of some length, and it ends here. "
    pieces = split(sentence * 40, "EN")
    assert all(piece.endswith("here.") for piece in pieces)
    assert all(256 <= len(piece) < 512 for piece in pieces[:-1])
