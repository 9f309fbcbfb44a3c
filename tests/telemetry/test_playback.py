"""A player runs dry when, and only when, audio comes later than what came before has lasted."""

from __future__ import annotations

import pytest

from telemetry.playback import GRACE_S, Player

Came = list[tuple[float, float]]  # when, and how much there was then


@pytest.mark.parametrize(
    ("came", "stalls", "stalled_s"),
    [
        ([(5.0, 1.0)], 0, 0.0),
        ([(5.0, 1.0), (6.0, 2.0), (7.0, 3.0)], 0, 0.0),
        ([(5.0, 1.0), (6.0 + GRACE_S, 2.0)], 0, 0.0),
        ([(5.0, 1.0), (6.5 + GRACE_S, 2.0)], 1, 0.5),
        # The first stall has put off the rest: what comes a second later is in time.
        ([(5.0, 1.0), (6.5 + GRACE_S, 2.0), (7.5 + GRACE_S, 3.0)], 1, 0.5),
        ([(5.0, 1.0), (6.5 + GRACE_S, 2.0), (8.0 + GRACE_S, 3.0)], 2, 1.0),
        # A header is no audio, and no player begins with it.
        ([(0.0, 0.0), (5.0, 1.0), (6.0, 2.0)], 0, 0.0),
        # A pause that was already paid for by audio made ahead.
        ([(5.0, 10.0), (14.0, 11.0)], 0, 0.0),
    ],
)
def test_it_stands_still_where_audio_is_late(came: Came, stalls: int, stalled_s: float) -> None:
    player = Player()
    for at, seconds in came:
        player.receive(at, seconds)
    assert player.stalls == stalls
    assert player.stalled_s == pytest.approx(stalled_s)
    assert player.seconds == came[-1][1]
