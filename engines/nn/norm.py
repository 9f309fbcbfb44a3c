"""Layer normalization over channels."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

EPSILON = 1e-5


class ChannelNorm(nn.Module):
    """Normalizes each step over its channels, where `nn.LayerNorm` wants channels last."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, T) -> (B, C, T)"""
        rows = x.mT  # (B, T, C)
        normal = functional.layer_norm(rows, self.weight.shape, self.weight, self.bias, EPSILON)
        return normal.mT  # (B, C, T)
