"""Faulty pieces: made again where that may help, and said wherever they remain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from config.settings import QualitySettings
from engines.base import Waveform
from serve_app.threads import Threads
from serve_app.work.inspection import Inspection
from telemetry.meter import Meter
from tests.engines.audio.signals import clip
from tests.serve_app.fakes import INFO, run

STAGE = "TextToSpeech"
GOOD = clip()
BROKEN = Waveform(np.full_like(GOOD.samples, np.nan), GOOD.sample_rate)


@pytest.fixture
def threads() -> Iterator[Threads]:
    pools = Threads()
    yield pools
    pools.close()


class Made:
    """Attempts at a piece, in the order in which they come."""

    def __init__(self, *attempts: Waveform) -> None:
        self.attempts = attempts
        self.asked: list[int] = []

    async def __call__(self, attempt: int) -> Waveform:
        self.asked.append(attempt)
        return self.attempts[attempt]


def inspected(
    threads: Threads,
    made: Made,
    *,
    seeded: bool = True,
    fixed: bool = False,
    random: bool = False,
    **settings: bool,
) -> Waveform:
    engine = replace(INFO, seeded=seeded, random_weights=random)
    meter = Meter(export_to_ray=False)
    inspection = Inspection(QualitySettings(**settings), {STAGE: engine}, threads, meter)
    return run(inspection.make(made, 3, GOOD.seconds, [STAGE], "", seed_is_fixed=fixed))


def test_a_good_piece_is_left_as_it_is(threads: Threads) -> None:
    made = Made(GOOD)
    assert inspected(threads, made) is GOOD
    assert made.asked == [0]


def test_a_faulty_piece_is_made_once_more_and_that_is_said(threads: Threads) -> None:
    made = Made(BROKEN, GOOD)
    piece = inspected(threads, made)
    assert made.asked == [0, 1]
    np.testing.assert_array_equal(piece.samples, GOOD.samples)
    assert piece.warnings == ("Piece 3 was made again: it had samples that are no numbers.",)


def test_what_stays_faulty_is_said_and_can_be_played(threads: Threads) -> None:
    made = Made(BROKEN, BROKEN)
    piece = inspected(threads, made)
    assert made.asked == [0, 1]
    assert np.isfinite(piece.samples).all()
    assert "now has samples that are no numbers" in piece.warnings[0]


@pytest.mark.parametrize(
    "why", [{"fixed": True}, {"seeded": False}, {"remake": False}], ids=lambda why: next(iter(why))
)
def test_it_is_not_made_again_where_that_is_not_wanted_or_no_use(
    threads: Threads, why: dict[str, bool]
) -> None:
    made = Made(BROKEN)
    piece = inspected(threads, made, **why)
    assert piece.warnings == ("Piece 3 has samples that are no numbers.",)


@pytest.mark.parametrize("why", [{"inspect": False}, {"random": True}])
def test_nobody_listens_where_it_is_off_or_no_speech(
    threads: Threads, why: dict[str, bool]
) -> None:
    assert inspected(threads, Made(BROKEN), **why).warnings == ()
