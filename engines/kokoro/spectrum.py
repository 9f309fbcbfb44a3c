"""The short-time Fourier transform inside Kokoro's graph, as the convolution that it is.

ONNX Runtime computes `STFT` in one thread, fifty times as slowly; for windows of 20 samples that is
one part in twenty of the work. And where a spectrum of real samples has no imaginary part, at its
two ends, it leaves one of 1e-7 of either sign, so that the phase there, which the network is given,
is half a turn off in every other frame. Here it is what PyTorch's transform has, with which the
network was trained: none, and counted as positive.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PREFIX = "spectrum/"  # of the names that this adds
NEXT_TO_NOTHING = 1e-15


def replace_transforms(model: Any) -> None:
    """Put convolutions in place of a `ModelProto`'s transforms of one side."""
    graph = model.graph
    constants = {one.name: one for one in graph.initializer}
    nodes = []
    for node in graph.node:
        known = node.op_type == "STFT" and all(name in constants for name in node.input[1:4])
        nodes += _convolution(node, graph, constants) if known and _is_onesided(node) else [node]
    del graph.node[:]
    graph.node.extend(nodes)


def _is_onesided(node: Any) -> bool:
    from onnx import helper

    said = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    return len(node.input) == 4 and said.get("onesided", 1) == 1


def _convolution(node: Any, graph: Any, constants: dict[str, Any]) -> list[Any]:
    """A node's samples (1, T), or (1, T, 1), to its spectra (1, frames, bins, 2)."""
    from onnx import helper, numpy_helper

    step, window, length = (numpy_helper.to_array(constants[name]) for name in node.input[1:4])
    waves, rest = _waves(window, int(length))
    name = PREFIX + node.output[0]
    shape = np.array([0, 0, len(waves) // 2, 2], dtype=np.int64)
    row = np.array([0, 1, -1], dtype=np.int64)
    for part, value in (("waves", waves), ("rest", rest), ("shape", shape), ("row shape", row)):
        graph.initializer.append(numpy_helper.from_array(value, f"{name}/{part}"))
    make = helper.make_node
    return [
        make("Reshape", [node.input[0], f"{name}/row shape"], [f"{name}/row"]),
        make(
            "Conv",
            [f"{name}/row", f"{name}/waves", f"{name}/rest"],
            [f"{name}/parts"],
            strides=[int(step)],
        ),
        make("Transpose", [f"{name}/parts"], [f"{name}/frames"], perm=[0, 2, 1]),
        make("Reshape", [f"{name}/frames", f"{name}/shape"], [node.output[0]]),
    ]


def _waves(window: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Kernels (2 bins, 1, length), real and imaginary by turns, and what is added to them."""
    bins = np.arange(length // 2 + 1)
    turns = 2 * np.pi * np.outer(bins, np.arange(length)) / length
    waves = np.stack([np.cos(turns), -np.sin(turns)], axis=1)
    real_only = bins * 2 % length == 0
    waves[real_only, 1] = 0.0
    rest = np.zeros(waves.shape[:2])
    rest[real_only, 1] = NEXT_TO_NOTHING
    kernels = waves * window
    return kernels.reshape(-1, 1, length).astype(window.dtype), rest.reshape(-1).astype(
        window.dtype
    )
