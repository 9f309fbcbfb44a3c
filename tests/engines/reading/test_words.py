"""Every word that is said knows which stretch of the written text it stands for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engines.reading import LANGUAGES
from engines.reading.clean import clean_text, is_speakable
from engines.reading.markup import segments
from engines.reading.rules import ESPEAK, MELO, text_rules
from engines.reading.said import said
from engines.reading.words import Reading, places, read_piece
from tests.growth import grows_in_proportion

TRICKY = st.sampled_from(
    [*"0123456789.,:;/-+%$€£'’\"()#[]_ \n°½⁶①—hkpmab", "1e9", "am", "[pause 1s]", "e\u0301",
     "\u200b", "カ", "ﾊﾟ", "漢", "々", "百", "年", "가", "ㄱ", "\u1112\u1161\u11ab", "🍕", "Ⅷ", "ﬁ",
     "™", "www.a.com"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=80), st.lists(TRICKY, max_size=25).map("".join))

STANDS_FOR = [
    ("EN", "It cost $3.50.", "three dollars fifty cents", "$3.50"),
    ("EN", "On 12/25/2023 we met", "december twenty-fifth twenty twenty-three", "12/25/2023"),
    ("EN", "a “10 mL” dose", "ten milliliters", "10 mL"),
    ("EN", "write to jo@a.org now", "dot", "."),
    ("EN", "cafe\u0301 5⅛ and", "five and one eighth", "5⅛"),
    ("EN", "the e\u200bnd", "end", "e\u200bnd"),
    ("ES", "Cuesta 1 200 € hoy", "mil doscientos euros", "1 200 €"),
    ("FR", "les 7 l'été", "sept", "7"),
    ("FR", "à 10h30 précises", "dix heures trente", "10h30"),
    ("ZH", "下跌50%了", "百分之五十", "50%"),
    ("ZH", "共２５人", "二十五", "２５"),
    ("JP", "髙橋さん", "高橋", "髙橋"),
    ("JP", "これは3本だ", "サンボン", "3本"),
    ("KR", "사과 3개를 샀다", "세개를", "3개를"),
    ("KR", "우유 ½컵", "이분의", "½"),
]


def read(text: str, language: str, rules: str) -> tuple[list[Reading], list[tuple[int, int]]]:
    """The readings of a text's pieces, and where their words stand in the text as it was sent."""
    pieces = [
        piece
        for segment in segments(clean_text(text))
        if isinstance(segment, str)
        for piece in text_rules(rules).split(segment, language)
        if is_speakable(piece)
    ]
    readings = [read_piece(language, piece) for piece in pieces]
    spans = [
        place.span(word.start, word.end)
        for place, reading in zip(places(text, pieces), readings, strict=True)
        for word in reading.words
    ]
    return readings, spans


@pytest.mark.parametrize(("language", "text", "words", "written"), STANDS_FOR)
def test_words_stand_for_what_was_written(
    language: str, text: str, words: str, written: str
) -> None:
    reading = read_piece(language, text)
    spoken = [word.said.lower() for word in reading.words]
    first = spoken.index(words.split()[0])
    many = len(words.split())
    assert spoken[first : first + many] == words.split()
    found = reading.words[first : first + many]
    assert text[found[0].start : found[-1].end] == written


@pytest.mark.parametrize("rules", [ESPEAK, MELO])
@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=80, deadline=None)
@given(text=TEXTS)
@example(text="[pause 1s]a[pause 1s]b")
@example(text="，1，２３４é，")
def test_spans_of_any_text_are_ordered_and_within_it(language: str, rules: str, text: str) -> None:
    _, spans = read(text, language, rules)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    for before, after in pairwise(spans):
        assert before[0] <= after[0]
        assert before[1] <= after[1]


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=80, deadline=None)
@given(text=TEXTS)
def test_whoever_asks_where_hears_the_same(language: str, text: str) -> None:
    reading = read_piece(language, text)
    assert reading.said == said(language, clean_text(text), lambda _: None)
    in_words = "".join(word.said for word in reading.words)
    assert [char for char in in_words if char.isalnum()] == [
        char for char in reading.said if char.isalnum()
    ]


WORDS = {
    "EN": ["Alice", "went", "home", "quickly", "don't"],
    "ES": ["María", "está", "mañana", "perro"],
    "FR": ["l'été", "garçon", "où", "chat"],
    "KR": ["사과를", "먹었다", "오늘"],
}


@pytest.mark.parametrize("language", WORDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_unchanged_words_stand_for_themselves(language: str, data: st.DataObject) -> None:
    between = st.sampled_from([" ", "  ", ", ", ". ", " $3.50 ", " 25% ", "\u200b 7 ", "! — "])
    parts = data.draw(st.lists(st.tuples(st.sampled_from(WORDS[language]), between), min_size=1))
    text = "".join(word + mark for word, mark in parts)
    reading = read_piece(language, text)
    kept = [word for word in reading.words if word.said in WORDS[language]]
    assert [word.said for word in kept] == [word for word, _ in parts]
    assert all(text[word.start : word.end] == word.said for word in kept)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "unit", ["1,", "$3.50 ", "e\u0301", "10⁶ km/h, ", "漢字5本。", "!", "a@b.co "]
)
def test_time_grows_with_length(language: str, unit: str) -> None:
    read_piece(language, "a 1")  # loads what there is to load

    def whole(text: str) -> None:
        read(text, language, ESPEAK)
        read_piece(language, text)

    assert grows_in_proportion(whole, unit)
