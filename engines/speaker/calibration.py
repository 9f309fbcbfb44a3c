"""What a cosine of the speaker encoder means: where it stands between strangers and one person.

The tables are quantiles, 0 to 100% in steps of five, over the recordings in tests/data/speakers:
ten people, four clips of four seconds each, a clip against a voice learnt from three others. There
are 40 of one person and 360 of two. `python -m benchmarks similarity` makes them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

SAME = (
    0.806, 0.831, 0.844, 0.852, 0.861, 0.868, 0.871, 0.878, 0.879, 0.881, 0.884,
    0.888, 0.891, 0.894, 0.898, 0.9, 0.907, 0.908, 0.914, 0.924, 0.938,
)  # fmt: skip
OTHERS = (
    0.396, 0.438, 0.463, 0.477, 0.485, 0.495, 0.501, 0.51, 0.515, 0.522, 0.53,
    0.542, 0.549, 0.557, 0.566, 0.576, 0.59, 0.601, 0.621, 0.668, 0.758,
)  # fmt: skip
SAME_FROM = SAME[1]  # nineteen of twenty pairs of one person are as alike, or more
OTHERS_TO = OTHERS[-2]  # nineteen of twenty pairs of two people are as alike, or less
SHARES = np.linspace(0, 1, len(SAME))

Verdict = Literal["same", "between", "others"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A cosine among those that were measured."""

    cosine: float
    verdict: Verdict  # in the range of 19 of 20 pairs of one person, of two, or of neither
    below_same: float  # share of the pairs of one person that are less alike
    above_others: float  # share of the pairs of two people that are less alike


def stand(cosine: float) -> Standing:
    """Where a cosine stands. One beyond all that was measured has a share of 0 or 1."""
    verdict: Verdict = "between"
    if cosine >= SAME_FROM:
        verdict = "same"
    elif cosine <= OTHERS_TO:
        verdict = "others"
    return Standing(
        cosine=cosine,
        verdict=verdict,
        below_same=float(np.interp(cosine, SAME, SHARES)),
        above_others=float(np.interp(cosine, OTHERS, SHARES)),
    )
