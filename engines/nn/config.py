"""The parts of upstream's `config.json` that both kinds of checkpoint share.

The file also describes training, which is skipped. What would change the network, but no
published checkpoint uses, is refused rather than ignored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.faults import faults_of
from engines.nn.checkpoint import UnusableCheckpoint
from engines.nn.hifigan import HifiGanShape


class Foreign(BaseModel):
    """A part of somebody else's file: keys we do not know are theirs to have."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class DecoderConfig(Foreign):
    """The sizes every network has, and its decoder."""

    inter_channels: int = Field(gt=0)  # of the latent
    hidden_channels: int = Field(gt=0)
    gin_channels: int = Field(gt=0)  # size of a speaker's embedding
    upsample_rates: tuple[int, ...]
    upsample_kernel_sizes: tuple[int, ...]
    upsample_initial_channel: int = Field(gt=0)
    resblock_kernel_sizes: tuple[int, ...]
    resblock_dilation_sizes: tuple[tuple[int, ...], ...]
    resblock: Literal["1"] = "1"

    @property
    def decoder(self) -> HifiGanShape:
        return HifiGanShape(
            latent=self.inter_channels,
            channels=self.upsample_initial_channel,
            speaker=self.gin_channels,
            rates=self.upsample_rates,
            kernels=self.upsample_kernel_sizes,
            block_kernels=self.resblock_kernel_sizes,
            block_dilations=self.resblock_dilation_sizes,
        )


Config = TypeVar("Config", bound=Foreign)


def parse_config(kind: type[Config], text: str, source: str) -> Config:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        faults = "; ".join(faults_of(error, "all of it"))
        raise UnusableCheckpoint(f"{source} does not describe this network: {faults}") from error


def read_config(kind: type[Config], path: Path) -> Config:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableCheckpoint(f"no readable config: {error}") from error
    return parse_config(kind, text, path.name)
