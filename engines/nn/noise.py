"""Where the random draws of one request come from.

Every request draws from its own source, at its own lengths and in a fixed order, so that what it
becomes depends on its seed alone: not on its neighbours in a batch, and not on the device. (The
draws of processors with and without AVX2 differ by up to 2e-6.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor


class NoiseSource(Protocol):
    """The draws of one request, each of standard normal values."""

    def draw(self, channels: int, steps: int) -> Tensor:
        """The next draw: float32 (channels, steps), on the CPU."""


class SeededNoise:
    """Draws that a seed decides. Made on the CPU, so a GPU answers the same."""

    def __init__(self, seed: int) -> None:
        # A generator takes 64 bits; a longer or negative seed is folded into them.
        self.generator = torch.Generator().manual_seed(seed % 2**63)

    def draw(self, channels: int, steps: int) -> Tensor:
        return torch.randn(channels, steps, generator=self.generator)


class RecordedNoise:
    """Replays stored draws (C, T), to repeat somebody else's run exactly."""

    def __init__(self, draws: Sequence[Tensor]) -> None:
        self.draws = list(draws)
        self.used = 0

    def draw(self, channels: int, steps: int) -> Tensor:
        if self.used == len(self.draws):
            raise ValueError(f"all {self.used} recorded draws are used up")
        recorded = self.draws[self.used]
        if recorded.shape != (channels, steps):
            raise ValueError(
                f"recorded draw {self.used} is {tuple(recorded.shape)}, not {(channels, steps)}"
            )
        self.used += 1
        return recorded


class NoNoise:
    """Zeros: the most likely outcome, and the same one every time."""

    def draw(self, channels: int, steps: int) -> Tensor:
        return torch.zeros(channels, steps)
