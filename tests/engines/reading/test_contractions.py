"""An English apostrophe holds a word together, as a person says it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.reading.support import front, symbols

SAID = {
    "it's": "ih t s", "It’s": "ih t s", "don't": "d ow n t", "won't": "w ow n t",
    "John's": "jh aa n z", "Zorg's": "z ao r g z", "box's": "b aa k s ah z", "cat's": "k ae t s",
    "they'd've": "dh ey d ah V", "could've": "k uh d ah V", "you're": "y uh r",
    "it'll": "ih t ah l", "mayn't": "m ey ah n t", "o'clock": "ah k l aa k",
    "rock 'n' roll": "r aa k ah n r ow l", "rock ’n’ roll": "r aa k ah n r ow l",
    "get 'em": "g eh t ah m", "'tis": "t ih z", "the boys' toys": "dh ah b oy z t oy z",
    "GPU's": "jh iy p iy y uw z",
}  # fmt: skip
PARTS = st.sampled_from(["'", " ", "s", "n", "dogs", "it", "em", ".", "t"])
QUOTED = {"'hello'": "' hh ah l ow '", "'the boys'": "' dh ah b oy z '"}


@pytest.mark.parametrize(("text", "phones"), [*SAID.items(), *QUOTED.items()])
def test_words_with_an_apostrophe_are_said_as_one(text: str, phones: str) -> None:
    english = front("EN")
    assert english.to_phones(english.normalize(text)).phones == ["_", *phones.split(), "_"]


def test_upstream_says_the_parts() -> None:
    upstream = front("EN", True)
    assert upstream.to_phones("it's").phones == ["_", "ih", "t", "'", "eh", "s", "_"]


def test_an_ending_follows_a_users_word() -> None:
    english = front("EN")
    lexicon = {"nginx": english.pronunciation("EH1 N JH IH0 N EH1 K S")}
    said = english.to_phones("nginx's", lexicon=lexicon).phones
    assert said == ["_", "eh", "n", "jh", "ih", "n", "eh", "k", "s", "ah", "z", "_"]


@settings(max_examples=200, deadline=None)
@given(
    text=st.lists(st.sampled_from(["'", " ", "s", "n", "dogs", "it", "em", ".", "t"])).map("".join)
)
def test_phones_still_belong_to_their_tokens(text: str) -> None:
    english = front("EN")
    normalized = english.normalize(text)
    said = english.to_phones(normalized)
    assert len(said.word2ph) == len(english.tokenizer(normalized)) + 2  # type: ignore[attr-defined]
    assert sum(said.word2ph) == len(said.phones) == len(said.tones)
    assert symbols().issuperset(said.phones)
