"""Offsets, blanks and the order of symbols."""

import pytest

from engines.errors import UnknownLanguage
from engines.reading import Phones, symbol_table, to_ids
from engines.reading.align import align, pad, spread, words

SYMBOLS = symbol_table(["_", "a", "b", "UNK"])


def test_blanks_surround_every_symbol_and_are_never_offset() -> None:
    ids = to_ids(Phones(["_", "a", "b", "_"], [0, 1, 2, 0], [1, 2, 1]), SYMBOLS, "EN")
    assert ids.phones == [0, 0, 0, 1, 0, 2, 0, 0, 0]
    assert ids.tones == [0, 7, 0, 8, 0, 9, 0, 7, 0]
    assert ids.languages == [0, 2, 0, 2, 0, 2, 0, 2, 0]
    assert ids.word2ph == [3, 4, 2]
    assert sum(ids.word2ph) == len(ids.phones)


def test_a_phone_the_checkpoint_lacks_is_unknown_and_warned_of() -> None:
    heard: list[str] = []
    ids = to_ids(Phones(["ŋ"], [0], [1]), SYMBOLS, "ES", add_blank=False, warn=heard.append)
    assert ids.phones == [3]
    assert len(heard) == 1
    assert "ŋ" in heard[0]


def test_a_language_there_is_not_is_named() -> None:
    with pytest.raises(UnknownLanguage, match="XX"):
        to_ids(Phones([], [], []), SYMBOLS, "XX")


def test_phones_are_dealt_out_evenly_first_ones_more() -> None:
    assert spread(5, 3) == [2, 2, 1]
    assert spread(1, 3) == [1, 0, 0]


def test_word_pieces_join_and_a_lone_hash_is_a_word_of_its_own() -> None:
    tokens = ["mis", "##ess", "#", "a"]
    assert list(words(tokens)) == [("misess", 2), ("#", 1), ("a", 1)]
    assert list(words(tokens, upstream_quirks=True)) == [("misess", 3), ("a", 1)]
    assert list(words(["##x"], upstream_quirks=True)) == [("##x", 1)]


def test_the_users_words_win() -> None:
    phones = pad(align(["a", "##b", "c"], lambda word: (("x", 0),), {"ab": (("y", 1), ("z", 2))}))
    assert phones.phones == ["_", "y", "z", "x", "_"]
    assert phones.tones == [0, 1, 2, 0, 0]
    assert phones.word2ph == [1, 1, 1, 1, 1]
