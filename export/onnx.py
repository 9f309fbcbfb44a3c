"""A checkpoint's networks to ONNX files: exported, compared, sealed, then moved into place.

Nothing is left behind where a graph's numbers are too far from PyTorch's: all stages of one export
appear, or none.
"""

from __future__ import annotations

import logging
import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

from engines.errors import EngineError
from engines.melo import checkpoint as melo
from engines.onnx import speech, voice
from engines.onnx.file import Metadata, Precision, file_name, seal, sha256_of
from engines.openvoice import checkpoint as openvoice
from export.bridge import bridge_stage, bridge_values
from export.inputs import Case, Draw, cases, speech_values, voice_values
from export.parity import Report, Row, measure
from export.recurrence import TRANSLATIONS
from export.stages import AXES, Stage, converter_stages, embedding_stages, speech_stages

OPSET = 20  # what TensorRT 10 and every ONNX Runtime since 1.17 read
# Batch and length that are traced; the graph takes any. No convolution shrinks so many to one step.
EXAMPLE = (2, 150)
SPEECH_RATE = 44_100  # Hz, of every published MeloTTS checkpoint: what a bridge is made for
QUANTIZED = ["MatMul", "Gemm", "Conv"]
DEFAULT_LICENCE = "MIT"  # of the published checkpoints


class ExportFailed(EngineError):
    """A graph cannot be made, or its numbers are too far from the network's."""

    def __init__(self, message: str, rows: Sequence[Row] = ()) -> None:
        super().__init__(message)
        self.rows = list(rows)


@dataclass(frozen=True, slots=True)
class Source:
    """A checkpoint that is loaded, cut into stages."""

    engine: str
    stages: tuple[Stage, ...]
    draw: Draw
    version: str
    weights: Path
    sample_rate: int
    hop: int
    config: str
    licence: str = DEFAULT_LICENCE

    def metadata(self, stage: Stage, precision: Precision) -> Metadata:
        return Metadata(
            engine=self.engine,
            stage=stage.name,
            precision=precision,
            version=self.version,
            checkpoint=self.weights.name,
            checkpoint_sha256=sha256_of(self.weights),
            sample_rate=self.sample_rate,
            hop=self.hop,
            opset=OPSET,
            licence=self.licence,
            config=self.config,
        )


def speech_source(path: Path, licence: str = DEFAULT_LICENCE) -> Source:
    """A MeloTTS checkpoint: upstream's folder, or our file."""
    loaded = melo.load(path)
    config = loaded.config
    return Source(
        speech.ENGINE,
        speech_stages(loaded),
        speech_values(config),
        loaded.version,
        weights_of(path),
        config.data.sampling_rate,
        config.data.hop_length,
        config.model_dump_json(),
        licence,
    )


def voice_source(
    path: Path,
    embedding: bool = True,
    converter: bool = True,
    licence: str = DEFAULT_LICENCE,
) -> Source:
    """An OpenVoice checkpoint: upstream's folder, or our file."""
    loaded = openvoice.load(path)
    stages = embedding_stages(loaded) if embedding else ()
    if converter:
        known = {stage.name for stage in stages}
        stages += tuple(one for one in converter_stages(loaded) if one.name not in known)
        stages += bridge_stage(loaded, SPEECH_RATE)
    config = loaded.config
    return Source(
        voice.ENGINE,
        stages,
        bridge_values(voice_values(config)),
        loaded.version,
        weights_of(path),
        config.data.sampling_rate,
        config.data.hop_length,
        config.model_dump_json(by_alias=True),
        licence,
    )


def weights_of(path: Path) -> Path:
    return path / "checkpoint.pth" if path.is_dir() else path


