"""The networks cut into graphs. What is random or decided by a request is an input.

Each stage is a module whose arguments and outputs have the names, and by `AXES` the axes, of the
graph. What the service does between stages in PyTorch is a graph too, so that an inference server
can join them: `spectrogram`, `prior` and `resample`.
"""

from __future__ import annotations

import inspect
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engines.melo.checkpoint import MeloCheckpoint
from engines.melo.network import MeloNetwork, Symbols
from engines.nn.masks import length_mask
from engines.nn.spectrogram import FLOOR, SpectrogramShape
from engines.openvoice.checkpoint import ConverterCheckpoint
from engines.openvoice.network import ConverterNetwork

# The axes of every input by its name; those without a name have the size that the network has.
IDS = ("batch", "symbols")
PER_SYMBOL = ("batch", "", "symbols")
PER_FRAME = ("batch", "", "frames")
PER_ITEM = ("batch",)
VOICE = ("batch", "", "")
AXES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("phones", "tones", "languages"), IDS),
    **dict.fromkeys(("bert", "wide_bert", "duration_noise"), PER_SYMBOL),
    **dict.fromkeys(("mean", "log_scale", "stochastic", "expected"), PER_SYMBOL),
    **dict.fromkeys(("sampled", "latent", "neutral", "spectrogram", "noise"), PER_FRAME),
    **dict.fromkeys(("lengths", "frame_counts", "speaker", "tau"), PER_ITEM),
    **dict.fromkeys(("speed", "sdp_ratio", "noise_scale"), PER_ITEM),
    **dict.fromkeys(("voice", "source", "target"), VOICE),
    "latent_noise": ("batch", "", "most_frames"),
    "samples": ("batch", "samples"),
    "wide_samples": ("batch", "wide_samples"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One graph, exported with its inputs' axes in `AXES` left open."""

    name: str
    module: nn.Module
    outputs: tuple[str, ...]
    # It has no weights of the checkpoint, and stays in fp32 whatever the others do.
    exact: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.module.forward).parameters)


class TextEncoder(nn.Module):
    def __init__(self, network: MeloNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        phones: Tensor,  # (B, T) int64, as the next two
        tones: Tensor,
        languages: Tensor,
        bert: Tensor,  # (B, 768, T); zeros stand for none
        wide_bert: Tensor,  # (B, 1024, T)
        lengths: Tensor,  # (B,) int64
        speaker: Tensor,  # (B,) int64
        duration_noise: Tensor,  # (B, 2, T), scaled by noise_scale_w
    ) -> tuple[Tensor, ...]:
        mask = length_mask(lengths, phones.shape[1])  # (B, 1, T)
        symbols = Symbols(phones, tones, languages, bert, wide_bert, mask)
        timed = self.network.encode(symbols, speaker, duration_noise)
        text = timed.text
        return (
            text.hidden,
            text.mean,
            text.log_scale,
            timed.stochastic,
            timed.expected,
            timed.speaker,
        )


class Prior(nn.Module):
    """Durations, and the prior's sample: what `engines/melo/synthesis.py` does item by item."""

    def forward(
        self,
        mean: Tensor,  # (B, C, T), as the next
        log_scale: Tensor,
        stochastic: Tensor,  # (B, 1, T), as the next
        expected: Tensor,
        lengths: Tensor,  # (B,) int64, of the symbols
        speed: Tensor,  # (B,), as the next two
        sdp_ratio: Tensor,
        noise_scale: Tensor,
        latent_noise: Tensor,  # (B, C, N), N at least the frames that come out
    ) -> tuple[Tensor, Tensor]:
        share = sdp_ratio.view(-1, 1, 1)
        log_frames = stochastic * share + expected * (1 - share)  # (B, 1, T)
        mask = length_mask(lengths, mean.shape[-1])
        frames = (log_frames.exp() * mask / speed.view(-1, 1, 1)).ceil().squeeze(1)  # (B, T)
        ends = frames.cumsum(-1).long()  # (B, T)
        place = torch.arange(latent_noise.shape[-1])  # (N,)
        # The symbol a frame belongs to: as many as end at or before it come earlier.
        symbol = (ends.unsqueeze(1) <= place.view(1, -1, 1)).sum(-1)  # (B, N)
        symbol = symbol.clamp(max=mean.shape[-1] - 1).unsqueeze(1).expand(latent_noise.shape)
        spread = log_scale.gather(2, symbol).exp() * noise_scale.view(-1, 1, 1)
        sampled = mean.gather(2, symbol) + latent_noise * spread  # (B, C, N)
        total = ends[:, -1]  # (B,)
        sampled = sampled * length_mask(total, sampled.shape[-1])
        longest = total.max().item()
        # For the exporter, which cannot know it: so many frames there are.
        torch._check(longest >= 0)  # type: ignore[no-untyped-call]
        torch._check(longest <= sampled.shape[-1])  # type: ignore[no-untyped-call]
        return sampled[:, :, :longest], total


class PriorFlow(nn.Module):
    def __init__(self, network: MeloNetwork) -> None:
        super().__init__()
        self.flow = network.flow

    def forward(self, sampled: Tensor, frame_counts: Tensor, voice: Tensor) -> Tensor:
        """sampled (B, C, F), frame_counts (B,) int64, voice (B, G, 1) -> latent (B, C, F)"""
        mask = length_mask(frame_counts, sampled.shape[-1])
        latent: Tensor = self.flow(sampled, mask, voice, inverse=True)
        return latent


