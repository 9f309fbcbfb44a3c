"""`phonex export`: the neural engine's networks as ONNX files, and as a Triton model repository."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from config.service_config import find_config
from config.settings import Settings
from engines.errors import EngineUnavailable
from serve_app.cli.export_sources import (
    Precision,
    console,
    export_one,
    exporting,
    models,
    read,
    speaking,
    speech_paths,
    voice_paths,
)

if TYPE_CHECKING:
    from export.triton import Serving

exports = typer.Typer(
    no_args_is_help=True,
    help="The neural engine's networks as ONNX files, each compared with PyTorch before it stays. "
    "Without --checkpoint, those of the models' folder. Without --out, beside each checkpoint: "
    "there `neural: {backend: onnx}` finds them.",
)
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
    console.print(f"[green]{len(names)} models[/green] in {escape(str(out))}: {', '.join(names)}")


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
