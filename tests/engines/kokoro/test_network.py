"""Graphs as their publishers write them, in small: what goes in has the type that each asks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from engines.errors import EngineUnavailable
from engines.kokoro.network import Network
from engines.kokoro.styles import STYLE_ROWS, STYLE_SIZE

STYLE = np.tile(np.linspace(0.1, 0.9, STYLE_ROWS, dtype=np.float32)[:, None], (1, STYLE_SIZE))


def graph(path: Path, tokens: int, style: int, speed: int, names: str = "input_ids") -> Path:
    """A model that answers with its style, a sample for each number."""
    nodes = [helper.make_node("Cast", ["style"], ["samples"], to=TensorProto.FLOAT)]
    inputs = [
        helper.make_tensor_value_info(names, tokens, [1, "phones"]),
        helper.make_tensor_value_info("style", style, [1, STYLE_SIZE]),
        helper.make_tensor_value_info("speed", speed, [1]),
    ]
    output = helper.make_tensor_value_info("samples", TensorProto.FLOAT, [1, STYLE_SIZE])
    made = helper.make_model(
        helper.make_graph(nodes, "small", inputs, [output]),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )
    onnx.save(made, str(path))
    return path


@pytest.mark.parametrize(
    ("tokens", "style", "speed"),
    [
        (TensorProto.INT64, TensorProto.FLOAT, TensorProto.FLOAT),
        (TensorProto.INT64, TensorProto.FLOAT16, TensorProto.FLOAT16),
        (TensorProto.INT32, TensorProto.FLOAT, TensorProto.INT32),
    ],
)
def test_each_graph_is_given_what_it_takes(
    tmp_path: Path, tokens: int, style: int, speed: int
) -> None:
    network = Network(graph(tmp_path / "model.onnx", tokens, style, speed))
    samples = network.run([5, 6, 7], STYLE, 1.0).samples
    assert samples.dtype == np.float32
    assert samples == pytest.approx(STYLE[2], abs=1e-3)  # the row for three phones


def test_a_graph_of_something_else_is_refused(tmp_path: Path) -> None:
    path = graph(tmp_path / "model.onnx", TensorProto.FLOAT, TensorProto.FLOAT, TensorProto.FLOAT)
    with pytest.raises(EngineUnavailable, match="other inputs"):
        Network(path)
