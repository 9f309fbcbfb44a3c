"""Pauses, the user's own words, and the way from a piece of text to ids."""

from __future__ import annotations

import json

import pytest

from engines.melo.text import Lexicon
from engines.melo.text.base import EMPTY_LEXICON
from engines.melo.text.pipeline import TextPipeline
from engines.melo.text.user_words import UserWords, letters
from engines.text.markup import Pause, segments
from tests.engines.melo.text.support import DATA, front

FACTS = json.loads((DATA / "facts.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One[pause 300ms] two", ["One", Pause(0.3), " two"]),
        ("[PAUSE 1.5s]a[pause 90s]", [Pause(1.5), "a", Pause(90.0)]),
        ("[stage direction] [pause]", ["[stage direction] [pause]"]),
        ("", []),
    ],
)
def test_pauses(text: str, parts: list[str | Pause]) -> None:
    assert segments(text) == parts


def phones_of(text: str, lexicon: Lexicon = EMPTY_LEXICON) -> list[str]:
    pipeline = TextPipeline(front("EN"), FACTS["symbols_repo"])
    return pipeline.prepare(text, lexicon).phones.phones


@pytest.mark.parametrize("word", ["nginx", "GIF", "C++", "x-ray 2", "O'Neill"])
def test_the_users_words_are_said_as_written(word: str) -> None:
    words = UserWords(front("EN"), {word: "Z UW1"})
    text = words.prepare(f"Say {word.upper()}, please.")
    assert phones_of(text, words.lexicon) == phones_of("Say zoo, please.")


def test_words_within_others_are_left_alone() -> None:
    words = UserWords(front("EN"), {"GIF": "Z UW1"})
    assert words.prepare("gift GIF") == f"gift {words.stand_ins['gif']}"


def test_letters_never_repeat() -> None:
    assert len({letters(number) for number in range(2000)}) == 2000


def test_ids_follow_the_checkpoints_own_order() -> None:
    repository = TextPipeline(front("EN"), FACTS["symbols_repo"]).prepare("Done.")
    published = TextPipeline(front("EN"), FACTS["symbols_hf_en"]).prepare("Done.")
    assert repository.phones == published.phones
    assert repository.ids.phones != published.ids.phones
    assert sum(published.ids.word2ph) == len(published.ids.phones)


def test_each_warning_is_given_once() -> None:
    pipeline = TextPipeline(front("EN"), FACTS["symbols_repo"])
    prepared = pipeline.prepare("🍕 a 🍕")
    assert prepared.warnings == ("not spoken: 🍕",)
    assert not prepared.phones.silent
    assert pipeline.prepare("…!").phones.silent
