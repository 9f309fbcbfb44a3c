"""Small networks with random weights, for tests that need no checkpoint."""

from __future__ import annotations

import torch

from engines.nn.hifigan import HifiGan, HifiGanShape

FULL_MELO = HifiGanShape(
    latent=192,
    channels=512,
    speaker=256,
    rates=(8, 8, 2, 2, 2),
    kernels=(16, 16, 8, 2, 2),
    block_kernels=(3, 7, 11),
    block_dilations=((1, 3, 5), (1, 3, 5), (1, 3, 5)),
)
# The same kernels, dilations and rates as the published decoders, with few channels.
NARROW = HifiGanShape(
    latent=3,
    channels=64,
    speaker=2,
    rates=FULL_MELO.rates,
    kernels=FULL_MELO.kernels,
    block_kernels=FULL_MELO.block_kernels,
    block_dilations=FULL_MELO.block_dilations,
)


def narrow_decoder() -> HifiGan:
    torch.manual_seed(7)
    return lively(HifiGan(NARROW))


def lively(decoder: HifiGan) -> HifiGan:
    """A decoder whose samples vary over (-1, 1), and feel the ends of time."""
    decoder.requires_grad_(False).eval()
    for name, parameter in decoder.named_parameters():
        if name.endswith("bias"):
            parameter.normal_(0, 0.1)
        else:
            parameter.normal_(0, parameter[0].numel() ** -0.5)
    return decoder
