"""The words of a job stand where they are heard in the whole audio, and in the text as it came."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.base import Waveform
from engines.reading.rules import text_rules
from engines.reading.ssml.parse import parse
from engines.reading.timing import WordTime
from engines.reading.words import read_piece
from serve_app.catalog import BaseVoice, Catalog
from serve_app.work.dialogue import Cast, write_dialogue
from serve_app.work.orders import SpeechOrder, Words, write_order
from serve_app.work.word_times import HeardText, heard_text
from tests.engines.pauses import ODD

RATE = 1000
WORD_S = 0.25


def words_of(text: str, language: str, **changes: Any) -> Words:
    values: dict[str, Any] = {
        "speaker": None, "speed": 1.0, "pitch": 0.0, "format": "wav", "seed": 1,
        "pronunciations": {},
    }  # fmt: skip
    return Words(text, language, **(values | changes))


def ordered(text: str, language: str = "EN", **changes: Any) -> SpeechOrder:
    words = words_of(text, language, **changes)
    base = BaseVoice(language, language)
    return write_order(words, base, text_rules("espeak"), {}, LimitSettings())


def voiced(order: SpeechOrder, language: str = "EN") -> dict[int, Waveform | str]:
    """Each word of a piece takes a quarter of a second, and the end of the piece as much."""
    spoken: dict[int, Waveform | str] = {}
    for index, piece in enumerate(order.pieces()):
        words = read_piece(language, piece).words
        times = tuple(
            WordTime(at * WORD_S, (at + 1) * WORD_S, word.start, word.end)
            for at, word in enumerate(words)
        )
        seconds = (len(words) + 1) * WORD_S
        spoken[index] = Waveform(np.zeros(round(seconds * RATE), np.float32), RATE, (), times)
    return spoken


def heard(text: str, language: str = "EN", **changes: Any) -> HeardText:
    order = ordered(text, language, **changes)
    found = heard_text(order, voiced(order, language))
    assert found
    return found


def test_words_stand_in_the_text_as_it_was_sent() -> None:
    text = "  It cost\t$3.50!\u200b  “Really?”\n\nDr. Smith paid."
    found = heard(text)
    words = ["It", "cost", "$3.50", "Really", "Dr.", "Smith", "paid"]
    assert [text[slice(*word.sent)] for word in found.words] == words
    assert [found.text[slice(*word.shown)] for word in found.words] == words
    assert "\u200b" not in found.text  # captions are cut by what is seen
    price = found.words[2]  # three dollars fifty cents
    assert (price.start, price.end) == pytest.approx((0.5, 1.5))


def test_what_nobody_sees_is_not_shown() -> None:
    text = "Say \u2060\u2060\u2060hy\u00adphen\u2060\u2060.\u2060 [pause 1s]\u2060\u2060 So\ufeff."
    found = heard(text)
    assert found.text == "Say hyphen. So."
    assert [found.text[slice(*word.shown)] for word in found.words] == ["Say", "hyphen", "So"]
    assert [text[slice(*word.sent)] for word in found.words][1] == "hy\u00adphen"


def in_ssml(text: str, language: str = "EN") -> HeardText:
    """What is heard of SSML in which no registered voice speaks."""
    words = words_of(text, language, input_type="ssml")
    cast = Cast(words, Catalog({language: [language]}), {}, lambda _language, _voice: None)
    rules = text_rules("espeak")
    order = write_dialogue(parse(text, language), cast, rules, {}, LimitSettings())
    found = heard_text(order, voiced(order, language))
    assert found
    return found


def test_words_of_ssml_stand_between_its_tags() -> None:
    text = (
        "<speak>\r\n <p>Ad&#233;le &amp; <sub alias='World Wide Web Consortium'>W3C</sub> paid"
        " <say-as interpret-as='cardinal'>1500</say-as>.</p><s>Bye<break time='1s'/> 😀 Bob</s>"
        "</speak>"
    )
    found = in_ssml(text)
    assert found.text == "Adéle & W3C paid 1500.\nBye 😀 Bob"
    assert [text[slice(*word.sent)] for word in found.words] == [
        "Ad&#233;le", "&amp;", "W3C", "paid", "1500", "Bye", "Bob",
    ]  # fmt: skip
    assert [found.text[slice(*word.shown)] for word in found.words] == [
        "Adéle", "&", "W3C", "paid", "1500", "Bye", "Bob",
    ]  # fmt: skip
    bye, bob = found.words[-2:]
    assert bob.start - bye.end > 1.0  # the break
    assert HeardText.from_record(found.to_record()) == found


def test_pauses_and_pieces_move_what_comes_after_them() -> None:
    text = "One. [pause 2s] Two."
    found = heard(text)
    assert found.text == "One. Two."
    assert [text[slice(*word.sent)] for word in found.words] == ["One", "Two"]
    assert [found.text[slice(*word.shown)] for word in found.words] == ["One", "Two"]
    assert [(word.start, word.end) for word in found.words] == [
        pytest.approx((0.0, 0.25)),
        pytest.approx((2.5, 2.75)),
    ]


def test_a_piece_that_was_left_out_takes_no_time() -> None:
    order = ordered("One. [pause 1s] Two. [pause 1s] Three.")
    spoken = voiced(order)
    spoken[1] = "Piece 2 was left out."
    found = heard_text(order, spoken)
    assert found
    assert [word.start for word in found.words] == pytest.approx([0.0, 2.5])


def test_a_stream_cut_short_at_its_start_has_the_same_words() -> None:
    text = "Well, this sentence is long enough to be cut early, so that it is heard at once."
    whole, streamed = heard(text), heard(text, stream=True)
    assert [w.sent for w in whole.words] == [w.sent for w in streamed.words]


PRICES = {
    "EN": ("It cost $3.50, on 5/6/2026.", "$3.50"),
    "ES": ("Costó 3,50 €, el 5/6/2026.", "3,50 €"),
    "FR": ("Ça coûte 3,50 €, le 5/6/2026.", "3,50 €"),
    "ZH": ("今天花了3.5元。我们走吧!", "3.5元"),
    "JP": ("3時30分です。行きましょう。", "3時30分"),
    "KR": ("값은 3,500원 입니다. 네.", "3,500원"),
}


@pytest.mark.parametrize("language", PRICES)
def test_what_is_said_otherwise_stands_for_what_is_written(language: str) -> None:
    text, price = PRICES[language]
    found = heard(f"\t{text}\n\n{text}", language)
    said = [found.text[slice(*word.sent)] for word in found.words]
    assert said.count(price) == 2, said
    covered = {at for word in found.words for at in range(*word.sent)}
    assert {at for at, char in enumerate(found.text) if char.isalnum()} <= covered


@pytest.mark.parametrize("language", PRICES)
def test_whatever_is_written_the_words_are_in_order_and_inside_it(language: str) -> None:
    chance = random.Random(language)
    for _ in range(150):
        text = "a" + "".join(chance.choices(ODD, k=chance.randint(1, 60)))
        found = heard(text, language)
        places = [place for word in found.words for place in word.sent]
        assert places == sorted(places), text
        assert places[-1] <= len(text), text
        times = [word.start for word in found.words]
        assert times == sorted(times), text


def test_a_record_holds_it_all() -> None:
    found = heard("It cost $3.50. Really.")
    assert HeardText.from_record(found.to_record()) == found


def test_engines_without_word_times_have_none() -> None:
    order = ordered("One.")
    silent: dict[int, Waveform | str] = {0: Waveform(np.zeros(10, np.float32), RATE)}
    assert heard_text(order, silent) is None