def export(source: Source, out: Path, precision: Precision) -> list[Row]:
    """Write a file and its parity report for each stage.

    Raises:
        ExportFailed: a graph is too far from its network, or cannot be made. Nothing is written.
    """
    out.mkdir(parents=True, exist_ok=True)
    examples = {case.stage.name: case for case in cases(source.stages, source.draw, [EXAMPLE])}
    compared = list(cases(source.stages, source.draw))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=out, prefix=".export-") as scratch:
        for stage in source.stages:
            model = trace(stage, examples[stage.name])
            path = Path(scratch) / file_name(stage.name, precision)
            write(model, path, source.metadata(stage, precision), stage.exact)
            found = measure(path, [case for case in compared if case.stage is stage], precision)
            report = make_report(source.metadata(stage, precision), found)
            path.with_suffix(".parity.json").write_text(report.model_dump_json(indent=1))
            rows += found
        over = sorted({row.stage for row in rows if not row.ok})
        if over:
            raise ExportFailed(
                f"{precision} is too far from PyTorch in {', '.join(over)}: nothing is written",
                rows,
            )
        for path in Path(scratch).iterdir():
            path.replace(out / path.name)
    return rows


def trace(stage: Stage, example: Case) -> onnx.ModelProto:
    """The stage's graph in fp32."""
    open_axes = {
        name: {place: torch.export.Dim.DYNAMIC for place, axis in enumerate(AXES[name]) if axis}
        for name in stage.inputs
    }
    with quiet(), torch.no_grad():
        try:
            traced = torch.export.export(
                stage.module.eval(),
                (),
                example.inputs,
                dynamic_shapes=open_axes,
            )
            program = torch.onnx.export(
                traced,
                opset_version=OPSET,
                input_names=list(stage.inputs),
                output_names=list(stage.outputs),
                custom_translation_table=TRANSLATIONS,
                optimize=False,  # ONNX Runtime does it when it loads
                verbose=False,
            )
        except (torch.onnx.errors.OnnxExporterError, torch._dynamo.exc.UserError) as error:
            raise ExportFailed(f"{stage.name} has no ONNX form: {error}") from error
    assert program is not None  # noqa: S101  (for the type checker)
    model = program.model_proto
    name_axes(model)
    return model


def name_axes(model: onnx.ModelProto) -> None:
    """Give the exporter's own names of open axes, such as s7, those of `AXES`, everywhere."""
    names: dict[str, str] = {}
    for value in model.graph.input:
        for dim, axis in zip(value.type.tensor_type.shape.dim, AXES[value.name], strict=True):
            names |= {dim.dim_param: axis} if axis else {}
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        for dim in value.type.tensor_type.shape.dim:
            if dim.HasField("dim_param"):
                dim.dim_param = re.sub(
                    r"\w+", lambda found: names.get(found[0], found[0]), dim.dim_param
                )


@contextmanager
def quiet() -> Iterator[None]:
    """The exporter tells of its own internals: of what is not installed, and what it will drop."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def write(model: onnx.ModelProto, path: Path, metadata: Metadata, exact: bool) -> None:
    """In the wanted precision, with its metadata, sealed."""
    if not exact and metadata.precision == "fp16":
        model = convert_float_to_float16(model, keep_io_types=True)
    elif not exact and metadata.precision == "int8":
        with quiet():
            quantize_dynamic(
                model, path, op_types_to_quantize=QUANTIZED, weight_type=QuantType.QInt8
            )
        model = onnx.load(path)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, metadata.to_properties())
    model.producer_name = "phonex"
    model.doc_string = f"{metadata.engine} {metadata.stage} {metadata.precision}"
    for node in model.graph.node:  # the exporter's notes: paths and lines of source
        del node.metadata_props[:]
        node.doc_string = ""
    path.write_bytes(seal(model.SerializeToString()))


def make_report(metadata: Metadata, rows: Sequence[Row]) -> Report:
    return Report(
        engine=metadata.engine,
        stage=metadata.stage,
        precision=metadata.precision,
        opset=metadata.opset,
        version=metadata.version,
        checkpoint_sha256=metadata.checkpoint_sha256,
        onnxruntime=ort.__version__,
        torch=torch.__version__,
        rows=tuple(rows),
    )
