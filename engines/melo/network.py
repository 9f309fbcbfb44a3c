"""The MeloTTS network: VITS2 with tones, languages and BERT features beside the phones.

Written from the papers (VITS, Kim et al. 2021; VITS2, Kong et al. 2023; HiFi-GAN, Kong et al.
2020) for inference only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from engines.melo.config import MeloConfig, ModelConfig
from engines.nn.attention import Transformer
from engines.nn.chunks import Decoder
from engines.nn.duration import DurationPredictor, StochasticDurationPredictor
from engines.nn.flow import Coupling, CouplingFlow
from engines.nn.hifigan import HifiGan

BERT_CHANNELS = 768  # of every language's BERT in use
WIDE_BERT_CHANNELS = 1024  # of the one Chinese checkpoints once had; its projection's bias remains
DURATION_HIDDEN = 256
DURATION_KERNEL = 3
FLOW_KERNEL = 5


@dataclass(frozen=True, slots=True)
class Symbols:
    """A padded batch of what shall be spoken."""

    phones: Tensor  # (B, T) int
    tones: Tensor  # (B, T) int
    languages: Tensor  # (B, T) int
    bert: Tensor | None  # (B, 768, T); none stands for zeros
    wide_bert: Tensor | None  # (B, 1024, T); none stands for zeros
    mask: Tensor  # (B, 1, T)


@dataclass(frozen=True, slots=True)
class EncodedText:
    """What the text encoder makes of the symbols."""

    hidden: Tensor  # (B, H, T)
    mean: Tensor  # (B, C, T) of the prior
    log_scale: Tensor  # (B, C, T) of the prior


@dataclass(frozen=True, slots=True)
class TimedText:
    """The same, how long each symbol lasts, and who speaks."""

    text: EncodedText
    stochastic: Tensor  # (B, 1, T), log of frames, as drawn
    expected: Tensor  # (B, 1, T), log of frames
    speaker: Tensor  # (B, G, 1)


class SpeechNetwork(Protocol):
    """The stages that `synthesis.py` runs, on whatever computes them."""

    @property
    def device(self) -> torch.device: ...

    @property
    def backend(self) -> str:
        """What computes, and its version."""

    @property
    def flow(self) -> Callable[..., Tensor]:
        """A `CouplingFlow`."""

    @property
    def decoder(self) -> Decoder: ...

    def encode(self, symbols: Symbols, speakers: Tensor, noise: Tensor) -> TimedText:
        """speakers (B,) int, rows of their table; noise (B, 2, T) of the durations"""


class TextEncoder(nn.Module):
    """Symbols to the prior distribution of each phone's latent frames."""

    def __init__(self, config: MeloConfig) -> None:
        super().__init__()
        model = config.model
        channels = model.hidden_channels
        self.scale = math.sqrt(channels)
        self.phones = nn.Embedding(len(config.symbols), channels)
        self.tones = nn.Embedding(config.num_tones, channels)
        self.languages = nn.Embedding(config.num_languages, channels)
        self.bert = nn.Conv1d(BERT_CHANNELS, channels, 1)
        self.wide_bert = nn.Conv1d(WIDE_BERT_CHANNELS, channels, 1)
        self.transformer = Transformer(
            channels,
            model.filter_channels,
            model.n_heads,
            model.n_layers,
            model.kernel_size,
            model.gin_channels,
        )
        self.prior = nn.Conv1d(channels, 2 * model.inter_channels, 1)

    def forward(self, symbols: Symbols, speaker: Tensor) -> EncodedText:
        """speaker (B, G, 1)"""
        named = self.phones(symbols.phones) + self.tones(symbols.tones)  # (B, T, H)
        named = (named + self.languages(symbols.languages)).mT  # (B, H, T)
        meant = project(self.bert, symbols.bert) + project(self.wide_bert, symbols.wide_bert)
        x = (named + meant) * self.scale * symbols.mask  # (B, H, T)
        hidden = self.transformer(x, symbols.mask, speaker)  # (B, H, T)
        mean, log_scale = (self.prior(hidden) * symbols.mask).chunk(2, dim=1)  # each (B, C, T)
        return EncodedText(hidden, mean, log_scale)


class SpeechModel(Protocol):
    """A network with its weights, and what is known of it."""

    @property
    def network(self) -> SpeechNetwork: ...

    @property
    def config(self) -> MeloConfig: ...

    @property
    def version(self) -> str:
        """The same for the same weights, whatever computes them."""


def project(projection: nn.Conv1d, features: Tensor | None) -> Tensor:
    """Features (B, F, T) -> (B, H, T). Of zeros only the bias is left: (H, 1)."""
    if features is None:
        assert projection.bias is not None  # noqa: S101  (for the type checker)
        return projection.bias.unsqueeze(1)
    projected: Tensor = projection(features)
    return projected


def transformer_coupling(model: ModelConfig) -> Coupling:
    encoder = Transformer(
        model.hidden_channels,
        model.filter_channels,
        model.n_heads,
        model.n_layers_trans_flow,
        FLOW_KERNEL,
        model.gin_channels,
    )
    return Coupling(model.inter_channels, model.hidden_channels, encoder)


class MeloNetwork(nn.Module):
    """The parts, each of which `synthesis.py` runs over a batch of its own."""

    def __init__(self, config: MeloConfig) -> None:
        super().__init__()
        model = config.model
        hidden, speaker = model.hidden_channels, model.gin_channels
        self.speakers = nn.Embedding(config.data.n_speakers, speaker)
        self.text_encoder = TextEncoder(config)
        self.duration = DurationPredictor(hidden, DURATION_HIDDEN, DURATION_KERNEL, speaker)
        self.stochastic_duration = StochasticDurationPredictor(hidden, DURATION_KERNEL, speaker)
        self.flow = CouplingFlow(transformer_coupling(model) for _ in range(model.n_flow_layer))
        self.decoder = HifiGan(model.decoder)

    @property
    def device(self) -> torch.device:
        return self.speakers.weight.device

    @property
    def backend(self) -> str:
        return f"torch {torch.__version__}"

    def encode(self, symbols: Symbols, speakers: Tensor, noise: Tensor) -> TimedText:
        """speakers (B,) int, rows of their table; noise (B, 2, T) of the durations"""
        speaker = self.speakers(speakers).unsqueeze(-1)  # (B, G, 1)
        text = self.text_encoder(symbols, speaker)
        stochastic = self.stochastic_duration(text.hidden, symbols.mask, speaker, noise)
        expected = self.duration(text.hidden, symbols.mask, speaker)  # both (B, 1, T)
        return TimedText(text, stochastic, expected, speaker)
