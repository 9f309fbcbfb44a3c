"""OpenVoice weights: upstream's `config.json` with `checkpoint.pth`, or our one safetensors file;
and the embeddings of the base speakers, which upstream stores as `.pth` files of one tensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engines.nn import names
from engines.nn.checkpoint import (
    UnusableCheckpoint,
    fingerprint,
    fold_weight_norm,
    load_exactly,
    read_own,
    read_pickle,
    read_upstream,
    unfilled,
    write_own,
)
from engines.nn.config import parse_config, read_config
from engines.openvoice.config import ConverterConfig, ModelConfig
from engines.openvoice.network import (
    COUPLING_LAYERS,
    COUPLINGS,
    ENCODER_LAYERS,
    REFERENCE_CHANNELS,
    ConverterNetwork,
)

FORMAT = "phonex-openvoice-1"

# A converter of V2 stores nothing that it does not use: all 486 tensors are loaded.
UNUSED: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConverterCheckpoint:
    """A network ready to convert, and what is known of it."""

    network: ConverterNetwork
    config: ConverterConfig
    version: str  # upstream's version and the fingerprint of the weights as published


def upstream_names(model: ModelConfig) -> names.Names:
    """Module paths in upstream's checkpoint -> ours."""
    encoder = {"pre": "enter", "proj": "leave"} | names.under(
        "enc", "wavenet", names.wavenet_names(ENCODER_LAYERS)
    )
    reference = {"layernorm": "norm", "gru": "recurrence", "proj": "leave"}
    for index in range(len(REFERENCE_CHANNELS) - 1):
        reference[f"convs.{index}"] = f"convolutions.{index}"
    return (
        names.under("enc_q", "encoder", encoder)
        | names.under("ref_enc", "reference", reference)
        | names.under(
            "flow", "flow", names.flow_names(COUPLINGS, names.wavenet_names(COUPLING_LAYERS))
        )
        | names.under("dec", "decoder", names.hifigan_names(model.decoder))
    )


def build(config: ConverterConfig, tensors: Mapping[str, Tensor], source: str) -> ConverterNetwork:
    """A network out of upstream's tensors."""
    used = fold_weight_norm(names.without(tensors, UNUSED))
    translated = names.translate(used, upstream_names(config.model))
    return load_exactly(empty_network(config), translated, source)


def empty_network(config: ConverterConfig) -> ConverterNetwork:
    with unfilled():
        return ConverterNetwork(config)


def load(path: Path) -> ConverterCheckpoint:
    """Upstream's folder, or our file."""
    return load_upstream(path) if path.is_dir() else load_own(path)


def load_upstream(folder: Path) -> ConverterCheckpoint:
    """`config.json` and `checkpoint.pth`, as published."""
    config = read_config(ConverterConfig, folder / "config.json")
    tensors = read_upstream(folder / "checkpoint.pth")
    network = build(config, tensors, "checkpoint.pth")
    return ConverterCheckpoint(network, config, f"{config.version}-{fingerprint(tensors)}")


def load_own(path: Path) -> ConverterCheckpoint:
    """What `save_own` wrote."""
    tensors, metadata = read_own(path)
    if metadata.get("format") != FORMAT:
        raise UnusableCheckpoint(f"{path.name} is not of the format {FORMAT}")
    config = parse_config(ConverterConfig, metadata.get("config", ""), path.name)
    network = load_exactly(empty_network(config), tensors, path.name)
    return ConverterCheckpoint(network, config, metadata.get("version", ""))


def save_own(checkpoint: ConverterCheckpoint, path: Path) -> None:
    """The same weights, weight norm folded, in a form that is safe to open."""
    metadata = {
        "format": FORMAT,
        "config": checkpoint.config.model_dump_json(by_alias=True),
        "version": checkpoint.version,
    }
    write_own(path, checkpoint.network, metadata)


def read_embedding(path: Path, size: int) -> Tensor:
    """One embedding, stored as [1, size, 1] -> (size,)"""
    tensor = read_pickle(path)
    if not isinstance(tensor, Tensor) or tensor.shape != (1, size, 1):
        raise UnusableCheckpoint(f"{path.name} holds no embedding of shape (1, {size}, 1)")
    if not tensor.isfinite().all():
        raise UnusableCheckpoint(f"{path.name} holds numbers that are not finite")
    return tensor.to(torch.float32).flatten()


def read_base_speakers(folder: Path, size: int) -> dict[str, Tensor]:
    """Upstream's `base_speakers/ses/*.pth` by the file's stem, such as `en-us`."""
    return {path.stem: read_embedding(path, size) for path in sorted(folder.glob("*.pth"))}
