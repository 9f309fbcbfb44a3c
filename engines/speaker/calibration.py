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
    0.79, 0.809, 0.829, 0.838, 0.84, 0.855, 0.858, 0.862, 0.865, 0.865, 0.867,
    0.87, 0.875, 0.877, 0.879, 0.884, 0.886, 0.892, 0.901, 0.911, 0.942,
)  # fmt: skip
OTHERS = (
    0.379, 0.439, 0.451, 0.465, 0.474, 0.483, 0.494, 0.503, 0.508, 0.516, 0.522,
    0.531, 0.538, 0.55, 0.558, 0.566, 0.579, 0.599, 0.623, 0.659, 0.717,
)  # fmt: skip
SHARES = np.linspace(0, 1, len(SAME))

Verdict = Literal["same", "between", "others"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A cosine among those that were measured."""

    cosine: float
    verdict: Verdict  # in the range of one person, of two, or of neither
    below_same: float  # share of the pairs of one person that are less alike
    above_others: float  # share of the pairs of two people that are less alike


def stand(cosine: float) -> Standing:
    """Where a cosine stands. One beyond all that was measured has a share of 0 or 1."""
    verdict: Verdict = "between"
    if cosine >= SAME[0]:
        verdict = "same"
    elif cosine <= OTHERS[-1]:
        verdict = "others"
    return Standing(
        cosine=cosine,
        verdict=verdict,
        below_same=float(np.interp(cosine, SAME, SHARES)),
        above_others=float(np.interp(cosine, OTHERS, SHARES)),
    )
