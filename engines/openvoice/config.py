"""What upstream's `config.json` says of an OpenVoice converter."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engines.nn.config import DecoderConfig, Foreign
from engines.nn.spectrogram import SpectrogramShape


class DataConfig(Foreign):
    sampling_rate: int = Field(gt=0)  # Hz
    filter_length: int = Field(gt=0)  # these three in samples
    hop_length: int = Field(gt=0)
    win_length: int = Field(gt=0)
    # A table of speakers would make it a synthesizer of OpenVoice V1, which converts nothing.
    n_speakers: Literal[0] = 0

    @property
    def spectrogram(self) -> SpectrogramShape:
        return SpectrogramShape(self.filter_length, self.hop_length, self.win_length)


class ModelConfig(DecoderConfig):
    zero_g: bool = False  # only the flow knows voices; encoder and decoder get zeros instead


class ConverterConfig(Foreign):
    data: DataConfig
    model: ModelConfig
    version: str = Field("v1", alias="_version_")
