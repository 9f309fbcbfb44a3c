"""MeloTTS weights: upstream's `config.json` with `checkpoint.pth`, or our one safetensors file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from engines.melo.config import MeloConfig, ModelConfig
from engines.melo.network import MeloNetwork
from engines.nn import names
from engines.nn.checkpoint import (
    UnusableCheckpoint,
    fingerprint,
    fold_weight_norm,
    load_exactly,
    read_own,
    read_upstream,
    unfilled,
    write_own,
)
from engines.nn.config import parse_config, read_config

FORMAT = "phonex-melotts-1"

# Upstream stores these for training. Sampling never touches them.
UNUSED = (
    "enc_q.",  # the posterior encoder: it reads recordings
    "sdp.post_pre.",  # the duration predictor's own posterior
    "sdp.post_proj.",
    "sdp.post_convs.",
    "sdp.post_flows.",
    "sdp.flows.1.",  # the first spline flow, which VITS drops when it samples
)
SAMPLED_SPLINES = (3, 5, 7)  # the other spline flows' places; the even ones reverse the channels


@dataclass(frozen=True, slots=True)
class MeloCheckpoint:
    """A network ready to speak, and what is known of it."""

    network: MeloNetwork
    config: MeloConfig
    version: str  # the fingerprint of the weights as they were published


def upstream_names(model: ModelConfig) -> names.Names:
    """Module paths in upstream's checkpoint -> ours."""
    flow_encoder = names.transformer_names(model.n_layers_trans_flow)
    return (
        {
            "emb_g": "speakers",
            "enc_p.emb": "text_encoder.phones",
            "enc_p.tone_emb": "text_encoder.tones",
            "enc_p.language_emb": "text_encoder.languages",
            "enc_p.bert_proj": "text_encoder.wide_bert",
            "enc_p.ja_bert_proj": "text_encoder.bert",
            "enc_p.proj": "text_encoder.prior",
        }
        | names.under(
            "enc_p.encoder", "text_encoder.transformer", names.transformer_names(model.n_layers)
        )
        | names.under("dp", "duration", names.duration_names())
        | names.under(
            "sdp", "stochastic_duration", names.stochastic_duration_names(SAMPLED_SPLINES)
        )
        | names.under("flow", "flow", names.flow_names(model.n_flow_layer, flow_encoder))
        | names.under("dec", "decoder", names.hifigan_names(model.decoder))
    )


def build(config: MeloConfig, tensors: Mapping[str, Tensor], source: str) -> MeloNetwork:
    """A network out of upstream's tensors."""
    used = fold_weight_norm(names.without(tensors, UNUSED))
    translated = names.translate(used, upstream_names(config.model))
    return load_exactly(empty_network(config), translated, source)


def empty_network(config: MeloConfig) -> MeloNetwork:
    with unfilled():
        return MeloNetwork(config)


def load(path: Path) -> MeloCheckpoint:
    """Upstream's folder, or our file."""
    return load_upstream(path) if path.is_dir() else load_own(path)


def load_upstream(folder: Path) -> MeloCheckpoint:
    """`config.json` and `checkpoint.pth`, as published."""
    config = read_config(MeloConfig, folder / "config.json")
    tensors = read_upstream(folder / "checkpoint.pth")
    network = build(config, tensors, "checkpoint.pth")
    return MeloCheckpoint(network, config, fingerprint(tensors))


def load_own(path: Path) -> MeloCheckpoint:
    """What `save_own` wrote."""
    tensors, metadata = read_own(path)
    if metadata.get("format") != FORMAT:
        raise UnusableCheckpoint(f"{path.name} is not of the format {FORMAT}")
    config = parse_config(MeloConfig, metadata.get("config", ""), path.name)
    network = load_exactly(empty_network(config), tensors, path.name)
    return MeloCheckpoint(network, config, metadata.get("version", ""))


def save_own(checkpoint: MeloCheckpoint, path: Path) -> None:
    """Only what inference uses, weight norm folded: a fifth smaller, and safe to open."""
    metadata = {
        "format": FORMAT,
        "config": checkpoint.config.model_dump_json(),
        "version": checkpoint.version,
    }
    write_own(path, checkpoint.network, metadata)
