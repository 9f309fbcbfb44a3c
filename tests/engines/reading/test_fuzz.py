"""No text breaks a front end, whatever Unicode it is made of, and long ones take no longer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.reading import LANGUAGES
from engines.reading.melo_split import split
from tests.engines.reading.support import WESTERN, front, symbols
from tests.growth import grows_in_proportion

TRICKY = st.sampled_from(
    [*"0123456789.,:;/-+%$€£'’\"()#[]_ \n°ºª²½…—hmapk", "1e9", "st", "12:30", "a.m.", "##", "[UNK]"]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(TRICKY, max_size=25).map("".join))
HOSTILE = [
    *"1-.$aé \n(@'t字🍕*—\u0301",
    *(
        "1,",
        "1.",
        "A.",
        "1 ",
        "a@",
        "a.",
        "h1",
        "1/",
        "1-",
        "++",
        "1:",
        "555-",
        "http://",
        "a. ",
        "* ",
        "1'",
        "40°26'",
        "①",
        "$5M-",
        "I, II, ",
        "1e-9 ",
        "lun., ",
        "1、2",
    ),
]


@pytest.mark.parametrize("upstream_quirks", [False, True])
@pytest.mark.parametrize("language", WESTERN)
def test_any_text_gives_phones(language: str, upstream_quirks: bool) -> None:
    frontend = front(language, upstream_quirks)

    @settings(max_examples=100, deadline=None)
    @given(TEXTS)
    def check(text: str) -> None:
        phones = frontend.to_phones(frontend.normalize(text))
        assert sum(phones.word2ph) == len(phones.phones) == len(phones.tones)
        if not upstream_quirks:
            assert symbols().issuperset(phones.phones)

    check()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("upstream_quirks", [False, True])
@given(text=st.text())
def test_any_text_splits(language: str, upstream_quirks: bool, text: str) -> None:
    assert all(piece.strip() for piece in split(text, language, upstream_quirks))


@pytest.mark.parametrize("upstream_quirks", [False, True])
@pytest.mark.parametrize("language", WESTERN)
@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_length(language: str, upstream_quirks: bool, unit: str) -> None:
    frontend = front(language, upstream_quirks)
    frontend.to_phones(frontend.normalize("a 1"))  # loads its dictionaries

    def read(text: str) -> None:
        frontend.normalize(text)
        for piece in split(text, language, upstream_quirks):
            frontend.to_phones(frontend.normalize(piece))

    assert grows_in_proportion(read, unit)
