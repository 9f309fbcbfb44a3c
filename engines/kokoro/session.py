"""One graph, loaded by ONNX Runtime, that is given each input as its publisher has typed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

# Of a graph's inputs, which differ by its publisher.
TYPES: Mapping[str, type[np.generic]] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
}


class Session:
    """May be run from many threads at once.

    Args:
        model: an ONNX file, or what is in one.
        threads: of each run.
    """

    def __init__(self, model: Path | bytes, threads: int, *, on_cuda: bool) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # every text has another length
        providers = ["CUDAExecutionProvider"] * on_cuda + ["CPUExecutionProvider"]
        source = model if isinstance(model, bytes) else str(model)
        self._session: Any = onnxruntime.InferenceSession(source, options, providers=providers)
        self.inputs: Sequence[Any] = self._session.get_inputs()
        self.outputs = [one.name for one in self._session.get_outputs()]

    def run(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """All outputs by name. Of the values those are taken that are inputs."""
        typed = {
            one.name: values[one.name].astype(TYPES[one.type], copy=False) for one in self.inputs
        }
        return dict(zip(self.outputs, self._session.run(None, typed), strict=True))

    def types_of(self, names: Sequence[str]) -> list[int]:
        """Types of some outputs, as ONNX counts them."""
        from onnx import helper

        types = {one.name: one.type for one in self._session.get_outputs()}
        return [helper.np_dtype_to_tensor_dtype(np.dtype(TYPES[types[name]])) for name in names]
