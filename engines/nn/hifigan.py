"""The HiFi-GAN generator (Kong et al. 2020): latent frames to samples.

At the ends of time its convolutions see zeros, at every layer. A padded item would see biases
there instead, so a `Tail` says where each item ends, and every layer puts the zeros back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.1  # of the leaky ReLUs
LAST_SLOPE = 0.01  # of the last one: upstream leaves it at the library's default
EDGE_KERNEL = 7  # of the first and the last convolution

Tail = Callable[[Tensor], Tensor]
"""Zeros past each item's end: (B, C, ..., frames * rate) -> the same, perhaps in place."""


def no_tail(x: Tensor) -> Tensor:
    """For items without padding."""
    return x


@dataclass(frozen=True, slots=True)
class CutTail:
    """Writes the zeros, which costs no more than the padding is long."""

    lengths: Sequence[int]  # frames of each item
    frames: int  # of the padded batch

    def __call__(self, x: Tensor) -> Tensor:
        rate = x.shape[-1] // self.frames
        for row, length in zip(x, self.lengths, strict=True):
            if length < self.frames:
                row[..., length * rate :].zero_()
        return x


@dataclass(frozen=True, slots=True)
class MaskTail:
    """Multiplies by a mask: the same work whatever the lengths, as a compiled graph wants it."""

    mask: Tensor  # (B, 1, frames), ones and zeros

    def __call__(self, x: Tensor) -> Tensor:
        rate = x.shape[-1] // self.mask.shape[-1]
        mask = self.mask.repeat_interleave(rate, dim=-1).to(x.dtype)  # (B, 1, frames * rate)
        return x * (mask.unsqueeze(2) if x.dim() > mask.dim() else mask)


@dataclass(frozen=True, slots=True)
class HifiGanShape:
    """What a checkpoint's config.json says of its decoder."""

    latent: int  # channels in
    channels: int  # after the first convolution; halved by every upsampling
    speaker: int  # size of the speaker's embedding
    rates: tuple[int, ...]  # of each upsampling
    kernels: tuple[int, ...]
    block_kernels: tuple[int, ...]  # of the residual blocks that run side by side
    block_dilations: tuple[tuple[int, ...], ...]

    @property
    def hop(self) -> int:
        """Samples made of one frame."""
        return math.prod(self.rates)

    @property
    def context(self) -> int:
        """Frames to either side of a frame that its samples depend on, worked out exactly."""
        edge = EDGE_KERNEL // 2
        # The samples of frame 0, widened layer by layer to what they are made of.
        first, last = -edge, self.hop - 1 + edge
        for rate, kernel in reversed(list(zip(self.rates, self.kernels, strict=True))):
            first, last = first - self.block_reach, last + self.block_reach
            padding = (kernel - rate) // 2
            first = math.ceil((first + padding - kernel + 1) / rate)
            last = (last + padding) // rate
        return max(edge - first, last + edge)

    @property
    def block_reach(self) -> int:
        """Steps to either side that the widest residual block sees."""
        return max(
            sum((dilation + 1) * (kernel // 2) for dilation in dilations)
            for kernel, dilations in zip(self.block_kernels, self.block_dilations, strict=True)
        )


def activate(x: Tensor, layer: nn.Module, slope: float = SLOPE) -> Tensor:
    """A leaky ReLU for the layer that takes it, in that layer's precision."""
    dtype: torch.dtype = layer.weight.dtype  # type: ignore[assignment]  # of a Module
    if x.dtype == dtype:
        return functional.leaky_relu(x, slope)
    return functional.leaky_relu(x.to(dtype), slope, inplace=True)


class ResidualBlock(nn.Module):
    """Pairs of convolutions, the first of each pair dilated, each pair added to its input."""

    def __init__(self, channels: int, kernel: int, dilations: Sequence[int]) -> None:
        super().__init__()
        half = kernel // 2
        self.dilated = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=step, padding=step * half)
            for step in dilations
        )
        self.plain = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, padding=half) for _ in dilations
        )

    def forward(self, x: Tensor, tail: Tail = no_tail) -> Tensor:
        """(B, C, T) -> (B, C, T)"""
        for dilated, plain in zip(self.dilated, self.plain, strict=True):
            hidden = tail(dilated(activate(x, dilated)))
            hidden = plain(functional.leaky_relu(hidden, SLOPE, inplace=True))
            x = tail(hidden.add_(x) if hidden.dtype == x.dtype else x + hidden)
        return x


class UpsamplingStage(nn.Module):
    """A transposed convolution, then the mean of residual blocks of several kernel sizes."""

    def __init__(self, shape: HifiGanShape, index: int) -> None:
        super().__init__()
        channels = shape.channels // 2 ** (index + 1)
        rate, kernel = shape.rates[index], shape.kernels[index]
        self.upsample = nn.ConvTranspose1d(
            2 * channels, channels, kernel, rate, padding=(kernel - rate) // 2
        )
        self.blocks = nn.ModuleList(
            ResidualBlock(channels, size, dilations)
            for size, dilations in zip(shape.block_kernels, shape.block_dilations, strict=True)
        )

    def forward(self, x: Tensor, tail: Tail = no_tail) -> Tensor:
        """(B, 2C, T) -> (B, C, T * rate)"""
        x = tail(self.upsample(activate(x, self.upsample)))  # (B, C, T * rate)
        x = x.to(torch.promote_types(x.dtype, torch.float32))  # sums stay exact in 16 bits, too
        total: Tensor = self.blocks[0](x, tail)
        for block in self.blocks[1:]:
            total += block(x, tail)
        return total.div_(len(self.blocks))


class HifiGan(nn.Module):
    """Latent frames to a waveform, in a given voice."""

    takes_tail = True  # so it may be given padded windows

    def __init__(self, shape: HifiGanShape) -> None:
        super().__init__()
        self.shape = shape
        half = EDGE_KERNEL // 2
        self.enter = nn.Conv1d(shape.latent, shape.channels, EDGE_KERNEL, padding=half)
        self.speaker = nn.Conv1d(shape.speaker, shape.channels, 1)
        self.stages = nn.ModuleList(
            UpsamplingStage(shape, index) for index in range(len(shape.rates))
        )
        last = shape.channels // 2 ** len(shape.rates)
        self.leave = nn.Conv1d(last, 1, EDGE_KERNEL, padding=half, bias=False)

    def forward(self, latent: Tensor, speaker: Tensor, tail: Tail = no_tail) -> Tensor:
        """latent (B, C, frames), speaker (B, G, 1) -> (B, frames * hop), in [-1, 1]

        Latents that are padded must be zero there, and what comes out there means nothing.
        """
        x = tail(self.enter(latent) + self.speaker(speaker))  # (B, channels, frames)
        for stage in self.stages:
            x = stage(x, tail)  # halves the channels, multiplies the time by its rate
        wave: Tensor = self.leave(activate(x, self.leave, LAST_SLOPE))  # (B, 1, frames * hop)
        return wave.tanh().squeeze(1)  # (B, frames * hop)
