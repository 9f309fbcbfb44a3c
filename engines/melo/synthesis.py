"""Symbols to audio, a batch at a time: durations and prior, flow, decoder.

Each stage takes and gives lists of unpadded items. It pads within, in batches of its own, and the
networks' masks make what an item becomes independent of its neighbours. Every random draw comes
from the request's own source, first (2, T) for the durations, then (C, frames) for the latent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engines.errors import EngineError, UnspeakableText
from engines.melo.network import BERT_CHANNELS, WIDE_BERT_CHANNELS, SpeechNetwork, Symbols
from engines.melo.request import SpeechRequest
from engines.nn import chunks
from engines.nn.chunks import Chunking
from engines.nn.duration import expand
from engines.nn.grouping import BatchLimits, by_length
from engines.nn.masks import length_mask, lengths_of, pad_stack, unstack


@dataclass(frozen=True, slots=True)
class SynthesisLimits:
    """What a stage takes at once, which bounds its memory."""

    text: BatchLimits = field(default_factory=BatchLimits)  # steps are symbols
    flow: BatchLimits = field(default_factory=BatchLimits)  # steps are frames
    decoder: Chunking = field(default_factory=Chunking)
    frames: int = 12_000  # of one piece, about 140 s: a longer one is refused


@dataclass(frozen=True, slots=True)
class Prior:
    """What the text says of one piece's audio. T symbols, nothing padded."""

    hidden: Tensor  # (H, T)
    mean: Tensor  # (C, T), of the latent frames of each symbol
    log_scale: Tensor  # (C, T)
    stochastic: Tensor  # (1, T), log of frames, as drawn
    expected: Tensor  # (1, T), log of frames
    log_frames: Tensor  # (1, T), the mixture of both
    durations: Tensor  # (T,) int, whole frames at the wanted speed
    speaker: Tensor  # (G, 1)

    @property
    def frames(self) -> int:
        return int(self.durations.sum())


@dataclass(frozen=True, slots=True)
class Spoken:
    """One request's audio."""

    samples: Tensor  # float32 (frames * hop,), in [-1, 1] on the CPU
    durations: Tensor  # (T,) int on the CPU, frames of each symbol


@dataclass(slots=True)
class MeloSynthesizer:
    """Runs the network's stages over batches of requests."""

    network: SpeechNetwork
    limits: SynthesisLimits = field(default_factory=SynthesisLimits)

    @property
    def device(self) -> torch.device:
        return self.network.device

    @torch.inference_mode()
    def synthesize(self, requests: Sequence[SpeechRequest]) -> list[Spoken | EngineError]:
        """The audio of each request, or what is wrong."""
        priors = self.priors(requests)
        answers: list[Spoken | EngineError] = [
            UnspeakableText(f"the piece would take over {self.limits.frames} frames, or none")
            for _ in requests
        ]
        fit = [i for i, prior in enumerate(priors) if 0 < prior.frames <= self.limits.frames]
        speakers = [priors[i].speaker for i in fit]
        latents = self.latents([sample(requests[i], priors[i]) for i in fit], speakers)
        waves = self.decode(latents, speakers)
        for i, wave in zip(fit, waves, strict=True):
            answers[i] = Spoken(wave, priors[i].durations.cpu())
        return answers

    @torch.inference_mode()
    def priors(self, requests: Sequence[SpeechRequest]) -> list[Prior]:
        """Draws the first noise of each request."""
        found: dict[int, Prior] = {}
        lengths = [len(request.text.phones) for request in requests]
        for group in by_length(lengths, self.limits.text):
            found.update(zip(group, self.group_priors([requests[i] for i in group]), strict=True))
        return [found[i] for i in range(len(requests))]

    def group_priors(self, group: Sequence[SpeechRequest]) -> Iterator[Prior]:
        """One padded batch through the text encoder and both duration predictors."""
        symbols = to_symbols(group, self.device, self.limits.text.multiple)
        mask = symbols.mask  # (B, 1, T)
        rows = torch.tensor([request.speaker for request in group], device=self.device)
        noise = duration_noise(group, self.limits.text.multiple).to(self.device)  # (B, 2, T)
        timed = self.network.encode(symbols, rows, noise)
        text, stochastic, expected = timed.text, timed.stochastic, timed.expected
        share = per_item([request.prosody.sdp_ratio for request in group], self.device)
        rest = per_item([1 - request.prosody.sdp_ratio for request in group], self.device)
        log_frames = stochastic * share + expected * rest  # (B, 1, T)
        slowness = per_item([1 / request.speed for request in group], self.device)
        frames = whole_frames(log_frames.exp() * mask * slowness, self.limits.frames)
        for i, request in enumerate(group):
            steps = len(request.text.phones)
            yield Prior(
                hidden=text.hidden[i, :, :steps],
                mean=text.mean[i, :, :steps],
                log_scale=text.log_scale[i, :, :steps],
                stochastic=stochastic[i, :, :steps],
                expected=expected[i, :, :steps],
                log_frames=log_frames[i, :, :steps],
                durations=frames[i, 0, :steps],
                speaker=timed.speaker[i],
            )

    @torch.inference_mode()
    def latents(self, sampled: Sequence[Tensor], speakers: Sequence[Tensor]) -> list[Tensor]:
        """Samples of the prior (C, frames) and speakers (G, 1) -> latents (C, frames)"""
        found: dict[int, Tensor] = {}
        for group in by_length([item.shape[-1] for item in sampled], self.limits.flow):
            batch = pad_stack([sampled[i] for i in group], self.limits.flow.multiple)  # (B, C, T)
            mask = length_mask(lengths_of([sampled[i] for i in group]), batch.shape[-1])
            voices = torch.stack([speakers[i] for i in group])  # (B, G, 1)
            flowed = self.network.flow(batch, mask, voices, inverse=True)  # (B, C, frames)
            lengths = [sampled[i].shape[-1] for i in group]
            found.update(zip(group, unstack(flowed, lengths), strict=True))
        return [found[i] for i in range(len(sampled))]

    @torch.inference_mode()
    def decode(self, latents: Sequence[Tensor], speakers: Sequence[Tensor]) -> list[Tensor]:
        """Latents (C, frames) and speakers (G, 1) -> samples (frames * hop,) on the CPU"""
        return chunks.decode(self.network.decoder, latents, speakers, self.limits.decoder)


