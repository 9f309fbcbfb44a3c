"""The convolutions of Kokoro's graph of whole numbers, as products of matrices.

ONNX Runtime computes `ConvInteger` with weights that carry no sign, and unpacks them anew in every
run. The same sums as a `MatMulInteger` with signed weights go through the processor's own
instruction for them (VNNI), by weights that were laid out once: two to three times as fast. Whole
numbers have no rounding, so what comes out is the same to the last bit.

That holds where ONNX Runtime adds those products without a limit. On a processor without VNNI it
does not: two of them are added in 16 bits, and cut off at 32767. So it is tried first, and the
graph stays as it was published where a sum is wrong.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

LEAST_CHANNELS = 16  # of what goes in; with fewer there is nothing to gain
TO_SIGNED = 128  # from the zero of uint8 to that of int8
PREFIX = "products/"  # of the names that this adds
FARTHEST = np.iinfo(np.int64).max  # the end of a slice that has none


def replace_convolutions(model: Any) -> None:
    """Put products in place of a `ModelProto`'s convolutions over time; not where their sums would
    be cut off."""
    if any(node.op_type == "ConvInteger" for node in model.graph.node) and sums_are_exact():
        _Graph(model.graph).replace()


@functools.cache
def sums_are_exact() -> bool:
    """Whether ONNX Runtime adds the largest products of uint8 and int8 without a limit."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    weights = np.full((64, 32), 127, dtype=np.int8)
    weights[:, ::2] = -128
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "weights"], ["sums"])],
        "sums",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [None, 64])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [None, 32])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    for rows in (1, 67):  # one row is computed by other instructions than many
        x = np.full((rows, 64), 255, dtype=np.uint8)
        (sums,) = session.run(None, {"x": x})
        if not np.array_equal(sums, x.astype(np.int32) @ weights.astype(np.int32)):
            return False
    return True


class _Graph:
    """A graph whose convolutions are replaced, one after the other."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._constants = {one.name: one for one in graph.initializer}
        self._added: dict[str, Any] = {}

    def replace(self) -> None:
        nodes = [new for node in self._graph.node for new in self._replaced(node)]
        del self._graph.node[:]
        self._graph.node.extend(nodes)
        read = {name for node in nodes for name in node.input}
        kept = [one for one in self._graph.initializer if one.name in read]
        del self._graph.initializer[:]
        self._graph.initializer.extend([*kept, *self._added.values()])

    def _replaced(self, node: Any) -> Iterator[Any]:
        from onnx import helper, numpy_helper

        if node.op_type != "ConvInteger":
            yield node
            return
        x, weights_name, x_zero, weights_zero = [*node.input, "", ""][:4]
        known = self._constants
        if weights_name not in known or (weights_zero and weights_zero not in known):
            yield node
            return
        weights = numpy_helper.to_array(known[weights_name])
        zero = numpy_helper.to_array(known[weights_zero]) if weights_zero else weights.dtype.type(0)
        said = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        if not _over_time(weights, said):
            yield node
            return
        name = PREFIX + node.output[0]
        taps = weights.shape[2]
        yield helper.make_node("Transpose", [x], [f"{name}/steps"], perm=[0, 2, 1])
        rows = f"{name}/steps"
        if taps > 1 or any(said.get("pads", [])):
            rows = f"{name}/rows"
            yield from self._rows(name, x_zero, taps, said)
        signed = weights.transpose(2, 1, 0).reshape(-1, weights.shape[0])
        inputs = [
            rows,
            self._constant(f"{name}/weights", _signed(signed)),
            x_zero,
            self._constant(f"{name}/zero", _signed(zero)),
        ]
        yield helper.make_node("MatMulInteger", inputs, [f"{name}/sums"])
        yield helper.make_node("Transpose", [f"{name}/sums"], node.output, perm=[0, 2, 1])

    def _rows(self, name: str, zero: str, taps: int, said: dict[str, Any]) -> Iterator[Any]:
        """Beside each step the others that a convolution of so many taps takes there."""
        from onnx import helper

        before, after = said.get("pads", [0, 0])
        apart = said.get("dilations", [1])[0]
        pads = self._numbers(0, before, 0, 0, after, 0)
        yield helper.make_node("Pad", [f"{name}/steps", pads, zero], [f"{name}/padded"])
        parts = [f"{name}/tap{tap}" for tap in range(taps)]
        for tap, part in enumerate(parts):
            start, end = tap * apart, (tap - taps + 1) * apart or FARTHEST
            limits = [self._numbers(value) for value in (start, end, 1)]
            yield helper.make_node("Slice", [f"{name}/padded", *limits], [part])
        yield helper.make_node("Concat", parts, [f"{name}/rows"], axis=2)

    def _numbers(self, *values: int) -> str:
        name = PREFIX + ",".join(map(str, values))
        return self._constant(name, np.array(values, dtype=np.int64))

    def _constant(self, name: str, value: np.ndarray) -> str:
        from onnx import numpy_helper

        if name not in self._added:
            self._added[name] = numpy_helper.from_array(value, name)
        return name


def _over_time(weights: np.ndarray, said: dict[str, Any]) -> bool:
    """Whether it is a convolution as this file replaces it: (out, in, taps), a step at a time."""
    return (
        weights.ndim == 3
        and weights.shape[1] >= LEAST_CHANNELS
        and said.get("group", 1) == 1
        and said.get("strides", [1]) == [1]
        and said.get("auto_pad", b"NOTSET") == b"NOTSET"
    )


def _signed(values: Any) -> np.ndarray:
    """The same distance from zero, where zero is 0 and no longer 128."""
    values = np.asarray(values)
    if values.dtype == np.int8:
        return np.ascontiguousarray(values)
    return np.ascontiguousarray(values.astype(np.int16) - TO_SIGNED).astype(np.int8)
