"""The transform is NumPy's and PyTorch's, and the phase at both ends of a spectrum has no noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from engines.kokoro.found import find
from engines.kokoro.network import Network
from engines.kokoro.spectrum import replace_transforms
from engines.kokoro.symbols import ids
from tests.engines.kokoro.graphs import as_file, kinds
from tests.natural import BROUGHT, WHY_NOT

ORT = pytest.importorskip("onnxruntime", reason="make test installs onnxruntime")
STEP = 5


def transform(length: int, *, onesided: int = 1) -> bytes:
    """x (1, T), or (1, T, 1), to its spectra, as the graph's publisher writes it."""
    window = np.hanning(length + 1)[:-1].astype(np.float32)
    constants = [
        numpy_helper.from_array(np.array(STEP), "step"),
        numpy_helper.from_array(window, "window"),
        numpy_helper.from_array(np.array(length), "length"),
    ]
    inputs = ["x", "step", "window", "length"]
    return as_file(
        helper.make_node("STFT", inputs, ["spectra"], onesided=onesided),
        helper.make_tensor_value_info("x", TensorProto.FLOAT, None),
        helper.make_tensor_value_info("spectra", TensorProto.FLOAT, None),
        constants,
    )


def with_spectrum(model: bytes) -> bytes:
    parsed = onnx.load_model_from_string(model)
    replace_transforms(parsed)
    return bytes(parsed.SerializeToString())


def run(model: bytes, x: NDArray[np.float32]) -> NDArray[np.float32]:
    session = ORT.InferenceSession(model, providers=["CPUExecutionProvider"])
    spectra: NDArray[np.float32] = session.run(None, {"x": x})[0]
    return spectra


@pytest.mark.parametrize("as_row", [True, False])
@pytest.mark.parametrize("length", [20, 16, 15])
def test_the_spectra_are_those_of_numpy(length: int, as_row: bool) -> None:
    model = with_spectrum(transform(length))
    assert "STFT" not in kinds(model)
    x = np.random.default_rng(3).standard_normal(400).astype(np.float32)
    spectra = run(model, x[None] if as_row else x[None, :, None])
    window = np.hanning(length + 1)[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(x, length)[::STEP]
    right: NDArray[Any] = np.fft.rfft(frames * window, axis=1)
    assert spectra.shape == (1, *right.shape, 2)
    assert spectra[0, ..., 0] == pytest.approx(right.real, abs=1e-5)
    assert spectra[0, ..., 1] == pytest.approx(right.imag, abs=1e-5)


def test_the_ends_of_a_spectrum_have_one_phase() -> None:
    x = np.random.default_rng(3).standard_normal(400).astype(np.float32)
    ends = run(with_spectrum(transform(20)), x[None])[0, :, [0, -1]]
    assert (ends[..., 0] < 0).any()
    assert (ends[..., 1] > 0).all()
    assert ends[..., 1].max() < 1e-12


def test_the_transform_of_both_sides_stays() -> None:
    assert kinds(with_spectrum(transform(20, onesided=0))) == {"STFT"}


def test_the_published_graph_has_none_left_and_speaks() -> None:
    found = find([BROUGHT])
    if not found.usable:
        pytest.skip(WHY_NOT)
    path = found.require()
    assert "STFT" not in kinds(with_spectrum(path.read_bytes()))
    style = found.load_styles()["af_heart"]
    assert len(Network(path).run(ids("jˈɛs."), style, 1.0).samples) > 5000
