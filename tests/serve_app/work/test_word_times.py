"""The words of a job stand where they are heard in the whole audio, and in the text as it came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from config.settings import LimitSettings
from engines.base import Waveform
from engines.reading.rules import text_rules
from engines.reading.timing import WordTime
from engines.reading.words import read_piece
from serve_app.catalog import BaseVoice
from serve_app.work.orders import SpeechOrder, Words, write_order
from serve_app.work.word_times import HeardText, heard_text

RATE = 1000
WORD_S = 0.25


def ordered(text: str, language: str = "EN", **changes: Any) -> SpeechOrder:
    values: dict[str, Any] = {
        "speaker": None, "speed": 1.0, "pitch": 0.0, "format": "wav", "seed": 1,
        "pronunciations": {},
    }  # fmt: skip
    words = Words(text, language, **(values | changes))
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
    assert found.text == text
    return found


def test_words_stand_in_the_text_as_it_was_sent() -> None:
    text = "  It cost\t$3.50!\u200b  “Really?”\n\nDr. Smith paid."
    found = heard(text)
    assert [text[word.first : word.last] for word in found.words] == [
        "It", "cost", "$3.50", "Really", "Dr", "Smith", "paid",
    ]  # fmt: skip
    price = found.words[2]  # three dollars fifty cents
    assert (price.start, price.end) == pytest.approx((0.5, 1.5))


def test_pauses_and_pieces_move_what_comes_after_them() -> None:
    found = heard("One. [pause 2s] Two.")
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
    assert [(w.first, w.last) for w in whole.words] == [(w.first, w.last) for w in streamed.words]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ZH", "今天花了3.5元。我们走吧!"),
        ("JP", "3時30分です。行きましょう。"),
        ("KR", "3,500원 입니다. 네."),
    ],
)
def test_every_letter_and_digit_is_in_a_word(language: str, text: str) -> None:
    found = heard(text, language)
    covered = {at for word in found.words for at in range(word.first, word.last)}
    assert {at for at, char in enumerate(text) if char.isalnum()} <= covered


def test_a_record_holds_it_all() -> None:
    found = heard("It cost $3.50. Really.")
    assert HeardText.from_record(found.to_record()) == found


def test_engines_without_word_times_have_none() -> None:
    order = ordered("One.")
    silent: dict[int, Waveform | str] = {0: Waveform(np.zeros(10, np.float32), RATE)}
    assert heard_text(order, silent) is None
