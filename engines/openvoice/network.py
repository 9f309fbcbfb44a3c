"""The OpenVoice converter (Qin et al. 2023, "OpenVoice: Versatile Instant Voice Cloning").

A flow takes the colour of the source voice out of a recording's latent, and the same flow
backwards puts the target's in. Written for inference only.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Protocol

import torch
from torch import Tensor, nn

from engines.nn.chunks import Decoder
from engines.nn.flow import Coupling, CouplingFlow
from engines.nn.hifigan import HifiGan
from engines.nn.wavenet import WaveNet
from engines.openvoice.config import ConverterConfig, ModelConfig

KERNEL = 5
ENCODER_LAYERS = 16
COUPLINGS = 4
COUPLING_LAYERS = 4
REFERENCE_CHANNELS = (1, 32, 32, 64, 64, 128, 128)
REFERENCE_HIDDEN = 128


class PosteriorEncoder(nn.Module):
    """A spectrogram to the distribution of its latent."""

    def __init__(self, bins: int, model: ModelConfig) -> None:
        super().__init__()
        hidden = model.hidden_channels
        self.enter = nn.Conv1d(bins, hidden, 1)
        self.wavenet = WaveNet(hidden, KERNEL, ENCODER_LAYERS, model.gin_channels)
        self.leave = nn.Conv1d(hidden, 2 * model.inter_channels, 1)

    def forward(self, spectrogram: Tensor, mask: Tensor, speaker: Tensor, noise: Tensor) -> Tensor:
        """spectrogram (B, bins, T), mask (B, 1, T), speaker (B, G, 1), noise (B, C, T), scaled by
        the caller -> latent (B, C, T)"""
        hidden = self.wavenet(self.enter(spectrogram) * mask, mask, speaker)  # (B, H, T)
        mean, log_scale = (self.leave(hidden) * mask).chunk(2, dim=1)  # each (B, C, T)
        latent: Tensor = (mean + noise * log_scale.exp()) * mask
        return latent


class ReferenceEncoder(nn.Module):
    """A spectrogram to the embedding of the voice in it (after Skerry-Ryan et al. 2018).

    It has no mask: a padded spectrogram gives another embedding, so a batch must be of one length.
    """

    def __init__(self, bins: int, embedding: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(bins)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=2, padding=1)
            for before, after in pairwise(REFERENCE_CHANNELS)
        )
        for _ in self.convolutions:
            bins = (bins + 1) // 2
        self.recurrence = nn.GRU(REFERENCE_CHANNELS[-1] * bins, REFERENCE_HIDDEN, batch_first=True)
        self.leave = nn.Linear(REFERENCE_HIDDEN, embedding)

    def forward(self, spectrogram: Tensor) -> Tensor:
        """(B, bins, T) -> (B, G)"""
        x = self.norm(spectrogram.mT).unsqueeze(1)  # (B, 1, T, bins)
        for convolution in self.convolutions:
            x = convolution(x).relu()  # halves T and bins, rounding up
        steps = x.transpose(1, 2).flatten(2)  # (B, T / 64, 128 * bins / 64)
        _, last = self.recurrence(steps)  # (1, B, 128)
        embedding: Tensor = self.leave(last.squeeze(0))  # (B, G)
        return embedding


def wavenet_coupling(model: ModelConfig) -> Coupling:
    encoder = WaveNet(model.hidden_channels, KERNEL, COUPLING_LAYERS, model.gin_channels)
    return Coupling(model.inter_channels, model.hidden_channels, encoder)


class VoiceNetwork(Protocol):
    """The stages that `conversion.py` runs, on whatever computes them."""

    @property
    def device(self) -> torch.device: ...

    @property
    def backend(self) -> str:
        """What computes, and its version."""

    @property
    def encoder(self) -> Callable[..., Tensor]:
        """A `PosteriorEncoder`."""

    @property
    def flow(self) -> Callable[..., Tensor]:
        """A `CouplingFlow`."""

    @property
    def decoder(self) -> Decoder: ...

    @property
    def reference(self) -> Callable[[Tensor], Tensor]:
        """A `ReferenceEncoder`."""

    def around_flow(self, speaker: Tensor) -> Tensor:
        """What encoder and decoder are told of the speaker."""


class VoiceModel(Protocol):
    """A network with its weights, and what is known of it."""

    @property
    def network(self) -> VoiceNetwork: ...

    @property
    def config(self) -> ConverterConfig: ...

    @property
    def version(self) -> str:
        """The same for the same weights, whatever computes them."""


class ConverterNetwork(nn.Module):
    """The parts, each of which `conversion.py` runs over a batch of its own."""

    def __init__(self, config: ConverterConfig) -> None:
        super().__init__()
        model, bins = config.model, config.data.spectrogram.bins
        self.zero_speaker = model.zero_g
        self.encoder = PosteriorEncoder(bins, model)
        self.flow = CouplingFlow(wavenet_coupling(model) for _ in range(COUPLINGS))
        self.decoder = HifiGan(model.decoder)
        self.reference = ReferenceEncoder(bins, model.gin_channels)

    def around_flow(self, speaker: Tensor) -> Tensor:
        """What encoder and decoder are told of the speaker: nothing, in V2."""
        return torch.zeros_like(speaker) if self.zero_speaker else speaker

    @property
    def device(self) -> torch.device:
        return self.reference.leave.weight.device

    @property
    def backend(self) -> str:
        return f"torch {torch.__version__}"
