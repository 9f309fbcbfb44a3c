"""A stream is held back just as long as the machine that makes it needs to keep ahead."""

from __future__ import annotations

import pytest

from serve_app.work.head_start import BESIDE_S, MOST_S, SLOWER, head_start_s

PIECES_S = [1.2, 1.0, 2.0, 2.5, 4.0]


def stalls(pace: float, wait_s: float) -> float:
    """Seconds of silence, where each piece takes `pace` times what it is expected to."""
    first, *others = PIECES_S
    heard_until, ready, silent = wait_s + first, 0.0, 0.0
    for piece in others:
        ready += SLOWER * pace * (piece + BESIDE_S)
        silent += max(0.0, ready - heard_until)
        heard_until = max(heard_until, ready) + piece
    return silent


@pytest.mark.parametrize("pace", [0.1, 0.2, 0.3, 0.38, 0.43])
def test_no_piece_comes_late_and_nobody_waits_for_longer_than_that(pace: float) -> None:
    took_s = pace * (PIECES_S[0] + BESIDE_S)
    wait_s = head_start_s(took_s, PIECES_S[0], PIECES_S)
    assert stalls(pace, wait_s) == pytest.approx(0.0, abs=1e-9)
    if wait_s > 0:
        assert stalls(pace, wait_s - 0.01) > 0.0
    assert (wait_s > 0.0) is (pace * SLOWER > 0.55)


def test_whoever_cannot_keep_up_begins_all_the_same() -> None:
    assert head_start_s(20.0, 1.2, PIECES_S) == MOST_S


def test_a_text_of_one_piece_is_heard_at_once() -> None:
    assert head_start_s(1.0, 1.2, PIECES_S[:1]) == 0.0
