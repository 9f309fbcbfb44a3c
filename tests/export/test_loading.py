"""A graph that is damaged, foreign, or of other weights is refused, in words."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx
import pytest

from config.engine_settings import NeuralSettings
from engines.onnx import speech, voice
from engines.onnx.file import SEAL, UnusableModel, read_sealed, seal
from engines.onnx.load import Source
from engines.onnx.session import choose_runtime

pytestmark = pytest.mark.timeout(1000)  # the first test waits for the export
RUNTIME = choose_runtime(NeuralSettings())


@pytest.fixture
def source(voice_graphs: Path, tmp_path: Path) -> Source:
    """A copy of the converter and its graphs, to spoil."""
    copy = tmp_path / "converter"
    shutil.copytree(voice_graphs.parent, copy)
    return Source(copy / "onnx", copy, "fp32")


def refused(source: Source, words: str) -> None:
    with pytest.raises(UnusableModel, match=words) as error:
        voice.load(source, RUNTIME)
    assert "\n" not in error.value.message
    assert len(error.value.message) < 400


def resealed(path: Path, change: dict[str, str]) -> None:
    """Change the metadata, and seal the file again."""
    model = onnx.load(path)
    said = {one.key: one.value for one in model.metadata_props if one.key.encode() != SEAL}
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, said | change)
    path.write_bytes(seal(model.SerializeToString()))


def test_whole_graphs_load_and_say_what_they_are(source: Source) -> None:
    loaded = voice.load(source, RUNTIME)
    assert loaded.config.data.sampling_rate == 22_050
    assert loaded.version.startswith("v2-")
    assert loaded.network.backend.startswith("onnxruntime ")


@pytest.mark.parametrize("kept", [0, 40, 1000, -1])
def test_a_truncated_file_is_refused(source: Source, kept: int) -> None:
    path = source.folder / "decoder.onnx"
    path.write_bytes(path.read_bytes()[:kept])
    refused(source, r"decoder\.onnx is cut short, or was not made by phonex export")


def test_a_changed_file_is_refused(source: Source) -> None:
    path = source.folder / "decoder.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    refused(source, r"decoder\.onnx was changed after its export")


def test_a_foreign_file_is_refused(source: Source) -> None:
    path = source.folder / "encoder.onnx"
    graph = onnx.helper.make_graph([], "stranger", [], [])
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString() * 40)
    refused(source, r"was not made by phonex export")
    path.write_bytes(seal(b"no graph at all"))
    refused(source, r"encoder\.onnx cannot be used")


def test_a_missing_file_is_named(source: Source) -> None:
    (source.folder / "voiced.onnx").unlink()
    refused(source, r"there is no .*voiced\.onnx: phonex export makes it")


def test_another_stage_in_its_place_is_refused(source: Source) -> None:
    shutil.copy(source.folder / "neutral.onnx", source.folder / "voiced.onnx")
    refused(source, r"its stage is neutral, not voiced")


def test_another_engine_is_refused(source: Source, speech_graphs: Path) -> None:
    shutil.copy(source.folder / "decoder.onnx", source.folder / "flow.onnx")
    shutil.copy(speech_graphs / "encoder.onnx", source.folder / "encoder.onnx")
    refused(source, r"its engine is melotts, not openvoice")
    with pytest.raises(UnusableModel, match="its engine is openvoice, not melotts"):
        speech.load(source, RUNTIME)


@pytest.mark.parametrize(
    "change",
    [
        {"phonex.version": "v2-0000000000000000"},
        {"phonex.checkpoint_sha256": "0" * 64},
        {"phonex.sample_rate": "44100"},
        {"phonex.hop": "512"},
        {"phonex.format": "phonex-onnx-9"},
    ],
)
def test_other_metadata_than_the_other_stages_is_refused(
    source: Source, change: dict[str, str]
) -> None:
    resealed(source.folder / "decoder.onnx", change)
    refused(source, rf"does not belong here: its {next(iter(change)).removeprefix('phonex.')} is")


def test_graphs_of_an_older_checkpoint_are_refused(source: Source) -> None:
    with (source.checkpoint / "checkpoint.pth").open("ab") as file:
        file.write(b"pulled again")
    refused(source, "exported from another checkpoint.pth than is there now")


def test_a_precision_that_was_not_exported_is_named(source: Source) -> None:
    wanted = Source(source.folder, source.checkpoint, "int8")
    refused(wanted, r"there is no .*\.int8\.onnx: phonex export makes it")


def test_every_byte_is_under_the_seal(source: Source) -> None:
    path = source.folder / "spectrogram.onnx"
    content = path.read_bytes()
    read_sealed(path)
    for place in range(0, len(content), len(content) // 60):
        spoiled = bytearray(content)
        spoiled[place] ^= 0x10
        path.write_bytes(spoiled)
        with pytest.raises(UnusableModel):
            read_sealed(path)
