"""A stream's first pieces: short, and cut where a speaker might breathe."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engines.reading.duration import estimate_seconds
from engines.reading.joints import joints
from engines.reading.start import (
    BY_HOW_MUCH,
    REACHES,
    SHORTER_S,
    SHORTEST_PHRASE_S,
    SOON_S,
    SPEED,
    with_first_phrase,
    with_short_start,
)

WITHOUT_MARKS = {
    "EN": "The children were playing quietly in the garden when the rain started to fall.",
    "ES": "La nueva biblioteca del centro abre sus puertas al público el mes que viene.",
    "FR": "Ma sœur apprend le violon depuis presque sept ans dans la même petite école.",
    "ZH": "公司的总裁将在星期四下午回答记者们的问题。",
    "JP": "会社の社長は木曜日の午後に記者からの質問に答えます。",
}
FIRST = {
    "EN": "The children",
    "ES": "La nueva biblioteca",
    "FR": "Ma sœur apprend le violon",
    "ZH": "公司的总裁",
    "JP": "会社の社長は",
}
MARKED = "We measured it twice, because nobody believed the first result of that week."


@pytest.mark.parametrize("language", WITHOUT_MARKS)
def test_a_sentence_without_marks_begins_with_its_first_phrase(language: str) -> None:
    text = WITHOUT_MARKS[language]
    pieces, going_on = with_first_phrase([text], language)
    assert going_on[:1] == [1]
    assert pieces[0] == FIRST[language]
    assert estimate_seconds(str(pieces[0]), language) <= BY_HOW_MUCH * SOON_S
    space = "" if language in ("ZH", "JP") else " "
    assert space.join(map(str, pieces)) == text


@pytest.mark.parametrize("language", WITHOUT_MARKS)
def test_it_stays_whole_where_the_engine_is_quick(language: str) -> None:
    text = WITHOUT_MARKS[language]
    assert with_short_start([text], language) == [text]


def test_a_mark_soon_enough_is_preferred() -> None:
    pieces, going_on = with_first_phrase([MARKED], "EN")
    assert pieces[0] == "We measured it twice,"
    assert 1 not in going_on


def test_a_sentence_without_a_place_for_the_first_cut_is_cut_at_the_next() -> None:
    text = "We measured the temperature twice, because nobody believed the first result."
    pieces, _ = with_first_phrase([text], "EN")
    assert pieces[0] == "We measured the temperature twice,"


def test_pauses_stay_where_they_are_and_a_sentence_after_one_is_no_part_of_the_one_before() -> None:
    text = WITHOUT_MARKS["EN"]
    pieces, going_on = with_first_phrase([text, 0.5, text], "EN")
    assert pieces[0] == FIRST["EN"]
    pause = pieces.index(0.5)
    assert " ".join(map(str, pieces[:pause])) == " ".join(map(str, pieces[pause + 1 :])) == text
    assert pause not in going_on


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("EN", "Bank of England notes"),
        ("EN", "The Lord of the Rings is long"),  # between "Rings" and "is"
        ("EN", "pages 5 to 7"),
        ("EN", "a quarter of an hour"),
        ("EN", "when they came in"),
        ("ES", "el mes de mayo"),
        ("ES", "el fin de semana"),
        ("FR", "votre mot de passe"),
        ("FR", "ils sont arrivés à six heures et quart"),
        ("FR", "un petit avec un grand"),
        ("ZH", "我们现在出发"),
        ("ZH", "世界和平很重要"),
        ("ZH", "他一把抓住了绳子"),
        ("JP", "子どもたちはまだ帰らない"),
        ("KR", "아이들이 정원에서 조용히 놀고 있을 때 비가 내리기 시작했습니다"),
    ],
)
def test_names_numbers_and_words_that_belong_together_are_not_cut(language: str, text: str) -> None:
    spared = {"The Lord of the Rings is long": ["is long"], "a quarter of an hour": ["of an hour"]}
    assert [text[at:] for at in joints(text, language)] == spared.get(text, [])


def test_no_piece_is_much_longer_than_what_is_heard_while_it_is_made() -> None:
    text = "The children were playing in the garden behind the house that my uncle built " * 3
    pieces, going_on = with_first_phrase([text.strip()], "EN")
    seconds = [estimate_seconds(str(piece), "EN") for piece in pieces]
    assert seconds[0] <= BY_HOW_MUCH * SOON_S
    for before, after in pairwise(seconds):
        assert after <= max(REACHES) * max(SHORTEST_PHRASE_S, SPEED * before - SHORTER_S)
    assert going_on == [*range(1, len(pieces))]
    assert " ".join(map(str, pieces)) == text.strip()


def test_a_text_that_is_hardly_longer_is_not_cut() -> None:
    assert with_first_phrase(["The lamp was on it."], "EN") == (["The lamp was on it."], [])
