"""MeloTTS as ONNX graphs, behind the stages that `engines/melo/synthesis.py` runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.melo.config import MeloConfig
from engines.melo.network import (
    BERT_CHANNELS,
    WIDE_BERT_CHANNELS,
    EncodedText,
    Symbols,
    TimedText,
)
from engines.nn.config import parse_config
from engines.onnx.load import DecoderGraph, Source, mask_lengths, open_graphs
from engines.onnx.session import Graph, Runtime

ENGINE = "melotts"
STAGES = ("encoder", "flow", "decoder")


class OnnxSpeechNetwork:
    """A `SpeechNetwork`."""

    def __init__(self, graphs: Mapping[str, Graph], config: MeloConfig) -> None:
        self.encoder, self.prior_flow = graphs["encoder"], graphs["flow"]
        self.decoder = DecoderGraph(graphs["decoder"], config.model.decoder)

    @property
    def device(self) -> torch.device:
        return self.encoder.runtime.device

    @property
    def backend(self) -> str:
        return self.encoder.runtime.label

    def encode(self, symbols: Symbols, speakers: Tensor, noise: Tensor) -> TimedText:
        """speakers (B,) int, rows of their table; noise (B, 2, T) of the durations"""
        made = self.encoder(
            phones=symbols.phones,
            tones=symbols.tones,
            languages=symbols.languages,
            bert=features(symbols.bert, BERT_CHANNELS, symbols.phones),
            wide_bert=features(symbols.wide_bert, WIDE_BERT_CHANNELS, symbols.phones),
            lengths=mask_lengths(symbols.mask),
            speaker=speakers,
            duration_noise=noise,
        )
        text = EncodedText(made["hidden"], made["mean"], made["log_scale"])
        return TimedText(text, made["stochastic"], made["expected"], made["voice"])

    def flow(self, x: Tensor, mask: Tensor, speaker: Tensor, inverse: bool = False) -> Tensor:
        """From the prior to the latent, the one way that speaking goes. (B, C, T) -> (B, C, T)"""
        if not inverse:
            raise NotImplementedError("the flow of speech is exported in one direction")
        made = self.prior_flow(sampled=x, frame_counts=mask_lengths(mask), voice=speaker)
        return made["latent"]


def features(given: Tensor | None, channels: int, phones: Tensor) -> Tensor:
    """A graph has no inputs that may be left out: zeros (B, channels, T) stand for none."""
    batch, steps = phones.shape
    return torch.zeros(batch, channels, steps) if given is None else given


@dataclass(frozen=True, slots=True)
class OnnxSpeech:
    """A `SpeechModel`."""

    network: OnnxSpeechNetwork
    config: MeloConfig
    version: str


def load(source: Source, runtime: Runtime) -> OnnxSpeech:
    """Raises `UnusableModel` where a file is missing, or not as it must be."""
    graphs = open_graphs(source, ENGINE, STAGES, runtime)
    metadata = graphs["encoder"].metadata
    config = parse_config(MeloConfig, metadata.config, "the metadata of encoder.onnx")
    return OnnxSpeech(OnnxSpeechNetwork(graphs, config), config, metadata.version)
