"""Gated dilated convolutions (WaveNet, van den Oord et al. 2016; as in WaveGlow and VITS)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class WaveNet(nn.Module):
    """Layers of one kernel without dilation, each adding to a common output.

    The speaker enters every layer's gate through one projection for all of them.
    """

    def __init__(self, channels: int, kernel: int, layers: int, speaker: int) -> None:
        super().__init__()
        self.channels = channels
        self.speaker = nn.Conv1d(speaker, 2 * channels * layers, 1)
        self.gates = nn.ModuleList(
            nn.Conv1d(channels, 2 * channels, kernel, padding=kernel // 2) for _ in range(layers)
        )
        # The last layer has no successor to pass a residual to.
        self.outputs = nn.ModuleList(
            nn.Conv1d(channels, channels if last else 2 * channels, 1)
            for last in (index == layers - 1 for index in range(layers))
        )

    def forward(self, x: Tensor, mask: Tensor, speaker: Tensor) -> Tensor:
        """x (B, C, T), mask (B, 1, T), speaker (B, G, 1) -> (B, C, T)"""
        speaker_gates = self.speaker(speaker).chunk(len(self.gates), dim=1)  # each (B, 2C, 1)
        total = torch.zeros_like(x)
        for gate, output, bias in zip(self.gates, self.outputs, speaker_gates, strict=True):
            content, openness = (gate(x) + bias).chunk(2, dim=1)  # each (B, C, T)
            passed = output(content.tanh() * openness.sigmoid())  # (B, 2C, T); last (B, C, T)
            total = total + passed[:, -self.channels :]
            if passed.shape[1] > self.channels:
                x = (x + passed[:, : self.channels]) * mask
        return total * mask
