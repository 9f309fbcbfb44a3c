"""Recordings to embeddings, and base audio to another voice, a batch at a time.

Each stage takes and gives lists of unpadded items. It pads within, in batches of its own; the
masks of encoder and flow make the result independent of an item's neighbours. The reference
encoder has no mask, so only recordings of equal length share a batch there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engines.nn import chunks, spectrogram
from engines.nn.chunks import Chunking
from engines.nn.grouping import BatchLimits, by_length
from engines.nn.masks import length_mask, lengths_of, pad_stack, unstack
from engines.nn.noise import NoiseSource
from engines.nn.spectrogram import SpectrogramShape
from engines.openvoice.network import VoiceNetwork

DEFAULT_TAU = 0.3  # upstream's: how much of the latent is left to chance


@dataclass(frozen=True, slots=True)
class ConversionLimits:
    """What a stage takes at once, which bounds its memory."""

    latent: BatchLimits = field(default_factory=BatchLimits)  # steps are frames
    reference: int = 8192  # frames of equally long recordings in one batch
    decoder: Chunking = field(default_factory=Chunking)


@dataclass(frozen=True, slots=True)
class ConversionRequest:
    """Samples at the network's rate, whose voice they have, and whose they shall get."""

    samples: Tensor  # (n,)
    source: Tensor  # (G,)
    target: Tensor  # (G,)
    noise: NoiseSource
    tau: float = DEFAULT_TAU


@dataclass(slots=True)
class ToneConverter:
    """Runs the network's stages over batches of requests."""

    network: VoiceNetwork
    shape: SpectrogramShape
    limits: ConversionLimits = field(default_factory=ConversionLimits)

    @property
    def device(self) -> torch.device:
        return self.network.device

    @torch.inference_mode()
    def convert(self, requests: Sequence[ConversionRequest]) -> list[Tensor]:
        """Samples (n // hop * hop,) of each request, in [-1, 1] on the CPU."""
        latents = self.encode(requests)
        neutral = self.flow(latents, [request.source for request in requests], inverse=False)
        voiced = self.flow(neutral, [request.target for request in requests], inverse=True)
        return self.decode(voiced, [request.target for request in requests])

    @torch.inference_mode()
    def embed(self, recordings: Sequence[Tensor]) -> list[Tensor]:
        """Samples (n_i,) -> embeddings (G,) on the CPU"""
        found: dict[int, Tensor] = {}
        same_length: dict[int, list[int]] = defaultdict(list)
        for i, samples in enumerate(recordings):
            same_length[samples.shape[-1] // self.shape.hop].append(i)
        for frames, places in same_length.items():
            size = max(1, self.limits.reference // max(1, frames))
            for first in range(0, len(places), size):
                group = places[first : first + size]
                batch = torch.stack([self.spectrogram(recordings[i]) for i in group])
                embedded = self.network.reference(batch).cpu()  # (B, G)
                found.update(zip(group, embedded, strict=True))
        return [found[i] for i in range(len(recordings))]

    def spectrogram(self, samples: Tensor) -> Tensor:
        """samples (n,) -> (bins, n // hop)"""
        return spectrogram.magnitude(samples.to(self.device), self.shape)

    @torch.inference_mode()
    def encode(self, requests: Sequence[ConversionRequest]) -> list[Tensor]:
        """Latents (C, frames) of the requests' audio. Draws the noise of each."""
        found: dict[int, Tensor] = {}
        lengths = [request.samples.shape[-1] // self.shape.hop for request in requests]
        for group in by_length(lengths, self.limits.latent):
            spectrograms = [self.spectrogram(requests[i].samples) for i in group]
            batch = pad_stack(spectrograms, self.limits.latent.multiple)  # (B, bins, frames)
            mask = length_mask(lengths_of(spectrograms), batch.shape[-1])
            draws = [self.draw(requests[i], lengths[i]) for i in group]
            noise = pad_stack(draws, self.limits.latent.multiple)  # (B, C, frames)
            sources = self.voices([requests[i].source for i in group])
            speaker = self.network.around_flow(sources)  # (B, G, 1)
            latents = self.network.encoder(batch, mask, speaker, noise.to(self.device))
            found.update(zip(group, unstack(latents, [lengths[i] for i in group]), strict=True))
        return [found[i] for i in range(len(requests))]

    def draw(self, request: ConversionRequest, frames: int) -> Tensor:
        """The scaled noise of one request: (C, frames)"""
        return request.noise.draw(self.network.decoder.shape.latent, frames) * request.tau

    def voices(self, embeddings: Sequence[Tensor]) -> Tensor:
        """(G,) each -> (B, G, 1)"""
        return torch.stack(list(embeddings)).unsqueeze(-1).to(self.device)

    @torch.inference_mode()
    def flow(
        self, latents: Sequence[Tensor], embeddings: Sequence[Tensor], inverse: bool
    ) -> list[Tensor]:
        """Take the voices out of latents (C, frames), or with `inverse` put them in."""
        found: dict[int, Tensor] = {}
        lengths = [latent.shape[-1] for latent in latents]
        for group in by_length(lengths, self.limits.latent):
            batch = pad_stack([latents[i] for i in group], self.limits.latent.multiple)  # (B, C, T)
            mask = length_mask(lengths_of([latents[i] for i in group]), batch.shape[-1])
            speaker = self.voices([embeddings[i] for i in group])  # (B, G, 1)
            flowed = self.network.flow(batch, mask, speaker, inverse=inverse)
            found.update(zip(group, unstack(flowed, [lengths[i] for i in group]), strict=True))
        return [found[i] for i in range(len(latents))]

    @torch.inference_mode()
    def decode(self, latents: Sequence[Tensor], targets: Sequence[Tensor]) -> list[Tensor]:
        """Latents (C, frames) and embeddings (G,) -> samples (frames * hop,) on the CPU"""
        voices = [target.to(self.device).unsqueeze(-1) for target in targets]  # each (G, 1)
        speakers = [self.network.around_flow(voice) for voice in voices]
        return chunks.decode(self.network.decoder, latents, speakers, self.limits.decoder)
