"""What eSpeak NG is handed: words, as the one reader says them, and nothing lost in silence."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.embedded.spoken import spoken_form
from engines.errors import UnspeakableText
from tests.reading.compare import Case, in_parts, load

DATA = Path(__file__).parents[2] / "data" / "reading"
CASES = [case for path in sorted(DATA.glob("*.json")) for case in load(path)]
LANGUAGES = ["EN", "ES", "FR", "ZH", "JP", "KR"]


def spoken(language: str, text: str) -> str:
    if language == "JP":
        pytest.importorskip("janome", reason="make test installs janome")
    return spoken_form(text, language).text


@pytest.mark.parametrize("cases", in_parts(CASES), ids=lambda cases: cases[0].language)
def test_no_digit_is_left_to_espeak(cases: list[Case]) -> None:
    said = {case.text: spoken(case.language, case.text) for case in cases}
    assert not {text: words for text, words in said.items() if re.search(r"\d", words)}


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ES", "Hace -5 grados.", "menos cinco"),
        ("FR", "Solde : -20 €.", "moins vingt euros"),
        ("ZH", "15000元", "一万五千元"),
        ("ZH", "价格是$100", "一百美元"),
        ("JP", "10000円", "イチマンエン"),
        ("JP", "気温は-5度", "マイナスゴド"),
        ("JP", "髙橋さん", "タカハシ"),
        ("KR", "가격은 $100", "백 달러"),
        ("EN", "It is 10 ℃ now.", "ten degrees Celsius"),
        ("EN", "5⅛ inches", "five and one eighth inches"),
        ("FR", "Il y a ①② cas.", "un, deux"),
    ],
)
def test_numbers_and_signs_are_words(language: str, text: str, words: str) -> None:
    assert words.replace(" ", "") in spoken(language, text).replace(" ", "")


@pytest.mark.parametrize(
    ("language", "text", "plain"),
    [
        ("EN", "The eﬃcient oﬃce.", "The efficient office."),
        ("EN", "𝐇𝐞𝐥𝐥𝐨 𝐰𝐨𝐫𝐥𝐝", "Hello world"),
        ("FR", "La ﬁn du ﬁlm.", "La fin du film."),
        ("FR", "Sᵗ Brieuc", "St Brieuc"),
        ("FR", "Mᵐᵉ Durand", "Mme Durand"),
        ("EN", "Chapter Ⅷ", "Chapter VIII"),
        ("ZH", "５个", "5个"),
    ],
)
def test_letters_in_another_shape_sound_the_same(language: str, text: str, plain: str) -> None:
    assert spoken(language, text) == spoken(language, plain)
    assert spoken_form(text, language).warnings == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("char", "❤😀→™◆♪ไКא")
def test_what_is_not_said_is_named(language: str, char: str) -> None:
    if language == "JP":
        pytest.importorskip("janome", reason="make test installs janome")
    word = {"ZH": "好", "JP": "すし", "KR": "해"}.get(language, "a")
    done = spoken_form(f"{word} {char} {word}", language)
    assert char not in done.text
    said_otherwise = char == "→" and done.text != spoken_form(f"{word} {word}", language).text
    assert said_otherwise or any(char in warning for warning in done.warnings)


@pytest.mark.parametrize("language", ["EN", "ES", "FR", "ZH", "KR"])
@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_becomes_words(language: str, text: str) -> None:
    try:
        words = spoken_form(text, language).text
    except UnspeakableText:
        return
    assert not any(unicodedata.category(char) in ("Nd", "No", "So") for char in words)
