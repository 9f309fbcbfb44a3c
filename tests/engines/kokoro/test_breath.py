"""Two pieces of a clause sound as if it had been said at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engines.audio.faults import find_faults
from engines.base import Utterance, Waveform
from engines.kokoro.breath import AHEAD, say_between
from engines.kokoro.engine import KokoroSpeech
from engines.kokoro.network import SAMPLE_RATE, Run
from engines.reading.duration import estimate_seconds

PHONE_S = 0.05
FIRST, SECOND = "The children", "were playing quietly in the garden when it rained."


class Speaker:
    """Says each phone as a tone of its own, and a space softly; of those that nobody wants no more
    than one."""

    def __init__(self, *, tells_bounds: bool = True) -> None:
        self.said: list[str] = []
        self._tells_bounds = tells_bounds

    def __call__(self, phones: str, wanted: tuple[int, int] | None = None) -> Run:
        self.said.append(phones)
        first, last = wanted or (0, len(phones))
        first, last = max(0, first - 1), min(len(phones), last + 1)
        within = np.clip(range(len(phones) + 1), first, last) - first
        samples = np.concatenate([tone(phone) for phone in phones[first:last]])
        return Run(samples, list(PHONE_S * within) if self._tells_bounds else [])


def tone(phone: str) -> np.ndarray:
    at = np.arange(round(PHONE_S * SAMPLE_RATE)) / SAMPLE_RATE
    loudness = 0.01 if phone == " " else 0.5
    return (loudness * np.sin(2 * np.pi * 20 * ord(phone) * at)).astype(np.float32)


def test_it_is_said_with_a_word_of_what_follows_and_ends_where_it_ends() -> None:
    speaker = Speaker()
    run = say_between(speaker, "abc", "", "def hijk lmnopq rst.")
    assert speaker.said == ["abc def hijk"]
    assert len(run.samples) / SAMPLE_RATE == pytest.approx(3 * PHONE_S, abs=PHONE_S + 0.01)
    assert run.bounds == pytest.approx([0, 0.05, 0.1, 0.15], abs=0.011)
    alone = Speaker()("abc").samples
    assert np.array_equal(run.samples[: 2 * len(alone) // 3], alone[: 2 * len(alone) // 3])


def test_it_is_said_with_all_that_went_before() -> None:
    speaker = Speaker()
    run = say_between(speaker, "defh hijk.", "abc", "")
    assert speaker.said == ["abc defh hijk."]
    assert len(run.bounds) == len("defh hijk.") + 1
    assert all(before <= after for before, after in pairwise(run.bounds))
    assert len(run.samples) / SAMPLE_RATE == pytest.approx(10 * PHONE_S, abs=PHONE_S + 0.01)


def test_what_follows_a_mark_is_not_said() -> None:
    speaker = Speaker()
    say_between(speaker, "abc", "", "d, efhi")
    say_between(speaker, "abc", "", "x" * 50)
    assert speaker.said == ["abc d", f"abc {'x' * AHEAD}"]


def test_it_is_said_alone_where_nothing_tells_when_its_phones_are_heard() -> None:
    speaker = Speaker(tells_bounds=False)
    run = say_between(speaker, "abc", "", "def")
    assert np.array_equal(run.samples, Speaker()("abc").samples)


@pytest.fixture(scope="module")
def said(kokoro: KokoroSpeech) -> list[Waveform]:
    speaker = kokoro.info.speakers["EN"][0]
    made = kokoro.synthesize(
        [
            Utterance(FIRST, "EN", speaker, after=SECOND, timed=True),
            Utterance(SECOND, "EN", speaker, before=FIRST, timed=True),
            Utterance(f"{FIRST} {SECOND}", "EN", speaker, timed=True),
        ]
    )
    assert all(isinstance(one, Waveform) for one in made)
    return [one for one in made if isinstance(one, Waveform)]


def test_two_pieces_last_as_long_as_the_whole_and_are_without_fault(said: list[Waveform]) -> None:
    first, second, whole = said
    assert first.seconds + second.seconds == pytest.approx(whole.seconds, abs=0.15)
    assert find_faults(first, estimate_seconds(FIRST, "EN")) == ()
    assert find_faults(second, estimate_seconds(SECOND, "EN")) == ()


def test_their_words_are_those_of_the_whole_where_they_are_in_it(said: list[Waveform]) -> None:
    first, second, whole = said
    joined = [*first.words, *(word.later(first.seconds) for word in second.words)]
    assert len(joined) == len(whole.words)
    for one, other in zip(joined, whole.words, strict=True):
        assert one.start == pytest.approx(other.start, abs=0.25)
        assert one.end - one.start > 0.02
