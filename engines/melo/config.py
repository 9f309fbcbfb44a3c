"""What upstream's `config.json` says of a MeloTTS checkpoint."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engines.nn.config import DecoderConfig, Foreign


class DataConfig(Foreign):
    sampling_rate: int = Field(gt=0)  # Hz
    hop_length: int = Field(gt=0)  # samples in a frame
    n_speakers: int = Field(gt=0)
    spk2id: dict[str, int]
    add_blank: bool = True
    disable_bert: bool = False


class ModelConfig(DecoderConfig):
    filter_channels: int = Field(gt=0)
    n_heads: int = Field(gt=0)
    n_layers: int = Field(gt=2)  # the speaker enters before layer 2
    n_layers_trans_flow: int = Field(3, gt=2)
    n_flow_layer: int = Field(4, gt=0)
    kernel_size: int = Field(gt=0)
    use_spk_conditioned_encoder: Literal[True] = True
    use_transformer_flow: Literal[True] = True
    flow_share_parameter: Literal[False] = False
    use_vc: Literal[False] = False


class MeloConfig(Foreign):
    data: DataConfig
    model: ModelConfig
    symbols: tuple[str, ...] = Field(min_length=1)  # their order differs between checkpoints
    num_tones: int = Field(gt=0)
    num_languages: int = Field(gt=0)
