"""Every character of a text has its time, however the audio comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import LimitSettings
from engines.reading.rules import text_rules
from engines.reading.words import places, read_piece
from serve_app.web.elevenlabs.alignment import Aligner, Characters, whole_text
from serve_app.web.elevenlabs.outbox import aligned
from serve_app.web.elevenlabs.tags import read_tags
from serve_app.web.word_times import heard_words
from serve_app.work.scripts import write_script
from serve_app.work.word_times import HeardWord

TEXTS = {
    "EN": "It cost $3.50. [pause 300ms] Really?  \n\nYes: “quite”, said Dr. Smith — it did.",
    "JP": "今日は。 [pause 1s] 元気ですか？ Yes.",
    "KR": "안녕하세요. 반갑습니다!",
}


def request_of(text: str, language: str) -> dict[str, Any]:
    script = write_script(text, language, text_rules(""), LimitSettings())
    return {"language": language, "parts": script.parts}


def check(heard: Characters, text: str, seconds: float) -> None:
    assert "".join(heard.characters) == text
    bounds = [0.0, *(one for pair in zip(heard.starts, heard.ends, strict=True) for one in pair)]
    assert all(before <= after + 1e-9 for before, after in pairwise(bounds))
    assert heard.ends[-1] == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize("language", TEXTS)
def test_all_at_once(language: str) -> None:
    text = TEXTS[language]
    aligner = Aligner(text, request_of(text, language))
    check(aligner.until(aligner.parts, 7.5), text, 7.5)


@given(data=st.data(), language=st.sampled_from(sorted(TEXTS)))
def test_piece_by_piece(data: st.DataObject, language: str) -> None:
    text = TEXTS[language]
    aligner = Aligner(text, request_of(text, language))
    lengths = data.draw(st.lists(st.floats(0.1, 3), min_size=aligner.parts, max_size=aligner.parts))
    ends = list(accumulate(lengths))
    stops = data.draw(st.sets(st.integers(1, aligner.parts)))
    heard = Characters()
    for stop in sorted(stops | {aligner.parts}):
        new = aligner.until(stop, ends[stop - 1])
        heard.characters += new.characters
        heard.starts += new.starts
        heard.ends += new.ends
    check(heard, text, ends[-1])


def known(text: str, language: str, seconds: float) -> list[HeardWord]:
    """Words as an engine tells them: they take longer, the later they come."""
    words = list(read_whole(text, language))
    bounds = [seconds * (at / len(words)) ** 2 for at in range(len(words) + 1)]
    return [
        HeardWord(start, end, place, place)
        for place, start, end in zip(words, bounds[:-1], bounds[1:], strict=True)
    ]


def read_whole(text: str, language: str) -> Iterator[tuple[int, int]]:
    pieces = [part for part in request_of(text, language)["parts"] if isinstance(part, str)]
    last = 0
    for place, piece in zip(places(text, pieces), pieces, strict=True):
        for word in read_piece(language, piece).words:
            first, end = place.span(word.start, word.end)
            if first >= last:
                yield first, end
                last = end


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("at_once", [True, False])
def test_known_words_have_their_own_times(language: str, at_once: bool) -> None:
    text = TEXTS[language]
    words = known(text, language, 9.0)
    aligner = Aligner(text, request_of(text, language))
    aligner.learn(words)
    heard = Characters()
    for parts in [aligner.parts] if at_once else range(1, aligner.parts + 1):
        # A part ends where the first word of the next begins.
        new = aligner.until(
            parts, 9.0 if parts == aligner.parts else end_of(parts, text, words, language)
        )
        heard.characters += new.characters
        heard.starts += new.starts
        heard.ends += new.ends
    check(heard, text, 9.0)
    for word in words:
        first, last = word.sent
        assert heard.starts[first] == pytest.approx(word.start)
        assert heard.ends[last - 1] == pytest.approx(word.end)


def end_of(parts: int, text: str, words: Sequence[HeardWord], language: str) -> float:
    """When the word behind so many parts begins."""
    spoken = [part for part in request_of(text, language)["parts"][:parts] if isinstance(part, str)]
    last = places(text, spoken)[-1].ends[-1] if spoken else 0
    return next(word.start for word in words if word.sent[0] >= last)


def test_a_pause_belongs_to_what_was_heard_before_it() -> None:
    text = "One. [pause 2s] Two."
    aligner = Aligner(text, request_of(text, "EN"))
    heard = aligner.until(aligner.parts, 4.0)
    at = text.index("T")
    assert heard.starts[at] == pytest.approx(3.0, abs=0.2)  # a second, two of silence, a second
    assert heard.starts[text.index("e")] < 1.0


def test_words_that_were_kept_tell_when_their_characters_are_heard() -> None:
    text = "One. [pause 2s] Two, $3!"
    rows = [[0.1, 0.5, 0, 3], [2.6, 3.0, 16, 19], [2.9, 3.4, 21, 23]]  # the last begins too early
    record = {"text": text, "language": "EN", "words": rows}
    heard = whole_text(text, request_of(text, "EN"), record, 4.0)
    check(heard, text, 4.0)
    for row, word in zip(rows, ("One", "Two"), strict=False):
        at = text.index(word)
        assert heard.starts[at] == pytest.approx(row[0])
        assert heard.ends[at + 2] == pytest.approx(row[1])
    assert heard.starts[text.index("$")] == pytest.approx(3.0)


def test_without_words_a_text_lasts_as_long_as_its_audio() -> None:
    text = "Nobody knows."
    check(whole_text(text, request_of(text, "EN"), None, 2.0), text, 2.0)
    told = aligned(text, "EN", [], 0.0, 2.0).in_milliseconds()
    assert told["charStartTimesMs"][-1] + told["charDurationsMs"][-1] == 2000


def test_a_sentence_ends_with_a_space_where_its_script_has_one() -> None:
    for text, behind in (("Hello.", " "), ("안녕하세요", " "), ("今日は。", "")):
        words = [
            {"char_start": one.first, "char_end": one.last, "start": one.start, "end": one.end}
            for one in heard_words(text, "EN", 3.0, 4.0)
        ]
        told = aligned(text, "EN", words, 3.0, 4.0).in_milliseconds()
        assert "".join(told["chars"]) == text + behind
        assert told["charStartTimesMs"][0] == 0
        assert told["charStartTimesMs"][-1] + told["charDurationsMs"][-1] == 1000


TAGGED = (
    'Wait. <break time="1.5s" /> I say '
    '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">tomato</phoneme>, a < b. <b>Bold.</b>'
)
UNTAGGED = "Wait. . I say tomato, a < b. <b>Bold.</b>"


@pytest.mark.parametrize("stops", [[99], [1, 2, 3, 99]])
def test_tags_have_their_time_and_are_not_said(stops: list[int]) -> None:
    request = request_of(read_tags(TAGGED).text, "EN")
    assert 1.5 in request["parts"]
    aligner = Aligner(TAGGED, request)
    heard, said = "", ""
    for number, stop in enumerate(stops, 1):
        new = aligner.until(min(stop, aligner.parts), 3.0 * number)
        heard += "".join(new.characters)
        said += "".join(new.as_said().characters)
    assert heard == TAGGED
    assert said == UNTAGGED


def test_a_socket_tells_them_apart_too() -> None:
    heard = aligned(TAGGED, "EN", [], 0.0, 4.0, tags=True)
    assert "".join(heard.characters) == TAGGED + " "
    assert "".join(heard.as_said().characters) == UNTAGGED + " "
    assert heard.as_said().ends[-1] == pytest.approx(4.0)
    assert aligned(TAGGED, "EN", [], 0.0, 4.0).as_said().characters == heard.characters
