from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.reading import split
from engines.reading.clean import clean_text, is_speakable
from engines.reading.split import MAX_CHARS, split_text

LANGUAGES = ("EN", "ES", "FR", "ZH", "JP", "KR")

TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("aB1. !?…,;。！？，、「」\"'()«»\n日本語가나다é\u0301🇫🇷👍🏽ー"),
    ),
    max_size=400,
)


@pytest.mark.parametrize(
    ("language", "text", "pieces"),
    [
        (
            "EN",
            "Dr. Smith paid $3.50 to Mr. J. R. Brown at 5 a.m. on Jan. 3. He was pleased with it.",
            [
                "Dr. Smith paid $3.50 to Mr. J. R. Brown at 5 a.m. on Jan. 3.",
                "He was pleased with it.",
            ],
        ),
        (
            "EN",
            'He shouted "Come back at once!" and left. "Are you really?" she asked him then.',
            ['He shouted "Come back at once!" and left.', '"Are you really?" she asked him then.'],
        ),
        (
            "EN",
            "Read https://example.com/a.b?c=1.5 before you go. It costs 1,234.5 in all, they say.",
            [
                "Read https://example.com/a.b?c=1.5 before you go.",
                "It costs 1,234.5 in all, they say.",
            ],
        ),
        (
            "EN",
            "I wonder... maybe tomorrow we shall see. See e.g. No. 5 for the U.S. version of it.",
            [
                "I wonder... maybe tomorrow we shall see.",
                "See e.g. No. 5 for the U.S. version of it.",
            ],
        ),
        (
            "EN",
            "A heading without a stop\nA line that is\nonly wrapped at its end.\n\nA paragraph.",
            [
                "A heading without a stop",
                "A line that is only wrapped at its end.",
                "A paragraph.",
            ],
        ),
        (
            "ES",
            "¿Qué tal están todos? ¡El Sr. García vive en la Av. Real! Son las cinco en punto.",
            [
                "¿Qué tal están todos?",
                "¡El Sr. García vive en la Av. Real!",
                "Son las cinco en punto.",
            ],
        ),
        (
            "FR",
            "Bonjour à tous, M. Dupont ! « Il est déjà parti hier. » Elle ne le savait pas encore.",
            [
                "Bonjour à tous, M. Dupont !",
                "« Il est déjà parti hier. »",
                "Elle ne le savait pas encore.",
            ],
        ),
        (
            "ZH",
            "今天天气很好！我们一起去公园。“你觉得怎么样？”他问大家。价格是3.50元左右。",
            [
                "今天天气很好！",
                "我们一起去公园。",
                "“你觉得怎么样？”他问大家。",
                "价格是3.50元左右。",
            ],
        ),
        (
            "JP",
            "「明日は行きません。」と彼は言いました。本当にそうですか？いいえ、行きます。",
            [
                "「明日は行きません。」と彼は言いました。",
                "本当にそうですか？",
                "いいえ、行きます。",
            ],
        ),
        (
            "EN",
            "He works for Acme Inc. She lives in Washington, D.C. The U.S. Army left it.",
            ["He works for Acme Inc.", "She lives in Washington, D.C.", "The U.S. Army left it."],
        ),
        (
            "EN",
            "J. R. R. Tolkien met Dr. No. We all left at about 5 p.m. Then it was dark.",
            ["J. R. R. Tolkien met Dr. No.", "We all left at about 5 p.m.", "Then it was dark."],
        ),
        (
            "ES",
            "Compró pan, leche, etc. Luego volvió a casa. Vive en los EE. UU. Es muy feliz allí.",
            [
                "Compró pan, leche, etc.",
                "Luego volvió a casa.",
                "Vive en los EE. UU.",
                "Es muy feliz allí.",
            ],
        ),
        (
            "FR",
            "Il est né en 50 av. J.-C. Ensuite il partit pour Rome. Cf. p. 3 et la fig. 2.",
            [
                "Il est né en 50 av. J.-C.",
                "Ensuite il partit pour Rome.",
                "Cf. p. 3 et la fig. 2.",
            ],
        ),
        (
            "ZH",
            "昨天Mr. Smith来了。他说很好，大家都高兴。",
            ["昨天Mr. Smith来了。", "他说很好，大家都高兴。"],
        ),
        (
            "KR",
            '그는 "아니요, 괜찮아요."라고 말했다. 어제 Dr. Kim이 왔다.',
            ['그는 "아니요, 괜찮아요."라고 말했다.', "어제 Dr. Kim이 왔다."],
        ),
        (
            "KR",
            "오늘은 3.5도로 춥습니다. 정말로 그렇습니까? 네, 그렇습니다.",
            ["오늘은 3.5도로 춥습니다.", "정말로 그렇습니까?", "네, 그렇습니다."],
        ),
    ],
)
def test_sentences_end_where_a_reader_ends_them(
    language: str, text: str, pieces: list[str]
) -> None:
    assert split_text(text, language) == pieces


