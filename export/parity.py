"""A graph against its network: how far ONNX Runtime's numbers are from PyTorch's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from pydantic import BaseModel
from torch import Tensor

from engines.onnx.file import Precision
from export.inputs import Case

# In fp32, of the largest difference to the largest value, or to 1 where that is smaller.
# Below, of the difference's root mean square to that of the values.
ALLOWED: dict[Precision, float] = {"fp32": 1e-4, "fp16": 1e-2, "int8": 1e-1}


class Row(BaseModel, frozen=True):
    """One output of one call."""

    stage: str
    output: str
    batch: int
    length: int  # symbols or frames
    max_error: float
    rms_error: float
    error: float  # what is judged: see ALLOWED
    allowed: float

    @property
    def ok(self) -> bool:
        return self.error <= self.allowed  # not so for NaN


class Report(BaseModel, frozen=True):
    """What is written beside a graph's file."""

    engine: str
    stage: str
    precision: Precision
    opset: int
    version: str
    checkpoint_sha256: str
    onnxruntime: str
    torch: str
    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        return bool(self.rows) and all(row.ok for row in self.rows)


def measure(model: Path, cases: Iterable[Case], precision: Precision) -> list[Row]:
    """Run a file on every case, on the CPU."""
    options = ort.SessionOptions()
    options.log_severity_level = 3  # errors only
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    rows: list[Row] = []
    for case in cases:
        feed = {name: tensor.numpy() for name, tensor in case.inputs.items()}
        made = session.run(list(case.expected), feed)
        for (name, expected), output in zip(case.expected.items(), made, strict=True):
            rows.append(compare(case, name, np.asarray(output), expected, precision))
    return rows


def compare(case: Case, name: str, made: np.ndarray, wanted: Tensor, precision: Precision) -> Row:
    """One output. Another shape is infinitely far."""
    worst = rms = error = math.inf
    expected = wanted.numpy().astype(np.float64)
    if made.shape == expected.shape:
        gap = np.abs(made - expected)
        worst, rms = float(gap.max()), root_mean_square(gap)
        if case.stage.exact or precision == "fp32":
            error = worst / max(1.0, float(np.abs(expected).max()))
        else:
            error = rms / max(1e-6, root_mean_square(expected))
    allowed = ALLOWED["fp32" if case.stage.exact else precision]
    return Row(
        stage=case.stage.name,
        output=name,
        batch=case.batch,
        length=case.length,
        max_error=worst,
        rms_error=rms,
        error=error,
        allowed=allowed,
    )


def root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def worst_rows(rows: Sequence[Row]) -> list[Row]:
    """The worst case of every stage's every output, for a table that a person reads."""
    worst: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = row.stage, row.output
        if key not in worst or not row.error <= worst[key].error:
            worst[key] = row
    return list(worst.values())
