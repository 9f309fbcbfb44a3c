"""ElevenLabs' two tags are read, however they are written; everything else is text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import LimitSettings
from engines.reading.clean import clean_text
from engines.reading.rules import text_rules
from serve_app.web.elevenlabs.tags import read_tags
from serve_app.web.elevenlabs.typed import TypedTags
from serve_app.work.scripts import write_script
from tests.growth import grows_in_proportion

RULES = text_rules("")


def said(text: str) -> str:
    return clean_text(read_tags(text).text)


@pytest.mark.parametrize(
    ("written", "pause"),
    [
        ('<break time="1.5s"/>', "[pause 1.5s]"),
        ("<break time='300ms' />", "[pause 300ms]"),
        ('<BREAK  time = "2S" ></break>', "[pause 2s]"),
        ('<break time="1s">', "[pause 1s]"),
    ],
)
def test_a_break_is_silence(written: str, pause: str) -> None:
    text = f"One,{written} two."
    assert said(text) == f"One,{pause} two."
    assert len(read_tags(text).text) == len(text)
    script = write_script(read_tags(text).text, "EN", RULES, LimitSettings())
    assert len([part for part in script.parts if isinstance(part, float)]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        '<break/> <break strength="weak"/> <break time="soon"/> <break time="1"/>',
        "<b>Bold</b> <speak>Hi</speak> <phoneme>none</phoneme>",
        '<phoneme ph="x">never closed',
        '<!DOCTYPE x [<!ENTITY a "b">]>&a;',
    ],
)
def test_what_is_not_theirs_is_text(text: str) -> None:
    read = read_tags(text)
    assert (read.text, list(read.phonemes), list(read.said)) == (text, [], [])


@pytest.mark.parametrize(
    ("tag", "sounds"),
    [
        ('<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">Tomato</phoneme>',
         {"tomato": "T AH0 M AA1 T OW0"}),
        ("<phoneme alphabet='cmu-arpabet' ph='T AH0 M AA1 T OW0'>tomato</phoneme>",
         {"tomato": "T AH0 M AA1 T OW0"}),
        ('<phoneme ph="&#x2C8;a&#618;" alphabet="ipa">eye</phoneme>', {"eye": "AY1"}),
    ],
)  # fmt: skip
def test_a_phoneme_is_how_its_word_sounds(tag: str, sounds: dict[str, str]) -> None:
    read = read_tags(f"I say {tag}.")
    assert said(f"I say {tag}.").lower() == f"i say {next(iter(sounds))}."
    assert read.sounds("EN", RULES) == (sounds, [])


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ('<phoneme alphabet="ipa" ph="ʘʘ">click</phoneme>', "EN"),
        ('<phoneme alphabet="cmu-arpabet" ph="M AE1 D">mad</phoneme>', "ES"),
        ('<phoneme alphabet="x-sampa" ph="{">a</phoneme>', "EN"),
    ],
)
def test_a_sound_that_cannot_be_made_is_told_and_its_word_is_said(tag: str, language: str) -> None:
    sounds, told = read_tags(tag).sounds(language, RULES)
    assert sounds == {}
    (warning,) = told
    assert "not followed" in warning
    assert warning.isascii()  # it goes into a header


PARTS = [
    "Wait. ", '<break time="1.5s"/>', " Go on. ", " and that. ", "a < b. ", "<b>", "그래요. ",
    '<phoneme alphabet="ipa" ph="ˈaɪ. x">eye</phoneme>',
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=6), st.data())
def test_no_sentence_tears_a_tag_however_it_is_typed(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    typed = TypedTags("EN")
    heard: list[str] = []
    at = 0
    while at < len(text):
        size = data.draw(st.integers(1, 9))
        heard += typed.write(text[at : at + size])
        at += size
    heard += typed.flush()
    whole = [*heard, typed._text]
    assert "".join("".join(whole).split()) == "".join(text.split())
    for sentence in whole:
        for begin, end in (("<break", "/>"), ("<phoneme", "</phoneme>")):
            assert sentence.count(begin) == sentence.count(end)


def test_a_break_comes_before_what_follows_it() -> None:
    typed = TypedTags("EN")
    assert typed.write('Wait. <break time="1s"/>') == ["Wait."]
    assert typed.flush() == []
    assert typed.write(" Now go. And") == ['<break time="1s"/> Now go.']
    typed.clear()
    word = "<phoneme alphabet='ipa' ph='a. b'>two</phoneme>"
    assert typed.write(f"One. {word[:-4]}") == []
    assert typed.write(f"{word[-4:]}. Three") == ["One.", f"{word}."]


def test_hostile_texts_are_read_in_no_time() -> None:
    def read(text: str) -> None:
        read_tags(text)
        TypedTags("EN").write(text)

    starts = ("<break ", "<break time=", '<phoneme a="', "<phoneme a='b'>")
    for piece in (*starts, "<phoneme" + ' a="b"' * 9):
        assert grows_in_proportion(read, piece), piece
