"""Wrong audio is told from right audio, and lost jobs from kept ones."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from loadtests.checks import Asked, Tags, find_faults
from loadtests.ledger import Fate, Ledger
from loadtests.texts import SENTENCES, Text, draw_seconds, draw_text
from tests.loadtests.fake_service import RATE, encode, tone
from tests.running import ROOT

TEXT = Text("The library closes early on Fridays, and opens late on Mondays.", "EN")
ASKED = Asked("id-1", TEXT, "wav", seconds=4.0)
HEADERS = {"content-disposition": 'attachment; filename="id-1.wav"', "etag": '"abc"'}


def test_what_was_asked_for_has_no_faults() -> None:
    assert find_faults(ASKED, encode(tone(4.0)), HEADERS) == []


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "opus", "ogg"])
def test_every_format_is_read(kind: str) -> None:
    asked = replace(ASKED, format=kind)
    assert find_faults(asked, encode(tone(4.0), kind), HEADERS) == []


@pytest.mark.parametrize(
    ("samples", "changes", "headers", "fault"),
    [
        (np.zeros(4 * RATE, np.float32), {}, {}, "silent"),
        (np.concatenate([tone(0.8), np.zeros(RATE * 32 // 10, np.float32)]), {}, {}, "silent"),
        (tone(0.5), {"seconds": 0.5}, {}, "for a text of about"),
        (tone(60.0), {"seconds": 60.0}, {}, "for a text of about"),
        (tone(3.5), {}, {}, "announced"),
        (tone(4.0), {"format": "flac"}, {}, "no flac"),
        (tone(4.0), {}, {"content-disposition": 'attachment; filename="id-2.wav"'}, "another id"),
        (tone(4.0), {}, {"etag": ""}, "ETag"),
        (tone(4.0), {"speed": 8.0}, {}, "for a text of about"),
    ],
)
def test_a_fault_is_named(
    samples: np.ndarray, changes: dict[str, Any], headers: dict[str, str], fault: str
) -> None:
    faults = find_faults(replace(ASKED, **changes), encode(samples), HEADERS | headers)
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_cut_file_is_a_fault() -> None:
    assert find_faults(ASKED, encode(tone(4.0))[:2000], HEADERS)


MANY_AT_ONCE = """
import gevent
from loadtests.users import check_apart
from tests.loadtests.test_checks import ASKED, HEADERS, encode, tone

data = encode(tone(4.0))
def check():
    for _ in range(40):
        assert check_apart(ASKED, data, HEADERS) == []
gevent.joinall([gevent.spawn(check) for _ in range(8)], raise_error=True)
"""


def test_many_are_checked_at_once_under_gevent() -> None:
    subprocess.run([sys.executable, "-c", MANY_AT_ONCE], cwd=ROOT, timeout=60, check=True)


def test_the_same_bytes_for_two_texts_are_somebody_elses() -> None:
    tags = Tags()
    assert tags.find_fault(ASKED, '"abc"') == []
    assert tags.find_fault(replace(ASKED, audio_id="id-2"), '"abc"') == []  # asked again
    assert tags.find_fault(replace(ASKED, text=Text("Other.", "EN")), '"abc"')
    assert tags.find_fault(replace(ASKED, voice="someone"), '"abc"')


@pytest.mark.parametrize(
    ("fates", "lost"),
    [
        (["downloaded"], False),
        (["deleted"], False),
        ([], True),
        (["lost"], True),
        (["failed"], True),
        (["lost", "downloaded"], True),  # a loss is not taken back
    ],
)
def test_what_was_accepted_must_be_accounted_for(fates: list[Fate], lost: bool) -> None:
    ledger = Ledger()
    for audio_id in ("kept", "other"):
        ledger.accept(audio_id, "tts")
    ledger.settle("kept", "downloaded")
    for fate in fates:
        ledger.settle("other", fate)
    assert [entry.audio_id for entry in ledger.lost()] == (["other"] if lost else [])
    assert ledger.summary()["lost"] == int(lost)


def test_texts_are_sentences_or_pages_in_every_language() -> None:
    import random

    rng = random.Random(3)
    lengths = sorted(draw_seconds(rng) for _ in range(4000))
    assert lengths[2000] == pytest.approx(5.0, rel=0.1)
    assert 30.0 < lengths[3960] < 60.0  # one in a hundred
    texts = [draw_text(rng) for _ in range(400)]
    assert {text.language for text in texts} == set(SENTENCES)
    assert draw_text(rng, 60.0).seconds == pytest.approx(60.0, rel=0.15)
