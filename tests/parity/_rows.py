"""One line of a parity table."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

EXACT = 0.0
EMBEDDING = 1e-5
LATENT = 1e-4
AUDIO = 2e-5
BATCHED = 1e-4  # an item in a padded batch against the same alone, of full scale


@dataclass(frozen=True, slots=True)
class Row:
    case: str
    stage: str
    worst: float  # largest absolute difference
    rms: float
    tolerance: float

    @property
    def ok(self) -> bool:
        return self.worst <= self.tolerance  # not so for NaN

    @property
    def cells(self) -> tuple[str, str]:
        return self.case, self.stage


def difference(case: str, stage: str, ours: Tensor, theirs: Tensor, tolerance: float) -> Row:
    """Compare two tensors. A different shape is infinitely far."""
    if ours.shape != theirs.shape:
        return Row(case, stage, math.inf, math.inf, tolerance)
    gap = (ours.double() - theirs.double()).abs()
    return Row(case, stage, gap.max().item(), gap.square().mean().sqrt().item(), tolerance)