def test_very_short_sentences_are_joined() -> None:
    assert split_text("Yes. No. I see. Go!", "EN") == ["Yes. No. I see. Go!"]


def test_a_text_without_anything_to_say_gives_no_piece() -> None:
    assert split_text("", "EN") == []
    assert split_text(" …!? — \n", "FR") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["a", "word ", "clause, ", "字", "字、", "가", "x" * 50 + " "])
def test_unpunctuated_text_is_cut(language: str, unit: str) -> None:
    text = (unit * 1000)[:3000].strip()
    pieces = split_text(text, language)
    assert max(map(len, pieces)) <= MAX_CHARS[language]
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert len(pieces) <= 2 * len(text) / MAX_CHARS[language] + 2  # none needlessly short


def test_long_sentences_are_cut_at_clauses_before_words() -> None:
    pieces = split_text("the lamp that burned all night, " * 20, "EN", max_chars=100)
    assert all(piece.endswith("night,") for piece in pieces)
    pieces = split_text("the lamp burned " * 40, "EN", max_chars=100)
    words = {"the", "lamp", "burned"}
    assert all(set(piece.split()) <= words for piece in pieces)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(LANGUAGES), st.sampled_from([1, 7, 30, None]))
def test_no_letter_or_digit_is_lost_and_the_cap_holds(
    raw: str, language: str, max_chars: int | None
) -> None:
    text = clean_text(raw)
    pieces = split_text(text, language, max_chars)
    spoken = [character for character in text if character.isalnum()]
    assert [c for piece in pieces for c in piece if c.isalnum()] == spoken
    assert all(is_speakable(piece) for piece in pieces)
    assert max(map(len, pieces), default=0) <= (max_chars or MAX_CHARS[language])
    assert not Counter("".join(pieces)) - Counter(text.replace("\n", " ") + " " * len(text))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(LANGUAGES))
def test_prose_keeps_every_visible_character(raw: str, language: str) -> None:
    """Symbols as well, as long as no run of them is longer than a piece."""
    text = clean_text("Start " + raw[:60] + " end")
    assert "".join("".join(split_text(text, language)).split()) == "".join(text.split())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["e\u0301\u0323", "👍🏽", "🇫🇷", "한", "a"]), min_size=8),
    st.integers(8, 20),
)
def test_no_visible_character_is_torn(clusters: list[str], max_chars: int) -> None:
    for piece in split_text("".join(clusters), "EN", max_chars):
        assert not unicodedata.category(piece[0]).startswith("M")
        assert piece[0] != "🏽"


class Watched(str):
    """Counts how many characters are looked at."""

    looks = 0

    def __getitem__(self, key: object) -> str:
        found = str.__getitem__(self, key)  # type: ignore[index]
        Watched.looks += len(found)
        return found


HOSTILE = ["a", ".", "a.", "a. ", "\u0301", "\n", "! ", "A.B.", ")", ".)", "Dr. ", "1. ", "x 1. ",
           "»", ". »", "...a", "。", "No. ", "a\n", "🇫🇷"]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_work_grows_no_faster_than_the_text(unit: str) -> None:
    def looks(length: int) -> int:
        Watched.looks = 0
        split_text(Watched((unit * length)[:length]), "EN", 60)
        return Watched.looks

    assert looks(8000) < 2.5 * looks(4000) + 1000


def test_a_hundred_thousand_characters_are_split() -> None:
    for unit in HOSTILE:
        split_text(clean_text((unit * 100_000)[:100_000]), "EN")


def test_every_language_has_limits() -> None:
    assert set(split.MAX_CHARS) == set(split.MIN_CHARS) == set(LANGUAGES)
