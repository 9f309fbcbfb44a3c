"""Convolutions of whole numbers as products of matrices: the same numbers, whatever the shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from engines.kokoro import products
from engines.kokoro.products import replace_convolutions
from tests.engines.kokoro.graphs import as_file, kinds
from tests.natural import BROUGHT, WHY_NOT

ORT = pytest.importorskip("onnxruntime", reason="make test installs onnxruntime")
STEPS = 40


def convolution(weights: NDArray[Any], zero: Any, **attributes: Any) -> bytes:
    """x (1, in, steps) and its zero to sums (1, out, steps), as int32."""
    inputs = ["x", "weights", "x zero", "weights zero"][: 3 if zero is None else 4]
    constants = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array(117, dtype=np.uint8), "x zero"),
    ]
    if zero is not None:
        constants.append(numpy_helper.from_array(np.asarray(zero), "weights zero"))
    return as_file(
        helper.make_node("ConvInteger", inputs, ["sums"], **attributes),
        helper.make_tensor_value_info("x", TensorProto.UINT8, [1, weights.shape[1], None]),
        helper.make_tensor_value_info("sums", TensorProto.INT32, None),
        constants,
    )


def with_products(model: bytes) -> bytes:
    parsed = onnx.load_model_from_string(model)
    replace_convolutions(parsed)
    return bytes(parsed.SerializeToString())


def run(model: bytes, channels: int) -> NDArray[np.int32]:
    random = np.random.default_rng(2)
    x = random.integers(0, 256, (1, channels, STEPS), dtype=np.uint8)
    session = ORT.InferenceSession(model, providers=["CPUExecutionProvider"])
    sums: NDArray[np.int32] = session.run(None, {"x": x})[0]
    return sums


needs_exact_sums = pytest.mark.skipif(
    not products.sums_are_exact(), reason="this processor's products of int8 are cut off"
)


@needs_exact_sums
@pytest.mark.parametrize("zero", [np.uint8(130), np.uint8(0), None])
@pytest.mark.parametrize(
    ("channels", "taps", "attributes"),
    [
        (16, 3, {"pads": [1, 1]}),
        (20, 1, {}),
        (20, 1, {"pads": [2, 1]}),
        (64, 5, {"pads": [4, 4], "dilations": [2]}),
        (64, 4, {"pads": [0, 3]}),
        (128, 11, {"pads": [25, 25], "dilations": [5]}),
    ],
)
def test_the_sums_are_the_same(
    channels: int, taps: int, attributes: dict[str, Any], zero: Any
) -> None:
    random = np.random.default_rng(1)
    weights = random.integers(0, 256, (24, channels, taps), dtype=np.uint8)
    published = convolution(weights, zero, kernel_shape=[taps], **attributes)
    changed = with_products(published)
    assert "ConvInteger" not in kinds(changed)
    assert np.array_equal(run(changed, channels), run(published, channels))


@needs_exact_sums
@pytest.mark.parametrize(
    ("shape", "attributes"),
    [
        ((24, 16, 3), {"strides": [2]}),
        ((24, 8, 3), {"group": 2}),
        ((24, 2, 3), {}),
        ((24, 16, 3), {"auto_pad": "SAME_UPPER"}),
    ],
)
def test_another_convolution_stays(shape: tuple[int, ...], attributes: dict[str, Any]) -> None:
    weights = np.ones(shape, dtype=np.uint8)
    published = convolution(weights, np.uint8(1), kernel_shape=[3], **attributes)
    assert "ConvInteger" in kinds(with_products(published))


def test_the_graph_stays_where_sums_would_be_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "sums_are_exact", lambda: False)
    published = convolution(np.ones((24, 16, 3), dtype=np.uint8), np.uint8(1), kernel_shape=[3])
    assert "ConvInteger" in kinds(with_products(published))


@needs_exact_sums
def test_kokoro_says_the_very_same_samples() -> None:
    found = sorted(BROUGHT.rglob("model_quantized.onnx"))
    if not found:
        pytest.skip(WHY_NOT)
    published = found[0].read_bytes()
    changed = with_products(published)
    assert len(changed) > 0.9 * len(published)  # no weights are gone
    random = np.random.default_rng(3)
    phones = np.array([[0, 50, 83, 54, 16, 156, 43, 102, 0]])
    style = random.normal(0, 0.1, (1, 256)).astype(np.float32)
    said = []
    for model in (published, changed):
        session = ORT.InferenceSession(model, providers=["CPUExecutionProvider"])
        names = [one.name for one in session.get_inputs()]
        inputs = dict(zip(names, (phones, style, np.ones(1, dtype=np.float32)), strict=True))
        said.append(session.run(None, inputs)[0])
    assert np.array_equal(*said)
