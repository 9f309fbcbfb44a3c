"""Phones that were spoken find the words they belong to."""

from __future__ import annotations

import random

import pytest

from engines.reading.timing import GAP, TimedPhone, split_phones, time_words
from engines.reading.words import Word


def words(*said: str) -> list[Word]:
    at = 0
    placed = []
    for one in said:
        placed.append(Word(one, at, at + len(one)))
        at += len(one) + 1
    return placed


def spoken(symbols: str) -> list[TimedPhone]:
    """A phone of a second for each letter; a space is a gap."""
    return [
        TimedPhone(GAP if symbol == " " else symbol, float(at), at + 1.0)
        for at, symbol in enumerate(symbols)
    ]


def spans(said: list[str], heard: str) -> list[tuple[float, float]]:
    timed = time_words(words(*said), said, spoken(heard))
    return [(word.start, word.end) for word in timed]


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("ab cde f", [(0, 2), (3, 6), (7, 8)]),
        ("abcdef", [(0, 2), (2, 5), (5, 6)]),
        ("  ab  cxe f ", [(2, 4), (6, 9), (10, 11)]),  # a vowel has changed
        ("abt cde f", [(0, 3), (4, 7), (8, 9)]),  # a liaison before the gap
        ("ab tcde f", [(0, 2), (3, 7), (8, 9)]),  # and behind it
        ("ab f", [(0, 2), (2, 2), (3, 4)]),  # a word that is not heard
    ],
)
def test_phones_go_to_the_words_they_sound_like(
    heard: str, expected: list[tuple[float, float]]
) -> None:
    assert spans(["ab", "cde", "f"], heard) == expected


def test_words_without_any_phone_and_phones_without_words_break_nothing() -> None:
    assert time_words([], [], spoken("ab c")) == ()
    assert spans(["ab", "c"], "") == [(0, 0), (0, 0)]
    assert spans(["", ""], "abc") == [(0, 0), (0, 3)]


def test_long_texts_with_many_changes_stay_aligned() -> None:
    """Every tenth phone is another."""
    chance = random.Random(5)
    said = ["".join(chance.choices("abcdefgh", k=chance.randint(1, 9))) for _ in range(80)]
    heard = "".join(
        "x" if char != " " and chance.random() < 0.1 else char for char in " ".join(said)
    )
    at = 0
    for word, (start, end) in zip(said, spans(said, heard), strict=True):
        assert (start, end) == (at, at + len(word))
        at += len(word) + 1


def test_a_phone_of_several_letters_shares_its_time() -> None:
    split = split_phones([TimedPhone("ˈaɪ", 1.0, 2.0), TimedPhone("", 2.0, 3.0)])
    assert split == [
        TimedPhone("a", 1.0, 1.5), TimedPhone("ɪ", 1.5, 2.0), TimedPhone(GAP, 2.0, 3.0)
    ]  # fmt: skip
