"""What an ONNX file holds, to be changed before it is loaded."""

from __future__ import annotations

import logging
from typing import Any

logger = logging.getLogger(__name__)


def parse(model: bytes) -> Any | None:
    """A `ModelProto`; None where weights stand in other files, and where the package `onnx` is not
    installed."""
    try:
        import onnx
    except ImportError:
        logger.warning("the package onnx is not installed: Kokoro speaks at half its pace")
        return None
    parsed = onnx.load_model_from_string(model)
    elsewhere = onnx.TensorProto.EXTERNAL
    if any(one.data_location == elsewhere for one in parsed.graph.initializer):
        return None
    return parsed
