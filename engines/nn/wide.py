"""The decoder with its channels last, which is how processors and tensor cores like them.

A convolution over time is one over an image of one row. PyTorch lays out images with channels last
and hands them to oneDNN or cuDNN as they are, where it would reorder each signal before and after
every convolution. The numbers are the same but for the order of the sums.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engines.nn.hifigan import HifiGan, Tail, no_tail


class WideHifiGan(HifiGan):
    """A `HifiGan` over (B, C, 1, T), whose convolutions have the precision that they are given.

    In 16 bits what they add up remains in float32: 2 dB less noise.
    """

    def __init__(self, decoder: HifiGan, dtype: torch.dtype = torch.float32) -> None:
        """Takes over the decoder's weights. The decoder is of no use afterwards."""
        nn.Module.__init__(self)
        self.shape = decoder.shape
        self.dtype = dtype
        for name, part in decoder.named_children():
            self.add_module(name, widened(part))
        self.to(dtype)
        self.leave.float()  # a thousandth of the work, and the last to round
        self.requires_grad_(False).eval()

    def forward(self, latent: Tensor, speaker: Tensor, tail: Tail = no_tail) -> Tensor:
        """latent (B, C, frames), speaker (B, G, 1) -> float32 (B, frames * hop), in [-1, 1]"""
        image = latent.unsqueeze(2)  # (B, C, 1, frames)
        image = image.to(self.dtype, memory_format=torch.channels_last)
        voice = speaker.unsqueeze(2).to(self.dtype)  # (B, G, 1, 1)
        return super().forward(image, voice, tail).flatten(1)  # (B, frames * hop)


def widened(part: nn.Module) -> nn.Module:
    """The same part, with each convolution over time made one over an image of one row."""
    if isinstance(part, nn.Conv1d | nn.ConvTranspose1d):
        return wide_convolution(part)
    for name, child in part.named_children():
        setattr(part, name, widened(child))
    return part


def wide_convolution(narrow: nn.Conv1d | nn.ConvTranspose1d) -> nn.Module:
    kind = nn.Conv2d if isinstance(narrow, nn.Conv1d) else nn.ConvTranspose2d
    with torch.device("meta"):
        wide = kind(
            narrow.in_channels,
            narrow.out_channels,
            (1, narrow.kernel_size[0]),
            stride=(1, narrow.stride[0]),
            padding=(0, int(narrow.padding[0])),
            dilation=(1, narrow.dilation[0]),
            bias=narrow.bias is not None,
        )
    weight = narrow.weight.detach().unsqueeze(2)  # (out, in, 1, k); transposed (in, out, 1, k)
    wide.weight = nn.Parameter(weight.contiguous(memory_format=torch.channels_last))
    if narrow.bias is not None:
        wide.bias = nn.Parameter(narrow.bias.detach())
    return wide
