"""How long each phone lasts: the two predictors of VITS (Kim et al. 2021), as logarithms of frames.

One answers with the expected length, the other with a random one: a flow that turns noise into
log durations, conditioned on the text. MeloTTS mixes both.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.nn import spline
from engines.nn.norm import ChannelNorm

SPLINE_BINS = 10
STACK_LAYERS = 3
# Upstream trains four spline flows and drops the first when it samples, as VITS does.
SAMPLED_FLOWS = 3


class DurationPredictor(nn.Module):
    """The expected log duration."""

    def __init__(self, channels: int, hidden: int, kernel: int, speaker: int) -> None:
        super().__init__()
        self.speaker = nn.Conv1d(speaker, channels, 1)
        self.first = nn.Conv1d(channels, hidden, kernel, padding=kernel // 2)
        self.first_norm = ChannelNorm(hidden)
        self.second = nn.Conv1d(hidden, hidden, kernel, padding=kernel // 2)
        self.second_norm = ChannelNorm(hidden)
        self.out = nn.Conv1d(hidden, 1, 1)

    def forward(self, text: Tensor, mask: Tensor, speaker: Tensor) -> Tensor:
        """text (B, C, T), mask (B, 1, T), speaker (B, G, 1) -> (B, 1, T)"""
        x = text + self.speaker(speaker)
        x = self.first_norm(self.first(x * mask).relu())  # (B, H, T)
        x = self.second_norm(self.second(x * mask).relu())  # (B, H, T)
        out: Tensor = self.out(x * mask)  # (B, 1, T)
        return out * mask


class SeparableLayer(nn.Module):
    """A depthwise dilated convolution, then one over channels; added to its input."""

    def __init__(self, channels: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(
            channels,
            channels,
            kernel,
            groups=channels,
            dilation=dilation,
            padding=dilation * (kernel // 2),
        )
        self.depthwise_norm = ChannelNorm(channels)
        self.pointwise = nn.Conv1d(channels, channels, 1)
        self.pointwise_norm = ChannelNorm(channels)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, C, T), mask (B, 1, T) -> (B, C, T)"""
        y = functional.gelu(self.depthwise_norm(self.depthwise(x * mask)))
        return x + functional.gelu(self.pointwise_norm(self.pointwise(y)))


class SeparableStack(nn.Module):
    """Separable layers whose dilation grows by the kernel's size."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            SeparableLayer(channels, kernel, kernel**index) for index in range(STACK_LAYERS)
        )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, C, T), mask (B, 1, T) -> (B, C, T)"""
        for layer in self.layers:
            x = layer(x, mask)
        return x * mask


class SplineFlow(nn.Module):
    """One channel of two bends the other one through a spline. Inverse only."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.enter = nn.Conv1d(1, channels, 1)
        self.stack = SeparableStack(channels, kernel)
        self.knots = nn.Conv1d(channels, 3 * SPLINE_BINS - 1, 1)
        self.scale = 1 / math.sqrt(channels)

    def forward(self, z: Tensor, mask: Tensor, text: Tensor) -> Tensor:
        """z (B, 2, T), text (B, C, T) -> (B, 2, T)"""
        kept, bent = z.chunk(2, dim=1)  # each (B, 1, T)
        hidden = self.stack(self.enter(kept) + text, mask)  # (B, C, T)
        raw = (self.knots(hidden) * mask).mT.unsqueeze(1)  # (B, 1, T, 3K - 1)
        widths, heights, slopes = raw.split([SPLINE_BINS, SPLINE_BINS, SPLINE_BINS - 1], dim=-1)
        knots = spline.make_knots(widths * self.scale, heights * self.scale, slopes)
        return torch.cat([kept, spline.invert(bent, knots)], dim=1) * mask  # (B, 2, T)


class StochasticDurationPredictor(nn.Module):
    """A random log duration, as likely as the training speech makes it."""

    def __init__(self, channels: int, kernel: int, speaker: int) -> None:
        super().__init__()
        self.enter = nn.Conv1d(channels, channels, 1)
        self.speaker = nn.Conv1d(speaker, channels, 1)
        self.stack = SeparableStack(channels, kernel)
        self.text = nn.Conv1d(channels, channels, 1)
        self.shift = nn.Parameter(torch.zeros(2, 1))
        self.log_scale = nn.Parameter(torch.zeros(2, 1))
        self.flows = nn.ModuleList(SplineFlow(channels, kernel) for _ in range(SAMPLED_FLOWS))

    def forward(self, text: Tensor, mask: Tensor, speaker: Tensor, noise: Tensor) -> Tensor:
        """text (B, C, T), mask (B, 1, T), speaker (B, G, 1), noise (B, 2, T) -> (B, 1, T)"""
        x = self.stack(self.enter(text) + self.speaker(speaker), mask)
        x = self.text(x) * mask  # (B, C, T)
        z = noise
        for flow in reversed(self.flows):
            z = flow(z.flip(1), mask, x)
        z = (z.flip(1) - self.shift) * torch.exp(-self.log_scale) * mask  # (B, 2, T)
        return z[:, :1]  # (B, 1, T)


def expand(per_phone: Tensor, durations: Tensor) -> Tensor:
    """Repeat each phone's column for as many frames as it lasts.

    per_phone (C, T), durations (T,) int -> (C, frames)
    """
    return per_phone.repeat_interleave(durations, dim=-1)
