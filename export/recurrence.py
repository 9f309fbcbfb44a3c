"""PyTorch's GRU as ONNX's: the exporter has no translation for lengths that it does not know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from onnxscript import opset20 as op


def gates(weights: Any) -> Any:
    """PyTorch's order reset, update, new -> ONNX's update, reset, new; one direction in front."""
    reset, update, new = op.Split(weights, axis=0, num_outputs=3)
    first: Any = op.Constant(value_ints=[0])
    return op.Unsqueeze(op.Concat(update, reset, new, axis=0), first)


def gru(
    x: Any,  # (B, T, C)
    hidden: Any,  # (1, B, H)
    parameters: Sequence[Any],
    has_biases: bool,
    num_layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool,
) -> tuple[Any, Any]:
    """`aten::gru` of one layer and one direction, batch first, with biases."""
    if num_layers != 1 or bidirectional or not batch_first or not has_biases:
        raise NotImplementedError("only a GRU of one layer, one direction, batch first")
    input_weights, hidden_weights, input_bias, hidden_bias = parameters
    steps, last = op.GRU(
        op.Transpose(x, perm=[1, 0, 2]),
        gates(input_weights),
        gates(hidden_weights),
        op.Concat(gates(input_bias), gates(hidden_bias), axis=1),
        None,
        hidden,
        hidden_size=hidden_weights.shape[1],
        linear_before_reset=1,  # PyTorch's resets after the product
    )  # (T, 1, B, H), (1, B, H)
    direction: Any = op.Constant(value_ints=[1])
    rows = op.Squeeze(steps, direction)
    return op.Transpose(rows, perm=[1, 0, 2]), last


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {torch.ops.aten.gru.input: gru}
