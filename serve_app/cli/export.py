"""`phonex export`: the neural engine's networks as ONNX files, and as a Triton model repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from config.installing import command_hint, install_hint
from config.service_config import find_config, override, read_settings
from config.settings import Settings
from engines.errors import EngineUnavailable
from engines.neural.found import GRAPHS, Checkpoint, Found
from engines.registry import find_models

if TYPE_CHECKING:
    from export.onnx import Source
    from export.parity import Row
    from export.triton import Serving

exports = typer.Typer(
    no_args_is_help=True,
    help="The neural engine's networks as ONNX files, each compared with PyTorch before it stays. "
    "Without --checkpoint, those of the models' folder. Without --out, beside each checkpoint: "
    "there `neural: {backend: onnx}` finds them.",
)
console = Console(stderr=True)


class Precision(StrEnum):
    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"


PrecisionOption = Annotated[
    Precision, typer.Option(help="of the weights; fp16 computes in it too, and is for GPUs")
]
OneCheckpoint = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint", exists=True, help="a folder of config.json and checkpoint.pth, or our file"
    ),
]
Out = Annotated[Path | None, typer.Option(help="folder for the files")]
Licence = Annotated[str, typer.Option(help="of the weights, for the files' metadata")]
Config = Annotated[Path | None, typer.Option(help="a serve_config.yaml, for its folders")]
DataDir = Annotated[
    Path | None, typer.Option(envvar="PHONEX_DATA_DIR", help="whose models folder is meant")
]
MIT = "MIT"


@exports.command("converter")
def export_converter(
    checkpoint: OneCheckpoint = None,
    out: Out = None,
    precision: PrecisionOption = Precision.FP32,
    licence: Licence = MIT,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Base audio to another voice: spectrogram, encoder, flow both ways, decoder."""
    path, folder = voice_paths(checkpoint, out, config, data_dir)
    with exporting():
        from export.onnx import voice_source

        export_one(partial(voice_source, path, embedding=False, licence=licence), folder, precision)


@exports.command("embedding")
def export_embedding(
    checkpoint: OneCheckpoint = None,
    out: Out = None,
    precision: PrecisionOption = Precision.FP32,
    licence: Licence = MIT,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Speech to the embedding of its voice: spectrogram and reference encoder."""
    path, folder = voice_paths(checkpoint, out, config, data_dir)
    with exporting():
        from export.onnx import voice_source

        export_one(partial(voice_source, path, converter=False, licence=licence), folder, precision)


@exports.command("speech")
def export_speech(
    checkpoint: OneCheckpoint = None,
    out: Out = None,
    precision: PrecisionOption = Precision.FP32,
    licence: Licence = MIT,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Symbols to base audio: encoder with durations, prior, flow, decoder."""
    with exporting():
        from export.onnx import speech_source

        for path, folder in speech_paths(checkpoint, out, config, data_dir):
            export_one(partial(speech_source, path, licence), folder, precision)


@exports.command("all")
def export_all(
    checkpoint: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="a whole models' folder")
    ] = None,
    out: Out = None,
    precision: PrecisionOption = Precision.FP32,
    licence: Licence = MIT,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """Every checkpoint of the models' folder; with --out, in folders named as the repositories."""
    found = models(config, data_dir, checkpoint)
    with exporting():
        from export.onnx import speech_source, voice_source

        converter = found.require_converter()
        folder = converter.graphs(out)
        export_one(partial(voice_source, converter.path, licence=licence), folder, precision)
        for one in speaking(found):
            folder = one.graphs(out)
            export_one(partial(speech_source, one.path, licence), folder, precision)


@exports.command("triton")
def export_triton(
    out: Annotated[Path, typer.Option(help="the model repository to write")],
    checkpoint: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="a whole models' folder")
    ] = None,
    language: Annotated[str, typer.Option(help="whose speech; the first checkpoint of it")] = "EN",
    precision: PrecisionOption = Precision.FP32,
    config: Config = None,
    data_dir: DataDir = None,
) -> None:
    """A Triton model repository of exported graphs, with batches and instances as configured."""
    document = find_config(config)
    found = models(config, data_dir, checkpoint)
    settings = read(config, data_dir)
    spoken = found.speech.get(language.upper())
    if not spoken:
        raise EngineUnavailable(f"there is no speech checkpoint of {language}: phonex models pull")
    with exporting():
        from export.triton import write_repository

        graphs = settings.neural.onnx.models_dir
        speech, voice = spoken[0].graphs(graphs), found.require_converter().graphs(graphs)
        names = write_repository(out, speech, voice, precision.value, serving(document, settings))
    console.print(f"[green]{len(names)} models[/green] in {out}: {', '.join(names)}")


