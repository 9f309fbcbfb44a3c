"""Faults in pieces of speech: what is planted is heard, what is good is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.planted import plant
from engines.audio.faults import Fault, find_faults
from engines.base import Waveform
from tests.engines.audio.signals import clip


@pytest.fixture(scope="module")
def piece() -> Waveform:
    return clip()


def test_a_good_piece_has_none(piece: Waveform) -> None:
    assert find_faults(piece, piece.seconds) == ()


@pytest.mark.parametrize("fault", Fault)
def test_what_is_planted_is_heard(piece: Waveform, fault: Fault) -> None:
    assert fault in find_faults(plant(piece, fault), piece.seconds)


@pytest.mark.parametrize("length", [0, 1, 2, 50, 400])
def test_a_piece_of_hardly_any_samples_has_a_verdict(length: int) -> None:
    wave = Waveform(np.full(length, 0.3, np.float32), 24_000)
    assert find_faults(wave, 1.0)


def test_the_verdict_is_a_function_of_the_piece(piece: Waveform) -> None:
    again = Waveform(piece.samples.copy(), piece.sample_rate)
    assert find_faults(piece, 1.0) == find_faults(again, 1.0)
