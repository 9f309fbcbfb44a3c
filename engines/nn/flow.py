"""Normalizing flows between the latent and the prior (VITS, Kim et al. 2021; VITS2 puts a
transformer inside, Kong et al. 2023).

Each coupling shifts one half of the channels by what an encoder makes of the other half, so it
can be undone exactly. All couplings here only shift: none scales.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


class Coupling(nn.Module):
    """x = (a, b) -> (a, b + shift(a)), or back.

    `encoder` maps (h (B, H, T), mask, speaker (B, G, 1)) to (B, H, T).
    """

    def __init__(self, channels: int, hidden: int, encoder: nn.Module) -> None:
        super().__init__()
        self.enter = nn.Conv1d(channels // 2, hidden, 1)
        self.encoder = encoder
        self.leave = nn.Conv1d(hidden, channels // 2, 1)

    def shift(self, half: Tensor, mask: Tensor, speaker: Tensor) -> Tensor:
        """(B, C/2, T) -> (B, C/2, T)"""
        hidden = self.enter(half) * mask  # (B, H, T)
        hidden = self.encoder(hidden, mask, speaker)
        shift: Tensor = self.leave(hidden)  # (B, C/2, T)
        return shift * mask

    def forward(self, x: Tensor, mask: Tensor, speaker: Tensor, inverse: bool) -> Tensor:
        """x (B, C, T) -> (B, C, T)"""
        kept, moved = x.chunk(2, dim=1)  # each (B, C/2, T)
        shift = self.shift(kept, mask, speaker)
        moved = (moved - shift) * mask if inverse else shift + moved * mask
        return torch.cat([kept, moved], dim=1)  # (B, C, T)


class CouplingFlow(nn.Module):
    """Couplings, the order of the channels reversed after each, so that both halves move."""

    def __init__(self, couplings: Iterable[Coupling]) -> None:
        super().__init__()
        self.couplings = nn.ModuleList(couplings)

    def forward(self, x: Tensor, mask: Tensor, speaker: Tensor, inverse: bool = False) -> Tensor:
        """x (B, C, T), mask (B, 1, T), speaker (B, G, 1) -> (B, C, T)

        Forward leads from the latent to the prior, the inverse from the prior to the latent.
        """
        if inverse:
            for coupling in reversed(self.couplings):
                x = coupling(x.flip(1), mask, speaker, inverse=True)
            return x
        for coupling in self.couplings:
            x = coupling(x, mask, speaker, inverse=False).flip(1)
        return x
