"""Pauses, the user's own words, and the way from a piece of text to ids."""

from __future__ import annotations

import json

import pytest

from engines.reading import Lexicon
from engines.reading.base import EMPTY_LEXICON
from engines.reading.markup import Pause, segments
from engines.reading.pipeline import TextPipeline
from engines.reading.stand_ins import UserWords, letters
from tests.engines.reading.support import DATA, front

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


def phones_of(text: str, lexicon: Lexicon = EMPTY_LEXICON, language: str = "EN") -> list[str]:
    pipeline = TextPipeline(front(language), FACTS["symbols_repo"])
    return pipeline.prepare(text, lexicon).phones.phones


@pytest.mark.parametrize("word", ["nginx", "GIF", "C++", "x-ray 2", "O'Neill"])
def test_the_users_words_are_said_as_written(word: str) -> None:
    words = UserWords(front("EN"), {word: "Z UW1"})
    text = words.prepare(f"Say {word.upper()}, please.")
    assert phones_of(text, words.lexicon) == phones_of("Say zoo, please.")


@pytest.mark.parametrize("word", ["vs", "café", "Mrs", "AI"])
def test_words_that_normalization_knows_are_the_users_first(word: str) -> None:
    words = UserWords(front("EN"), {word: "Z UW1"})
    said = phones_of(words.prepare(f"Say {word} please."), words.lexicon)
    assert said == phones_of("Say zoo please.")


@pytest.mark.parametrize(
    ("language", "text", "word", "spelled", "alike"),
    [
        ("JP", "明日は雨です。", "明日", "アス", "アスは雨です。"),
        ("JP", "nginxを使う。", "nginx", "エンジンエックス", "エンジンエックスを使う。"),
        ("KR", "물결이 좋다.", "물결", "물껼", "물껼이 좋다."),
        ("KR", "nginx를 쓴다.", "nginx", "엔진엑스", "엔진엑스를 쓴다."),
    ],
)
def test_japanese_and_korean_words_meet_what_follows(
    language: str, text: str, word: str, spelled: str, alike: str
) -> None:
    words = UserWords(front(language), {word: spelled})
    said = phones_of(words.prepare(text), words.lexicon, language)
    assert said == phones_of(alike, language=language)
    assert said != phones_of(text, language=language)


@pytest.mark.parametrize("word", ["重庆", "A股", "C++", "nginx"])
def test_chinese_words_of_any_script(word: str) -> None:
    words = UserWords(front("ZH"), {word: "ma1 ma5"})
    said = phones_of(words.prepare(f"我说{word}好。"), words.lexicon, "ZH")
    assert [phone for phone in said if phone == "m"] == ["m", "m"]


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
