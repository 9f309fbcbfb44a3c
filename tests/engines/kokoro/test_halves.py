"""What nobody is to hear is not made, and what is heard is there, when it is said to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engines.base import Samples
from engines.kokoro.durations import DURATIONS, with_durations
from engines.kokoro.found import find
from engines.kokoro.halves import BESIDE, BETWEEN, ENERGY, MARGIN, PITCH, SOUNDS, Halves
from engines.kokoro.network import FRAME, KEPT_S, SAMPLE_RATE, Network
from engines.kokoro.parsing import parse
from engines.kokoro.styles import STYLE_ROWS, STYLE_SIZE
from engines.kokoro.symbols import ids
from tests.natural import BROUGHT, WHY_NOT

STYLE = np.ones((STYLE_ROWS, STYLE_SIZE), dtype=np.float32)
LOUD = 10  # phones of a higher number are
KEPT = KEPT_S * SAMPLE_RATE


def phones_as_levels(*, elsewhere: bool = False) -> bytes:
    """A small model with Kokoro's names: each phone lasts a frame, and sounds as a constant of a
    thousandth of its number."""

    def constant(name: str, *values: float, dtype: type = np.int64) -> onnx.TensorProto:
        return numpy_helper.from_array(np.array(values, dtype=dtype), name)

    node = helper.make_node
    nodes = [
        node("Cast", ["tokens"], ["level"], to=TensorProto.FLOAT),
        node("Sub", ["level", "level"], ["nothing"]),
        node("Add", ["nothing", "one"], [DURATIONS]),
        node("Unsqueeze", ["level", "axis 1"], [SOUNDS]),
        node("Unsqueeze", ["level", "axis 2"], ["column"]),
        node("Tile", ["column", "twice"], ["columns"]),
        node("Reshape", ["columns", "row"], [PITCH]),
        node("Greater", [PITCH, "loud"], ["is loud"]),
        node("Where", ["is loud", "three", "minus ten"], [ENERGY]),
        node("Unsqueeze", [SOUNDS, "axis 3"], ["steps"]),
        node("Tile", ["steps", "often"], ["samples"]),
        node("Reshape", ["samples", "row"], ["high"]),
        node("ReduceMax", ["style"], ["one of style"]),
        node("Mul", ["high", "thousandth"], ["low"]),
        node("Mul", ["low", "one of style"], ["audio"]),
    ]
    constants = [
        *(constant(f"axis {number}", number) for number in (1, 2, 3)),
        *(constant("twice", 1, 1, 2), constant("often", 1, 1, 1, FRAME), constant("row", 1, -1)),
        *(constant("one", 1, dtype=np.float32), constant("loud", LOUD, dtype=np.float32)),
        *(constant("three", 3, dtype=np.float32), constant("minus ten", -10, dtype=np.float32)),
        constant("thousandth", 0.001, dtype=np.float32),
    ]
    if elsewhere:
        constants[0].data_location = TensorProto.EXTERNAL
    graph = helper.make_graph(
        nodes,
        "small",
        [
            helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, None]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, STYLE_SIZE]),
            helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, None)],
        constants,
    )
    opset = [helper.make_opsetid("", 17)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString())


@pytest.fixture
def small(tmp_path: Path) -> Network:
    path = tmp_path / "model.onnx"
    path.write_bytes(phones_as_levels())
    return Network(path)


def levels(samples: Samples) -> list[int]:
    """The numbers of the phones that are heard."""
    return [round(float(level) * 1000) for level in samples[FRAME // 2 :: FRAME]]


def test_only_a_margin_of_the_silence_at_the_ends_is_made(small: Network) -> None:
    quiet = [4] * 30  # quiet, and yet no silence, so that what was made of it shows
    run = small.run([*quiet, 50, 60, *quiet], STYLE, 1.0)
    assert levels(run.samples) == [4] * MARGIN + [50, 60] + [4] * MARGIN
    assert run.bounds[30] == pytest.approx(MARGIN * FRAME / SAMPLE_RATE)
    assert run.bounds[32] == pytest.approx((MARGIN + 2) * FRAME / SAMPLE_RATE)
    assert len(run.bounds) == 63


def test_a_pause_inside_is_made(small: Network) -> None:
    run = small.run([50, *[4] * 30, 60], STYLE, 1.0)
    assert levels(run.samples) == [0, 50, *[4] * 30, 60, 0]  # and the boundaries


def test_what_is_said_beside_it_is_not_made(small: Network) -> None:
    beside = list(range(20, 50))
    run = small.run([*beside, 80, 81, *beside], STYLE, 1.0, (30, 32))
    kept = MARGIN + BESIDE
    assert levels(run.samples) == [*beside[-kept:], 80, 81, *beside[:kept]]
    assert run.bounds[30] == pytest.approx(kept * FRAME / SAMPLE_RATE)


def test_what_is_wanted_up_to_an_end_includes_its_boundary(small: Network) -> None:
    run = small.run([80, 81, *range(20, 50)], STYLE, 1.0, (0, 2))
    assert levels(run.samples)[:3] == [0, 80, 81]
    run = small.run([*range(20, 50), 80, 81], STYLE, 1.0, (30, 32))
    assert levels(run.samples)[-3:] == [80, 81, 0]


def test_what_is_quiet_throughout_is_made_whole(small: Network) -> None:
    assert levels(small.run([4] * 30, STYLE, 1.0).samples) == [0, *[4] * 30, 0]


@pytest.mark.parametrize("name", BETWEEN)
def test_a_graph_of_another_exporter_stays_whole(name: str, tmp_path: Path) -> None:
    model = phones_as_levels().replace(name.encode(), b"?" * len(name))
    with pytest.raises(LookupError):
        Halves(parse(model))
    path = tmp_path / "model.onnx"
    path.write_bytes(model)
    assert levels(Network(path).run([4, 50, 4], STYLE, 1.0, (1, 2)).samples) == [0, 4, 50, 4, 0]


def test_a_graph_whose_weights_are_in_other_files_stays_whole() -> None:
    assert parse(phones_as_levels(elsewhere=True)) is None


@pytest.fixture(scope="module")
def published() -> tuple[Path, Samples]:
    found = find([BROUGHT])
    if not found.usable:
        pytest.skip(WHY_NOT)
    return found.require(), found.load_styles()["af_heart"]


def test_both_halves_make_the_samples_of_the_whole(published: tuple[Path, Samples]) -> None:
    runtime = pytest.importorskip("onnxruntime", reason="make test installs onnxruntime")
    path, style = published
    model = with_durations(path.read_bytes())
    assert model
    halves = Halves(parse(model))

    def load(part: bytes) -> Any:
        return runtime.InferenceSession(part, providers=["CPUExecutionProvider"])

    first, second = load(halves.foretelling()), load(halves.sounding([TensorProto.FLOAT] * 3))
    phones = ids("ðə hˈɑːɹbɚ wʌz kwˈaɪət.")
    style = style[len(phones) - 1][np.newaxis]
    names = [one.name for one in load(model).get_inputs()]
    given = dict(
        zip(names, (np.array([[0, *phones, 0]]), style, np.ones(1, np.float32)), strict=True)
    )
    whole, durations = load(model).run(None, given)
    between = dict(zip((*BETWEEN, DURATIONS), first.run(None, given), strict=True))
    assert np.array_equal(between.pop(DURATIONS), durations)
    assert np.array_equal(second.run(None, given | between)[0], whole)


def test_a_piece_lasts_as_long_as_within_what_it_is_said_with(
    published: tuple[Path, Samples],
) -> None:
    path, style = published
    network = Network(path)
    before, piece, after = "ɡˈʌlz slˈɛpt", "ɪn ɹˈoʊz ɐlˈɔŋ ðə ɹˈuf", "ʌv ðə mˈɑːɹkɪt."
    phones = ids(f"{before} {piece} {after}")
    first, last = len(before) + 1, len(before) + 1 + len(piece)
    part, whole = (network.run(phones, style, 1.0, one) for one in ((first - 1, last + 1), None))
    assert len(part.samples) < 0.9 * len(whole.samples)
    for one in range(first, last):
        length = whole.bounds[one + 1] - whole.bounds[one]
        assert part.bounds[one + 1] - part.bounds[one] == pytest.approx(length, abs=1e-6)
