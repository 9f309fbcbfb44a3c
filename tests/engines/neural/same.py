"""Whether two pieces of audio are the same, as exactly as a seed promises it."""

from __future__ import annotations

import numpy as np
import torch

from engines.base import Samples


def same(ours: Samples, theirs: Samples, device: torch.device) -> bool:
    """A CPU computes each piece alone, and so to the same bits. On a GPU pieces share a batch."""
    if device.type == "cpu":
        return np.array_equal(ours, theirs)
    return ours.shape == theirs.shape and float(np.abs(ours - theirs).max()) <= 1e-4