def to_symbols(group: Sequence[SpeechRequest], device: torch.device, multiple: int) -> Symbols:
    texts = [request.text for request in group]
    phones = [torch.tensor(text.phones) for text in texts]
    padded = pad_stack(phones, multiple).to(device)  # (B, T)
    return Symbols(
        phones=padded,
        tones=pad_stack([torch.tensor(text.tones) for text in texts], multiple).to(device),
        languages=pad_stack([torch.tensor(text.languages) for text in texts], multiple).to(device),
        bert=to_features([t.bert for t in texts], phones, BERT_CHANNELS, padded),
        wide_bert=to_features([t.wide_bert for t in texts], phones, WIDE_BERT_CHANNELS, padded),
        mask=length_mask(lengths_of(phones).to(device), padded.shape[-1]),
    )


def to_features(
    given: Sequence[Tensor | None], phones: Sequence[Tensor], channels: int, padded: Tensor
) -> Tensor | None:
    """Features (F, T_i), or zeros for an item that has none -> (B, F, T), as long and on the same
    device as the padded phones (B, T); none if no item has any."""
    if all(features is None for features in given):
        return None
    device, steps = padded.device, padded.shape[-1]
    tensors = [
        torch.zeros(channels, len(ids), device=device) if features is None else features.to(device)
        for features, ids in zip(given, phones, strict=True)
    ]
    return pad_stack(tensors, steps)  # (B, F, T)


def duration_noise(group: Sequence[SpeechRequest], multiple: int) -> Tensor:
    """Each request's first draw (2, T_i), scaled and padded -> (B, 2, T)"""
    return pad_stack(
        [
            request.noise.draw(2, len(request.text.phones)) * request.prosody.noise_scale_w
            for request in group
        ],
        multiple,
    )


def per_item(values: Sequence[float], device: torch.device) -> Tensor:
    """One number for each item of a batch: (B, 1, 1)"""
    return torch.tensor(values, dtype=torch.float32, device=device).view(-1, 1, 1)


def whole_frames(frames: Tensor, most: int) -> Tensor:
    """Lengths rounded up to whole frames. What is absurd becomes `most` + 1, to be refused."""
    return frames.nan_to_num(nan=most + 1).clamp(max=most + 1).ceil().to(torch.int64)


def sample(request: SpeechRequest, prior: Prior) -> Tensor:
    """Draw the second noise: mean + noise * spread, (C, frames)"""
    mean = expand(prior.mean, prior.durations)  # (C, frames)
    spread = expand(prior.log_scale, prior.durations).exp()  # (C, frames)
    noise = request.noise.draw(*mean.shape).to(mean.device)
    return mean + noise * spread * request.prosody.noise_scale
