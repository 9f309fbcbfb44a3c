"""SSML as runs of text: what is read, what is left out and told of, what is refused."""

from __future__ import annotations

import pytest

from engines.errors import InvalidSsml
from engines.reading.markup import Pause
from engines.reading.said import said
from engines.reading.ssml import values
from engines.reading.ssml.document import Document, Manner, Run
from engines.reading.ssml.parse import MAX_DEPTH, MAX_ELEMENTS, parse
from engines.reading.ssml.say_as import rewrite

BOMB = '<!DOCTYPE speak [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><speak>&b;&b;&b;</speak>'
FOREIGN_FILE = '<!DOCTYPE speak [<!ENTITY f SYSTEM "file:///etc/passwd">]><speak>&f;</speak>'


def read(inside: str) -> Document:
    return parse(f"<speak>{inside}</speak>", "EN")


def texts(document: Document) -> list[str | float]:
    return [item.text if isinstance(item, Run) else item.seconds for item in document.items]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("One <break time='1.5s'/> two", ["One", 1.5, "two"]),
        ("One <break strength='strong'/> two<break strength='none'/>", ["One", 1.0, "two"]),
        ("<p>One.</p><p>Two.</p>", ["One.", 0.4, "Two."]),
        ("<s>One</s><s>two</s>", ["One", "two"]),
        ("<sub alias='World Wide Web'>WWW</sub> &amp; more", ["World Wide Web & more"]),
        ("<w>One</w> <token>two</token>", ["One two"]),
        ("a <desc>never said</desc>b", ["a b"]),
    ],
)
def test_elements_become_text_and_pauses(written: str, means: list[str | float]) -> None:
    document = read(written)
    assert texts(document) == means
    assert document.warnings == []


def test_manners_add_up_and_end_with_their_element() -> None:
    document = read(
        "<prosody rate='fast' pitch='+2st'>A <prosody rate='80%' volume='-6dB'>b</prosody> c"
        "</prosody> <lang xml:lang='fr-FR'>d</lang> <voice name='Ada'>e</voice> f"
    )
    assert [item.manner for item in document.items if isinstance(item, Run)] == [
        Manner(rate=1.25, pitch=2.0),
        Manner(rate=1.0, pitch=2.0, gain=-6.0),
        Manner(rate=1.25, pitch=2.0),
        Manner(language="fr-FR"),
        Manner(voice="Ada"),
        Manner(),
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("<emphasis>much</emphasis>", "<emphasis> is not supported"),
        ("<audio src='http://example.org/x.wav'>much</audio>", "<audio> is not supported"),
        ("<x:style xmlns:x='urn:x'>much</x:style>", "<style (of urn:x)> is not supported"),
        ("<prosody pitch='+20Hz'>much</prosody>", "'+20Hz' is no value of prosody pitch"),
        ("<voice gender='female'>much</voice>", "'gender' of <voice> is not used"),
        ("<say-as interpret-as='poem'>much</say-as>", "'much' cannot be said as 'poem'"),
        ("<phoneme alphabet='x-sampa' ph='mVtS'>much</phoneme>", "A <phoneme> is read as written"),
    ],
)
def test_what_is_not_supported_is_told_of_and_its_text_is_said(written: str, told: str) -> None:
    document = read(f"So {written} of it.")
    assert texts(document) == ["So much of it."]
    assert len(document.warnings) == 1
    assert told in document.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        FOREIGN_FILE,
        "<!DOCTYPE speak><speak>a</speak>",
        "plain text",
        "<speak>a",
        "<speak>a &undefined; b</speak>",
        "<p>a</p>",
        "<speak><speak>a</speak></speak>",
        "<speak><x:style>no namespace</x:style></speak>",
        "<speak>\ud800</speak>",
        f"<speak>{'<s>' * MAX_DEPTH}a{'</s>' * MAX_DEPTH}</speak>",
        f"<speak>{'<mark/>' * MAX_ELEMENTS}a</speak>",
        f"<speak><voice name='{'a' * 300}'>a</voice></speak>",
        "<speak>" + "<s " + " ".join(f"a{n}='b'" for n in range(20)) + ">a</s></speak>",
    ],
)
def test_what_is_no_ssml_or_goes_beyond_a_bound_is_refused(text: str) -> None:
    with pytest.raises(InvalidSsml):
        parse(text, "EN")


def test_a_fault_is_found_by_its_line() -> None:
    with pytest.raises(InvalidSsml, match=r"mismatched tag at line 2, column \d+"):
        parse("<speak>\n<p>a</s></speak>", "EN")


@pytest.mark.parametrize(
    ("language", "interpret", "form", "written", "heard"),
    [
        ("EN", "cardinal", "", "1999", "one thousand nine hundred ninety-nine"),
        ("EN", "ordinal", "", "22", "twenty-second"),
        ("fr-FR", "ordinal", "", "1", "premier"),
        ("JP", "ordinal", "", "5", "第ゴ"),
        ("ko", "ordinal", "", "5", "제오"),
        ("EN", "characters", "", "abc1", "A B C one"),
        ("EN", "telephone", "", "+44 (20) 55", "plus four four, two zero, five five"),
        ("EN", "date", "dmy", "04/05/26", "May fourth, twenty twenty-six"),
        ("EN", "date", "mdy", "04/05/26", "April fifth, twenty twenty-six"),
        ("EN", "currency", "", "USD12.50", "twelve U S dollars fifty cents"),
    ],
)
def test_say_as_leaves_the_reader_one_reading(
    language: str, interpret: str, form: str, written: str, heard: str
) -> None:
    codes = {"fr-FR": "FR", "ko": "KR"}
    rewritten = rewrite(written, interpret, form, language)
    assert said(codes.get(language, language), rewritten, lambda _: None) == heard


def test_values_are_read_as_the_standard_writes_them() -> None:
    assert values.rate("+20%") == pytest.approx(1.2)
    assert values.rate("x-slow") == pytest.approx(0.5)
    assert values.pitch("+100%") == pytest.approx(12.0)
    assert values.gain("silent") == pytest.approx(-120.0)
    assert values.seconds("250ms", None) == pytest.approx(0.25)
    for bad in ("-100%", "quick", "+-1", "1e9"):
        with pytest.raises(ValueError, match=r".*"):
            values.rate(bad)


def test_a_pause_of_its_own_takes_the_place_of_the_paragraphs() -> None:
    assert read("<p>A</p><break time='2s'/><p>B</p>").items[1] == Pause(2.0)
    assert texts(read("<p>A</p><break time='2s'/><p>B</p>")) == ["A", 2.0, "B"]
