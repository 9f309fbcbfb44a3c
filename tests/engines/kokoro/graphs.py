"""Small graphs of one node, as their publishers write them, and what is in a graph."""

from __future__ import annotations

from collections.abc import Sequence

import onnx
from onnx import helper


def as_file(
    node: onnx.NodeProto,
    takes: onnx.ValueInfoProto,
    gives: onnx.ValueInfoProto,
    constants: Sequence[onnx.TensorProto],
) -> bytes:
    graph = helper.make_graph([node], "one", [takes], [gives], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())


def kinds(model: bytes) -> set[str]:
    return {node.op_type for node in onnx.load_model_from_string(model).graph.node}
