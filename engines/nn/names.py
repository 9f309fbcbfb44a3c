"""Upstream's names of the parts, and ours.

A checkpoint names a tensor by the path of its module and the tensor's role there. The tables map
module paths; roles (weight, bias) are the same, but for the norms. A tensor that no table knows
keeps its name, so that strict loading reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from torch import Tensor

from engines.nn.duration import STACK_LAYERS
from engines.nn.hifigan import HifiGanShape

Names = dict[str, str]

ROLES = {"gamma": "weight", "beta": "bias"}  # upstream's own layer norm


def translate(tensors: Mapping[str, Tensor], names: Mapping[str, str]) -> dict[str, Tensor]:
    """Tensors under upstream's names -> the same under ours."""
    return {translate_name(name, names): tensor for name, tensor in tensors.items()}


def translate_name(name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return names[name]
    module, _, role = name.rpartition(".")
    return f"{names[module]}.{ROLES.get(role, role)}" if module in names else name


def without(tensors: Mapping[str, Tensor], unused: Iterable[str]) -> dict[str, Tensor]:
    """Drop what upstream trains but never uses to infer: every name that starts with one given."""
    prefixes = tuple(unused)
    return {name: tensor for name, tensor in tensors.items() if not name.startswith(prefixes)}


def under(upstream: str, ours: str, names: Mapping[str, str]) -> Names:
    """The same table for parts that sit deeper."""
    return {f"{upstream}.{theirs}": f"{ours}.{own}" for theirs, own in names.items()}


def transformer_names(layers: int) -> Names:
    names = {"spk_emb_linear": "speaker"}
    for index in range(layers):
        layer = f"layers.{index}"
        names |= {
            f"attn_layers.{index}.conv_q": f"{layer}.attention.query",
            f"attn_layers.{index}.conv_k": f"{layer}.attention.key",
            f"attn_layers.{index}.conv_v": f"{layer}.attention.value",
            f"attn_layers.{index}.conv_o": f"{layer}.attention.out",
            f"attn_layers.{index}.emb_rel_k": f"{layer}.attention.distance_keys",
            f"attn_layers.{index}.emb_rel_v": f"{layer}.attention.distance_values",
            f"norm_layers_1.{index}": f"{layer}.attention_norm",
            f"ffn_layers.{index}.conv_1": f"{layer}.feed_forward.rise",
            f"ffn_layers.{index}.conv_2": f"{layer}.feed_forward.fall",
            f"norm_layers_2.{index}": f"{layer}.feed_forward_norm",
        }
    return names


def wavenet_names(layers: int) -> Names:
    names = {"cond_layer": "speaker"}
    for index in range(layers):
        names[f"in_layers.{index}"] = f"gates.{index}"
        names[f"res_skip_layers.{index}"] = f"outputs.{index}"
    return names


def flow_names(couplings: int, encoder: Mapping[str, str]) -> Names:
    """Upstream counts the reversal after each coupling as a flow, so couplings are the even ones"""
    coupling = {"pre": "enter", "post": "leave"} | under("enc", "encoder", encoder)
    names: Names = {}
    for index in range(couplings):
        names |= under(f"flows.{2 * index}", f"couplings.{index}", coupling)
    return names


def hifigan_names(shape: HifiGanShape) -> Names:
    names = {"conv_pre": "enter", "cond": "speaker", "conv_post": "leave"}
    sizes = len(shape.block_kernels)
    for stage in range(len(shape.rates)):
        names[f"ups.{stage}"] = f"stages.{stage}.upsample"
        for block in range(sizes):
            theirs = f"resblocks.{stage * sizes + block}"
            ours = f"stages.{stage}.blocks.{block}"
            for step in range(len(shape.block_dilations[block])):
                names[f"{theirs}.convs1.{step}"] = f"{ours}.dilated.{step}"
                names[f"{theirs}.convs2.{step}"] = f"{ours}.plain.{step}"
    return names


def duration_names() -> Names:
    return {
        "cond": "speaker",
        "conv_1": "first",
        "norm_1": "first_norm",
        "conv_2": "second",
        "norm_2": "second_norm",
        "proj": "out",
    }


def stochastic_duration_names(flows: Iterable[int]) -> Names:
    """`flows`: the places of the spline flows in upstream's list, in our order."""
    names = {
        "pre": "enter",
        "cond": "speaker",
        "proj": "text",
        "flows.0.m": "shift",
        "flows.0.logs": "log_scale",
    }
    names |= under("convs", "stack", separable_names())
    flow = {"pre": "enter", "proj": "knots"} | under("convs", "stack", separable_names())
    for ours, theirs in enumerate(flows):
        names |= under(f"flows.{theirs}", f"flows.{ours}", flow)
    return names


def separable_names() -> Names:
    names: Names = {}
    for index in range(STACK_LAYERS):
        names |= {
            f"convs_sep.{index}": f"layers.{index}.depthwise",
            f"norms_1.{index}": f"layers.{index}.depthwise_norm",
            f"convs_1x1.{index}": f"layers.{index}.pointwise",
            f"norms_2.{index}": f"layers.{index}.pointwise_norm",
        }
    return names
