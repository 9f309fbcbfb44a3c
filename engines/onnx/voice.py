"""OpenVoice as ONNX graphs, behind the stages that `engines/openvoice/conversion.py` runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.nn.config import parse_config
from engines.onnx.load import DecoderGraph, Source, mask_lengths, open_graphs
from engines.onnx.session import Graph, Runtime
from engines.openvoice.config import ConverterConfig

ENGINE = "openvoice"
STAGES = ("reference", "encoder", "neutral", "voiced", "decoder")


class OnnxVoiceNetwork:
    """A `VoiceNetwork`."""

    def __init__(self, graphs: Mapping[str, Graph], config: ConverterConfig) -> None:
        self.graphs = graphs
        self.zero_speaker = config.model.zero_g
        self.decoder = DecoderGraph(graphs["decoder"], config.model.decoder)

    @property
    def device(self) -> torch.device:
        return self.graphs["decoder"].runtime.device

    @property
    def backend(self) -> str:
        return self.graphs["decoder"].runtime.label

    def reference(self, spectrogram: Tensor) -> Tensor:
        """(B, bins, T) -> (B, G)"""
        return self.graphs["reference"](spectrogram=spectrogram)["embedding"]

    def encoder(self, spectrogram: Tensor, mask: Tensor, speaker: Tensor, noise: Tensor) -> Tensor:
        """As `PosteriorEncoder`, whose noise is scaled by the caller. -> (B, C, T)"""
        made = self.graphs["encoder"](
            spectrogram=spectrogram,
            frame_counts=mask_lengths(mask),
            source=speaker,
            noise=noise,
            tau=torch.ones(len(noise)),
        )
        return made["latent"]

    def flow(self, x: Tensor, mask: Tensor, speaker: Tensor, inverse: bool = False) -> Tensor:
        """Take a voice out of the latent, or with `inverse` put it in. (B, C, T) -> (B, C, T)"""
        lengths = mask_lengths(mask)
        if inverse:
            return self.graphs["voiced"](neutral=x, frame_counts=lengths, target=speaker)["latent"]
        return self.graphs["neutral"](latent=x, frame_counts=lengths, source=speaker)["neutral"]

    def around_flow(self, speaker: Tensor) -> Tensor:
        """What encoder and decoder are told of the speaker: nothing, in V2."""
        return torch.zeros_like(speaker) if self.zero_speaker else speaker


@dataclass(frozen=True, slots=True)
class OnnxVoice:
    """A `VoiceModel`."""

    network: OnnxVoiceNetwork
    config: ConverterConfig
    version: str


def load(source: Source, runtime: Runtime) -> OnnxVoice:
    """Raises `UnusableModel` where a file is missing, or not as it must be."""
    graphs = open_graphs(source, ENGINE, STAGES, runtime)
    metadata = graphs["decoder"].metadata
    config = parse_config(ConverterConfig, metadata.config, "the metadata of decoder.onnx")
    return OnnxVoice(OnnxVoiceNetwork(graphs, config), config, metadata.version)