class Decoder(nn.Module):
    def __init__(self, network: MeloNetwork | ConverterNetwork) -> None:
        super().__init__()
        self.decoder = network.decoder

    def forward(self, latent: Tensor, voice: Tensor) -> Tensor:
        """latent (B, C, F), voice (B, G, 1) -> samples (B, F * hop)"""
        samples: Tensor = self.decoder(latent, voice)
        return samples


class Spectrogram(nn.Module):
    """`spectrogram.magnitude` as one convolution, which every runtime has."""

    def __init__(self, shape: SpectrogramShape) -> None:
        super().__init__()
        self.shape = shape
        window = functional.pad(
            torch.hann_window(shape.window, dtype=torch.float64),
            ((shape.fft - shape.window) // 2, (shape.fft - shape.window + 1) // 2),
        )
        turns = torch.outer(torch.arange(shape.bins), torch.arange(shape.fft)) % shape.fft
        angle = turns.double() * (2 * math.pi / shape.fft)  # (bins, fft)
        basis = torch.cat([angle.cos(), -angle.sin()]) * window  # (2 * bins, fft)
        self.basis = nn.Buffer(basis.float().unsqueeze(1))  # (2 * bins, 1, fft)

    def forward(self, samples: Tensor) -> Tensor:
        """samples (B, n), all of one length -> spectrogram (B, bins, n // hop)"""
        margin = self.shape.margin
        mirrored = functional.pad(samples.unsqueeze(1), (margin, margin), mode="reflect")
        parts = functional.conv1d(mirrored, self.basis, stride=self.shape.hop)  # (B, 2 * bins, F)
        real, imaginary = parts.chunk(2, dim=1)
        return (real.square() + imaginary.square() + FLOOR).sqrt()


class Reference(nn.Module):
    def __init__(self, network: ConverterNetwork) -> None:
        super().__init__()
        self.reference = network.reference

    def forward(self, spectrogram: Tensor) -> Tensor:
        """spectrogram (B, bins, F), all of one length -> embedding (B, G)"""
        embedding: Tensor = self.reference(spectrogram)
        return embedding


class PosteriorEncoder(nn.Module):
    def __init__(self, network: ConverterNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        spectrogram: Tensor,  # (B, bins, F)
        frame_counts: Tensor,  # (B,) int64
        source: Tensor,  # (B, G, 1); of no effect in V2
        noise: Tensor,  # (B, C, F)
        tau: Tensor,  # (B,)
    ) -> Tensor:
        mask = length_mask(frame_counts, spectrogram.shape[-1])
        speaker = self.network.around_flow(source)
        scaled = noise * tau.view(-1, 1, 1)
        latent: Tensor = self.network.encoder(spectrogram, mask, speaker, scaled)
        return latent


class Neutral(nn.Module):
    def __init__(self, network: ConverterNetwork) -> None:
        super().__init__()
        self.flow = network.flow

    def forward(self, latent: Tensor, frame_counts: Tensor, source: Tensor) -> Tensor:
        """latent (B, C, F), frame_counts (B,) int64, source (B, G, 1) -> neutral (B, C, F)"""
        neutral: Tensor = self.flow(latent, length_mask(frame_counts, latent.shape[-1]), source)
        return neutral


class Voiced(nn.Module):
    def __init__(self, network: ConverterNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, neutral: Tensor, frame_counts: Tensor, target: Tensor
    ) -> tuple[Tensor, Tensor]:
        """neutral (B, C, F), frame_counts (B,) int64, target (B, G, 1) -> latent (B, C, F), and
        what the decoder is told of the voice (B, G, 1)"""
        mask = length_mask(frame_counts, neutral.shape[-1])
        return (
            self.network.flow(neutral, mask, target, inverse=True),
            self.network.around_flow(target),
        )


def speech_stages(checkpoint: MeloCheckpoint) -> tuple[Stage, ...]:
    network = checkpoint.network
    encoded = ("hidden", "mean", "log_scale", "stochastic", "expected", "voice")
    return (
        Stage("encoder", TextEncoder(network), encoded),
        Stage("prior", Prior(), ("sampled", "frame_counts"), exact=True),
        Stage("flow", PriorFlow(network), ("latent",)),
        Stage("decoder", Decoder(network), ("samples",)),
    )


def spectrogram_stage(checkpoint: ConverterCheckpoint) -> Stage:
    module = Spectrogram(checkpoint.config.data.spectrogram)
    return Stage("spectrogram", module, ("spectrogram",), exact=True)


def embedding_stages(checkpoint: ConverterCheckpoint) -> tuple[Stage, ...]:
    return (
        spectrogram_stage(checkpoint),
        Stage("reference", Reference(checkpoint.network), ("embedding",)),
    )


def converter_stages(checkpoint: ConverterCheckpoint) -> tuple[Stage, ...]:
    network = checkpoint.network
    return (
        spectrogram_stage(checkpoint),
        Stage("encoder", PosteriorEncoder(network), ("latent",)),
        Stage("neutral", Neutral(network), ("neutral",)),
        Stage("voiced", Voiced(network), ("latent", "voice")),
        Stage("decoder", Decoder(network), ("samples",)),
    )
