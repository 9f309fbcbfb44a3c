from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.reading.clean import MAX_MARKS, clean_text, is_speakable


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("cafe\u0301", "café"),
        ("a\u202eb\u200bc\ufeffd\x00e\x1bf", "abcdef"),
        ("\ud800a\udfff", "a"),
        ("soft\u00adhyphen \ue000private", "softhyphen private"),
        ("  many \t spaces\u00a0\u3000here ", "many spaces here"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one \n\n\n two\u2029three", "one\n\ntwo\n\nthree"),
        ("Ünïcödé 日本語 한국어 😀!", "Ünïcödé 日本語 한국어 😀!"),
    ],
)
def test_invisible_things_go_and_visible_ones_stay(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_a_clean_text_is_composed_encodable_and_stays_as_it_is(raw: str) -> None:
    text = clean_text(raw)
    text.encode()
    assert unicodedata.is_normalized("NFC", text)
    assert clean_text(text) == text
    assert text == text.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") for c in text if c != "\n")


def test_piled_up_marks_are_bounded() -> None:
    """Composition sorts a run of marks in quadratic time."""
    text = clean_text("a" + "\u0301\u0316" * 50_000)
    assert len(text) <= MAX_MARKS + 1


@pytest.mark.parametrize("text", ["a", "7", "字", "가", "é", "½", "あ"])
def test_letters_and_digits_are_speakable(text: str) -> None:
    assert is_speakable(text)


@pytest.mark.parametrize("text", ["", " ", "...", "—", "😀", "\u0301", "€%&", "。！"])
def test_symbols_alone_are_not(text: str) -> None:
    assert not is_speakable(text)
