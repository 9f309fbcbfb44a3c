"""When a stream may begin to be heard, so that it does not run dry a moment later.

Its first pieces are as short as they are for the sake of the first sound. Whether a machine makes
the next ones while those are heard, it shows with the first.
"""

from __future__ import annotations

from collections.abc import Sequence

BESIDE_S = 0.5  # that a slow engine makes at the ends of each piece, and nobody hears
LOOKED_AT = 6  # pieces: further on, too little is known
# The first is made alone, and without what stands before it.
SLOWER = 1.5
MOST_S = 1.0  # that a listener is let wait: who is late by more than that falls silent anyway


def head_start_s(took_s: float, heard_s: float, pieces_s: Sequence[float]) -> float:
    """Seconds by which to hold back the first piece, so that each of the next comes in time.

    Args:
        took_s: until the first piece was there.
        heard_s: seconds of audio in it.
        pieces_s: that all pieces should take, the first among them.
    """
    first, *others = pieces_s[:LOOKED_AT]
    pace = SLOWER * took_s / (first + BESIDE_S)
    wait_s = ready_s = 0.0
    for seconds in others:
        ready_s += pace * (seconds + BESIDE_S)
        wait_s = max(wait_s, ready_s - heard_s)
        heard_s += seconds
    return min(wait_s, MOST_S)
