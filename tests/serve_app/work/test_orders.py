"""What becomes of a request's text: pieces, pauses, pronunciations, warnings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import LimitSettings
from engines.errors import UnspeakableText
from engines.reading.clean import is_speakable
from engines.reading.melo_split import split as melo_split
from engines.reading.rules import ESPEAK, MELO, MELO_AS_UPSTREAM, NATURAL, text_rules
from engines.reading.split import split_text
from serve_app.catalog import BaseVoice
from serve_app.errors import InvalidPronunciation, PronunciationsUnsupported
from serve_app.store.values import VERSION_KEY
from serve_app.work.deliveries import Delivery, Staging
from serve_app.work.orders import (
    KNOWN_VERSION,
    SINCE,
    SpeechOrder,
    Words,
    capped,
    check_pronunciations,
    words_in,
    write_order,
)
from serve_app.work.scripts import Script, write_script
from tests.serve_app.fakes import order

LONG = "The first sentence, which costs $3.50, is here. " * 12
RULES = (ESPEAK, MELO, MELO_AS_UPSTREAM)


def script(text: str, language: str = "EN", rules: str = MELO, **limits: float) -> Script:
    return write_script(text, language, text_rules(rules), LimitSettings(**limits))


def test_a_text_is_cut_as_the_engine_says() -> None:
    assert script(LONG, rules=MELO).parts == melo_split(LONG, "EN")
    assert script(LONG, rules=MELO_AS_UPSTREAM).parts == melo_split(LONG, "EN", True)
    assert script(LONG, rules=ESPEAK).parts == split_text(LONG, "EN")
    assert len({len(script(LONG, rules=rules).parts) for rules in (ESPEAK, MELO)}) == 2


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("language", ["EN", "ES", "FR", "ZH", "JP", "KR"])
def test_no_piece_grows_without_punctuation(language: str, rules: str) -> None:
    for unit in ("word ", "x", "字", "かな", "가 "):
        pieces = script((unit * 5000)[:5000], language, rules).parts
        if rules == MELO_AS_UPSTREAM and language in ("ZH", "JP", "KR"):
            continue  # one piece without end, as upstream does
        assert max(len(str(piece)) for piece in pieces) <= 512


@pytest.mark.parametrize(
    ("stream", "follows", "rules", "pieces"),
    [
        (True, False, NATURAL, ["The children", "were playing quietly."]),
        (True, True, NATURAL, ["The children were playing quietly."]),
        (False, False, NATURAL, ["The children were playing quietly."]),
        (True, False, ESPEAK, ["The children were playing quietly."]),
    ],
)
def test_only_a_stream_that_is_waited_for_begins_with_a_phrase_alone(
    stream: bool, follows: bool, rules: str, pieces: list[str]
) -> None:
    text = "The children were playing quietly."
    words = Words(text, "EN", None, 1.0, 0.0, "wav", 1, {}, stream=stream, follows=follows)
    written = write_order(words, BaseVoice("EN", "one"), text_rules(rules), {}, LimitSettings())
    assert written.pieces() == pieces
    assert written.text == text
    assert written.one_breath == [*range(1, len(pieces))]


def test_what_is_said_in_one_breath_is_told_to_the_engine() -> None:
    parts = ["The children", "were playing quietly.", "It rained."]
    said = order(parts=parts, one_breath=[1])
    spoken = [said.utterance(index, piece, 0) for index, piece in enumerate(said.pieces())]
    assert [(one.before, one.after) for one in spoken] == [
        ("", "were playing quietly."),
        ("The children", ""),
        ("", ""),
    ]
    assert said.to_request()[VERSION_KEY] == KNOWN_VERSION == 5


@pytest.mark.parametrize("rules", RULES)
def test_pauses_stand_between_pieces(rules: str) -> None:
    parts = script("[pause 1s]One.[pause 300ms] [PAUSE=0.5 s]Two.[pause 2s]", rules=rules).parts
    assert parts == [1.0, "One.", 0.3, 0.5, "Two.", 2.0]


MARKUP = st.sampled_from(["[pause 1s]", "[pause 1ms]", "[", "]", "pause", "a.", "、", " "])


@given(text=st.lists(MARKUP).map("".join))
@pytest.mark.parametrize("rules", RULES)
def test_no_piece_is_ever_empty(rules: str, text: str) -> None:
    try:
        parts = script(text, rules=rules).parts
    except UnspeakableText:
        return
    assert all(is_speakable(part) if isinstance(part, str) else part > 0 for part in parts)


def test_pauses_have_limits_and_say_so() -> None:
    limited = script("A[pause 90s]b[pause 4s]c[pause 4s]d", max_pause_s=5, max_pauses_s=10)
    assert limited.parts == ["A", 5, "b", 4, "c", 1, "d"]
    assert limited.warnings == ["Pauses are cut to 5 s.", "All pauses together are cut to 10 s."]


def test_what_was_meant_as_a_pause_is_named() -> None:
    meant = script("One [pause] two.")
    assert meant.parts == ["One [pause] two."]  # whose brackets no engine says
    assert meant.warnings == ["'[pause]' is read as text: a pause is written [pause 300ms]."]
    assert script("Stage [exit left] and a pause.").warnings == []


@pytest.mark.parametrize(
    "tag", ["<speak>", '<break time="1s"/>', "</prosody>", "<mstts:express-as style='sad'>", "<br>"]
)
def test_markup_of_others_is_named(tag: str) -> None:
    written = script(f"One {tag} two. [pause 1s] Three {tag}.")
    assert written.warnings == [f"{tag!r} is read as text: SSML is asked for by its input_type."]


@pytest.mark.parametrize("text", ["1 < 2 and 3 > 2.", "I <3 you.", "a<b, c>d", "<- here ->"])
def test_comparisons_are_no_markup(text: str) -> None:
    assert script(text).warnings == []


@pytest.mark.parametrize("text", ["", " \n", "[pause 1s]", "…!", "[pause 1s] , [pause 2s]"])
def test_silence_alone_is_no_speech(text: str) -> None:
    with pytest.raises(UnspeakableText):
        script(text)


def test_pauses_count_in_the_cost() -> None:
    assert order("One.[pause 3s]Two.").cost() == pytest.approx(order("One.").cost() * 2 + 3)


def test_only_words_of_the_text_travel() -> None:
    words = {"GIF": "JH IH1 F", "nginx": "EH1 N", " ": "EH1"}
    assert words_in("a gif", words) == {"GIF": "JH IH1 F"}
    asked = order(
        "A gif is in the first one. And then there are no more of it.", pronunciations=words
    )
    spoken = [asked.utterance(index, piece, 0) for index, piece in enumerate(asked.pieces())]
    assert [one.pronunciations for one in spoken] == [(("GIF", "JH IH1 F"),), ()]
    assert SpeechOrder.from_request(asked.to_request()) == asked


@pytest.mark.parametrize(
    ("language", "spelled", "phone"),
    [
        ("EN", "JH IH1 QQ F", "QQ"),
        ("ES", "ɡwˈi7i", "7"),
        ("FR", "vɛ̃k%", "%"),
        ("JP", "アs", "s"),
        ("KR", "물k", "k"),
    ],
)
@pytest.mark.parametrize("rules", [ESPEAK, MELO])
def test_an_unknown_phone_is_named_with_its_word(
    language: str, spelled: str, phone: str, rules: str
) -> None:
    with pytest.raises(InvalidPronunciation) as refused:
        check_pronunciations({"word": spelled}, language, text_rules(rules))
    assert "'word'" in refused.value.detail
    assert refused.value.extensions["phone"] == phone
    assert refused.value.extensions["phones_url"] == f"/tts/phones/{language}"


def test_an_engine_without_pronunciations_says_so() -> None:
    with pytest.raises(PronunciationsUnsupported, match="ZH"):
        check_pronunciations({"重庆": "chong2 qing4"}, "ZH", text_rules(ESPEAK))


def test_warnings_are_given_once_and_have_an_end() -> None:
    assert capped(["a", "b", "a"]) == ["a", "b"]
    many = capped([f"{number}: {'x' * 5000}" for number in range(80)])
    assert len(many) == 51
    assert max(map(len, many)) == 300
    assert many[-1] == "… and 30 more warnings."


FIRST_FIELDS = {
    *("parts", "language", "speaker", "speed", "pitch", "format", "seed", "pronunciations"),
    *("warnings", "voice_id", "embedding", "traceparent"),
}


@dataclass(frozen=True, slots=True)
class LaterOrder(SpeechOrder):
    """An order of a release to come."""

    mood: str = field(default="calm", metadata={SINCE: KNOWN_VERSION + 1})  # changes what is said
    client: str = field(default="", metadata={})  # does not


def later(**changes: Any) -> LaterOrder:
    return LaterOrder(**asdict(order("Hello.")), **changes)


def test_a_record_has_only_what_every_release_knows_unless_more_was_asked_for() -> None:
    full = order("A gif.", pronunciations={"gif": "JH IH1 F"}, warnings=["so"], traceparent="1")
    assert set(full.with_voice("ada", b"x").to_request()) == FIRST_FIELDS
    assert set(later().to_request()) == set(order("Hello.").to_request()) < FIRST_FIELDS


def test_a_record_says_its_version_where_an_older_release_would_say_something_else() -> None:
    plain = later(client="phone").to_request()
    assert VERSION_KEY not in plain
    assert SpeechOrder.from_request(plain) == order("Hello.")
    moody = later(mood="angry").to_request()
    assert moody[VERSION_KEY] > KNOWN_VERSION
    assert LaterOrder.from_request(moody) == later(mood="angry")


def test_a_newer_release_runs_records_of_this_one() -> None:
    assert LaterOrder.from_request(order("Hello.").to_request()) == later()


@pytest.mark.parametrize(
    "news", [{"sample_rate": 16_000}, {"format": "pcm"}, {"format": "aac"}, {"stream": True}]
)
def test_what_the_last_release_would_write_otherwise_is_left_to_this_one(
    news: dict[str, Any],
) -> None:
    assert order("Hello.", **news).to_request()[VERSION_KEY] == 2


def test_a_telephones_format_is_left_to_releases_that_write_it() -> None:
    assert order("Hello.", format="ulaw").to_request()[VERSION_KEY] == 4 < KNOWN_VERSION


def test_a_dialogue_is_left_to_releases_that_know_its_voices() -> None:
    staged = order("Hello.", staging=Staging([Delivery("EN", "EN-BR", 1.0, 2.0)], [0]))
    written = json.loads(json.dumps(staged.to_request()))
    assert written[VERSION_KEY] == 3
    assert SpeechOrder.from_request(written) == staged
