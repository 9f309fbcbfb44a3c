"""Exported graphs on ONNX Runtime give upstream's numbers, in the code that serves requests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import onnx
import pytest
import torch

from config.engine_settings import NeuralSettings
from engines.nn.grouping import BatchLimits
from engines.onnx import speech, voice
from engines.onnx.file import Metadata, Precision
from engines.onnx.load import Source
from engines.onnx.session import choose_runtime
from engines.openvoice.checkpoint import load
from engines.openvoice.conversion import ConversionLimits, ToneConverter
from export import onnx as exporting
from export import parity
from export.inputs import cases
from export.onnx import ExportFailed, export, voice_source, write
from export.parity import Report, measure
from export.stages import Stage
from tests.export.conftest import GOLDEN
from tests.parity import _melotts, _openvoice

pytestmark = pytest.mark.timeout(1000)  # the first test waits for the export
RUNTIME = choose_runtime(NeuralSettings())
VOICE, SPEECH = GOLDEN / "tiny_openvoice", GOLDEN / "tiny_melotts"


@pytest.fixture(scope="module")
def converter(voice_graphs: Path) -> voice.OnnxVoice:
    return voice.load(Source(voice_graphs, VOICE, "fp32"), RUNTIME)


def test_conversion_and_embedding_equal_upstream(converter: voice.OnnxVoice) -> None:
    rows = list(_openvoice.compare(VOICE, converter))
    assert len(rows) > 30
    assert [row for row in rows if not row.ok] == []


def test_speech_equals_upstream(speech_graphs: Path) -> None:
    loaded = speech.load(Source(speech_graphs, SPEECH, "fp32"), RUNTIME)
    rows = list(_melotts.compare(SPEECH, loaded))
    assert len(rows) > 30
    assert [row for row in rows if not row.ok] == []


def test_eight_in_one_batch_equal_upstream(converter: voice.OnnxVoice) -> None:
    everything = ConversionLimits(latent=BatchLimits(items=8, steps=1_000_000, waste=1))
    network, shape = converter.network, converter.config.data.spectrogram
    golden = [case for path in sorted(VOICE.glob("c_*")) for case in _openvoice.read_cases(path)]
    batch = (golden * 8)[:8]
    assert len({len(case.tensors["wav"]) for case in batch}) > 1
    waves = ToneConverter(network, shape, everything).convert([case.request() for case in batch])
    for case, wave in zip(batch, waves, strict=True):
        assert (wave - case.expected("audio")[0]).abs().max() <= 1e-4


@pytest.mark.parametrize("samples", [385, 6007, 30011])
def test_any_length_equals_pytorch(converter: voice.OnnxVoice, samples: int) -> None:
    """Lengths that are multiples of nothing, alone and by eight."""
    tiny = load(VOICE)
    shape = tiny.config.data.spectrogram
    torch.manual_seed(samples)
    recordings = [0.3 * torch.rand(samples) - 0.15 for _ in range(8)]
    for batch in (recordings[:1], recordings):
        ours = ToneConverter(converter.network, shape).embed(batch)
        theirs = ToneConverter(tiny.network, shape).embed(batch)
        assert (torch.stack(ours) - torch.stack(theirs)).abs().max() <= 1e-4


def test_every_graph_has_its_report_and_tells_what_it_is(
    voice_graphs: Path, speech_graphs: Path
) -> None:
    files = [*voice_graphs.glob("*.onnx"), *speech_graphs.glob("*.onnx")]
    assert len(files) == 11
    for file in files:
        report = Report.model_validate_json(file.with_suffix(".parity.json").read_text())
        assert report.ok
        assert {row.batch for row in report.rows} >= {1, 8}
        model = onnx.load(file)
        metadata = Metadata.from_properties({one.key: one.value for one in model.metadata_props})
        assert (metadata.stage, metadata.licence) == (file.stem, "MIT")
        assert metadata.opset == model.opset_import[0].version
        assert {metadata.sample_rate, metadata.hop} <= {22_050, 256, 44_100, 512}
        assert metadata.checkpoint_sha256 == report.checkpoint_sha256


def only(name: str) -> exporting.Source:
    source = voice_source(VOICE)
    stages = tuple(stage for stage in source.stages if stage.name == name)
    return replace(source, stages=stages)


def test_an_export_that_is_too_far_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(parity.ALLOWED, "fp32", 1e-9)
    with pytest.raises(ExportFailed, match="spectrogram") as failed:
        export(only("spectrogram"), tmp_path, "fp32")
    assert failed.value.rows
    assert list(tmp_path.iterdir()) == []


def broken(stage: Stage) -> None:
    """Another network than the one that was exported."""
    with torch.no_grad():
        for weight in stage.module.parameters():
            weight.mul_(1.1)


def test_another_network_is_noticed(voice_graphs: Path) -> None:
    source = voice_source(VOICE, converter=False)
    stage = source.stages[-1]
    assert all(row.ok for row in rows_of(source, stage, voice_graphs / "reference.onnx", "fp32"))
    broken(stage)
    rows = rows_of(source, stage, voice_graphs / "reference.onnx", "fp32")
    assert not any(row.ok for row in rows)


def rows_of(
    source: exporting.Source, stage: Stage, file: Path, precision: Precision
) -> list[parity.Row]:
    compared = [case for case in cases(source.stages, source.draw) if case.stage is stage]
    return measure(file, compared, precision)


@pytest.mark.parametrize(("precision", "size"), [("fp16", 0.7), ("int8", 0.6)])
def test_smaller_weights_stay_within_what_is_allowed(
    voice_graphs: Path, tmp_path: Path, precision: Precision, size: float
) -> None:
    source = voice_source(VOICE, embedding=False)
    stage = next(one for one in source.stages if one.name == "encoder")
    whole, small = voice_graphs / "encoder.onnx", tmp_path / "encoder.onnx"
    write(onnx.load(whole), small, source.metadata(stage, precision), exact=False)
    assert small.stat().st_size < size * whole.stat().st_size
    rows = rows_of(source, stage, small, precision)
    assert all(row.ok for row in rows)
    assert max(row.error for row in rows) > 1e-6