def serving(document: dict[str, Any], settings: Settings) -> Serving:
    """What a service with this configuration would do."""
    from export.triton import Instances, Serving

    deployments = {one["name"]: one for one in document["applications"][0].get("deployments", [])}

    def instances(name: str) -> Instances:
        deployment = deployments.get(name) or {}
        scaling = deployment.get("autoscaling_config") or {}
        count = scaling.get("max_replicas") or deployment.get("num_replicas") or 1
        on_gpu = bool((deployment.get("ray_actor_options") or {}).get("num_gpus"))
        return Instances(int(count), on_gpu)

    return Serving(
        text_to_speech=instances("TextToSpeech"),
        embedding_extraction=instances("EmbeddingExtraction"),
        tone_conversion=instances("ToneConversion"),
        max_batch=settings.batching.max_batch_items,
        threads=settings.neural.threads,
        tensorrt=settings.neural.onnx.provider == "tensorrt",
    )


@contextmanager
def exporting() -> Iterator[None]:
    """Says in one sentence what is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        of_export = (error.name or "").startswith("onnx")
        advice = install_hint("export") if of_export else command_hint("setup neural")
        raise EngineUnavailable(f"{error.name} is not installed: {advice}") from error


def export_one(open_source: Callable[[], Source], folder: Path, precision: Precision) -> None:
    """Export, print how far the graphs are from PyTorch, and raise where it is too far."""
    from export.onnx import ExportFailed, export

    source = open_source()
    names = ", ".join(stage.name for stage in source.stages)
    try:
        with console.status(f"Exporting {source.engine}: {names}… (about a minute)"):
            rows = export(source, folder, precision.value)
    except ExportFailed as error:
        if error.rows:
            print_table(error.rows, source.engine)
        raise
    print_table(rows, source.engine)
    console.print(f"[green]{len(source.stages)} graphs[/green] in {folder}", soft_wrap=True)


def print_table(rows: list[Row], engine: str) -> None:
    """The worst case of each output."""
    from export.parity import worst_rows

    table = Table(title=f"{engine}: ONNX Runtime against PyTorch", box=None)
    for name in ("stage", "output", "batch", "length", "max", "rms", "error", "allowed", ""):
        table.add_column(name, justify="left" if name in ("stage", "output") else "right")
    for row in worst_rows(rows):
        figures = (row.max_error, row.rms_error, row.error, row.allowed)
        table.add_row(
            *(row.stage, row.output, str(row.batch), str(row.length)),
            *(f"{figure:.1e}" for figure in figures),
            "ok" if row.ok else "[red]OVER[/red]",
        )
    Console().print(table)


def models(config: Path | None, data_dir: Path | None, models_dir: Path | None = None) -> Found:
    """What is in the models' folder: random weights too, and speech whose BERT is not there."""
    settings = read(config, data_dir)
    changes: dict[str, object] = {"allow_random_weights": True, "bert": False}
    if models_dir is not None:
        changes["models_dir"] = models_dir.resolve()
    neural = settings.neural.model_copy(update=changes)
    return find_models(settings.model_copy(update={"neural": neural}))


def read(config: Path | None, data_dir: Path | None) -> Settings:
    document = find_config(config)
    override(document, data_dir=data_dir)
    return read_settings(document)


def voice_paths(
    checkpoint: Path | None, out: Path | None, config: Path | None, data_dir: Path | None
) -> tuple[Path, Path]:
    """What to read, and the folder to write to."""
    if checkpoint is None:
        converter = models(config, data_dir).require_converter()
        return converter.path, out or beside(converter.folder)
    return checkpoint, out or beside(checkpoint)


def speech_paths(
    checkpoint: Path | None, out: Path | None, config: Path | None, data_dir: Path | None
) -> list[tuple[Path, Path]]:
    if checkpoint is not None:
        return [(checkpoint, out or beside(checkpoint))]
    found = speaking(models(config, data_dir))
    if not found:
        raise EngineUnavailable("there is no speech checkpoint: phonex models pull")
    return [(one.path, one.graphs(out)) for one in found]


def speaking(found: Found) -> list[Checkpoint]:
    return [one for many in found.speech.values() for one in many]


def beside(checkpoint: Path) -> Path:
    return (checkpoint if checkpoint.is_dir() else checkpoint.parent) / GRAPHS
