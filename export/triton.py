"""A Triton model repository out of exported graphs: a model a stage, and ensembles of them.

Triton batches only requests of one shape, so nothing in a batch is padded and the graphs that see
no lengths stay exact. What a text lasts is known within `prior` only; so that model, and the
ensembles with it, take one item at a time, while the stages around it still batch.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import onnx

from engines.onnx.file import Metadata, Precision, file_name, read_sealed
from export.onnx import SPEECH_RATE
from export.pbtxt import Word, to_text

TYPES: dict[int, Word] = {
    onnx.TensorProto.FLOAT: Word("TYPE_FP32"),
    onnx.TensorProto.INT64: Word("TYPE_INT64"),
}
VOICE_STAGES = ("spectrogram", "reference", "encoder", "neutral", "voiced", "decoder", "bridge")
SPEECH_STAGES = ("encoder", "prior", "flow", "decoder")
ONE_AT_A_TIME = ("prior", "bridge")
# Sizes of the open axes that a model is warmed up with. `samples` must fill a frame.
WARM = {"symbols": 31, "frames": 40, "most_frames": 2000, "samples": 10_000, "wide_samples": 20_000}

Shape = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Instances:
    """What the service gives the deployment that a stage is part of."""

    count: int
    on_gpu: bool


@dataclass(frozen=True, slots=True)
class Serving:
    """The settings of `serve_config.yaml` that a repository follows."""

    text_to_speech: Instances
    embedding_extraction: Instances
    tone_conversion: Instances
    max_batch: int
    threads: int
    tensorrt: bool = False


@dataclass(frozen=True, slots=True)
class Tensor:
    """One input or output. The first axis is the batch."""

    kind: Word
    shape: Shape

    def to_field(self, name: str) -> dict[str, Any]:
        inner = [-1 if isinstance(axis, str) else axis for axis in self.shape[1:]]
        if inner:
            return {"name": name, "data_type": self.kind, "dims": inner}
        # Triton has no tensors without axes: one number for each item stands for them.
        return {"name": name, "data_type": self.kind, "dims": [1], "reshape": {"shape": []}}

    def warm_dims(self) -> list[int]:
        return [WARM[axis] if isinstance(axis, str) else axis for axis in self.shape[1:]] or [1]


@dataclass(frozen=True, slots=True)
class Model:
    """A stage in the repository."""

    name: str
    file: Path
    instances: Instances
    max_batch: int
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]
    sample_rate: int  # Hz, of the checkpoint

    def config(self, serving: Serving) -> dict[str, Any]:
        kind = Word("KIND_GPU" if self.instances.on_gpu else "KIND_CPU")
        config: dict[str, Any] = {
            "name": self.name,
            "backend": "onnxruntime",
            "max_batch_size": self.max_batch,
            "input": [one.to_field(name) for name, one in self.inputs.items()],
            "output": [one.to_field(name) for name, one in self.outputs.items()],
            "instance_group": [{"count": self.instances.count, "kind": kind}],
            "parameters": [parameter("intra_op_thread_count", serving.threads)],
            "model_warmup": [self.warm_up()],
        }
        if self.max_batch > 1:
            # A batch is closed when an instance is free, as our dispatcher does.
            config["dynamic_batching"] = {"max_queue_delay_microseconds": 0}
        if serving.tensorrt and self.instances.on_gpu:
            accelerators = {"gpu_execution_accelerator": [{"name": "tensorrt"}]}
            config["optimization"] = {"execution_accelerators": accelerators}
        return config

    def warm_up(self) -> dict[str, Any]:
        inputs = [
            {
                "key": name,
                "value": {"data_type": one.kind, "dims": one.warm_dims(), "zero_data": True},
            }
            for name, one in self.inputs.items()
        ]
        return {"name": "zeros", "batch_size": 1, "inputs": inputs}


@dataclass(frozen=True, slots=True)
class Step:
    """A model within an ensemble. Its tensors keep their names but for those given."""

    model: Model
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    def input_map(self) -> dict[str, str]:
        return {name: self.inputs.get(name, name) for name in self.model.inputs}

    def output_map(self) -> dict[str, str]:
        return {name: self.outputs.get(name, name) for name in self.model.outputs}


def parameter(key: str, value: object) -> dict[str, Any]:
    return {"key": key, "value": {"string_value": str(value)}}


def ensemble(name: str, steps: list[Step], answer: str) -> dict[str, Any]:
    """Steps joined by the names of their tensors. What no step makes, the client gives."""
    made: dict[str, Tensor] = {}
    given: dict[str, Tensor] = {}
    for step in steps:
        for inner, outer in step.input_map().items():
            if outer not in made:
                given[outer] = step.model.inputs[inner]
        made |= {outer: step.model.outputs[inner] for inner, outer in step.output_map().items()}
    return {
        "name": name,
        "platform": "ensemble",
        "max_batch_size": min(step.model.max_batch for step in steps),
        "input": [one.to_field(outer) for outer, one in given.items()],
        "output": [made[answer].to_field(answer)],
        "ensemble_scheduling": {
            "step": [
                {
                    "model_name": step.model.name,
                    "model_version": -1,
                    "input_map": pairs(step.input_map()),
                    "output_map": pairs(step.output_map()),
                }
                for step in steps
            ]
        },
    }


def pairs(names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": inner, "value": outer} for inner, outer in names.items()]


def speaking(models: Mapping[str, Model], prefix: str = "") -> list[Step]:
    """Symbols to `{prefix}samples`; the prefix keeps the tensors apart from a conversion's."""
    latent, voice, counts = (prefix + name for name in ("latent", "voice", "frame_counts"))
    return [
        Step(models["encoder"], {}, {"voice": voice}),
        Step(models["prior"], {}, {"frame_counts": counts}),
        Step(models["flow"], {"voice": voice, "frame_counts": counts}, {"latent": latent}),
        Step(
            models["decoder"],
            {"latent": latent, "voice": voice},
            {"samples": f"{prefix}samples" if prefix else "audio"},
        ),
    ]


def converting(models: Mapping[str, Model]) -> list[Step]:
    """`samples` to `audio`."""
    return [
        Step(models["spectrogram"]),
        Step(models["encoder"]),
        Step(models["neutral"]),
        Step(models["voiced"], {}, {"latent": "voiced_latent"}),
        Step(models["decoder"], {"latent": "voiced_latent"}, {"samples": "audio"}),
    ]


def ensembles(
    speech: Mapping[str, Model], voice: Mapping[str, Model], speech_rate: int
) -> list[dict[str, Any]]:
    """embed, convert, speak; and clone, where the rates of both checkpoints allow it."""
    joined = [
        ensemble("embed", [Step(voice["spectrogram"]), Step(voice["reference"])], "embedding"),
        ensemble("convert", converting(voice), "audio"),
        ensemble("speak", speaking(speech), "audio"),
    ]
    if "bridge" in voice and speech_rate == SPEECH_RATE:
        across = Step(voice["bridge"], {"latent_noise": "conversion_noise"})
        steps = [*speaking(speech, "wide_"), across, *converting(voice)]
        joined.append(ensemble("clone", steps, "audio"))
    return joined


def read_models(
    folder: Path, kind: str, stages: Iterable[str], precision: Precision, serving: Serving
) -> dict[str, Model]:
    """Those of a checkpoint's stages that are there.

    Raises:
        UnusableModel: a file is not as `phonex export` wrote it, or is missing.
    """
    models = {}
    for stage in stages:
        path = folder / file_name(stage, precision)
        if stage == "bridge" and not path.is_file():
            continue
        model = onnx.load_from_string(read_sealed(path))
        said = {one.key: one.value for one in model.metadata_props}
        graph = model.graph
        instances = serving.text_to_speech if kind == "speech" else serving.tone_conversion
        models[stage] = Model(
            name=f"{kind}_{stage}",
            file=path,
            instances=serving.embedding_extraction if stage == "reference" else instances,
            max_batch=1 if stage in ONE_AT_A_TIME else serving.max_batch,
            inputs={value.name: to_tensor(value) for value in graph.input},
            outputs={value.name: to_tensor(value) for value in graph.output},
            sample_rate=Metadata.from_properties(said).sample_rate,
        )
    return models


def to_tensor(value: onnx.ValueInfoProto) -> Tensor:
    kind = value.type.tensor_type
    shape: Shape = tuple(axis.dim_param or axis.dim_value for axis in kind.shape.dim)
    return Tensor(TYPES[kind.elem_type], shape)


def write_repository(
    out: Path, speech: Path, voice: Path, precision: Precision, serving: Serving
) -> list[str]:
    """A repository of one speech checkpoint's graphs and the converter's. Names of its models."""
    speaking_models = read_models(speech, "speech", SPEECH_STAGES, precision, serving)
    voice_models = read_models(voice, "voice", VOICE_STAGES, precision, serving)
    configs = ensembles(speaking_models, voice_models, speaking_models["decoder"].sample_rate)
    for model in (*speaking_models.values(), *voice_models.values()):
        version = out / model.name / "1"
        version.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model.file, version / "model.onnx")
        configs.append(model.config(serving))
    for config in configs:
        folder = out / config["name"]
        (folder / "1").mkdir(parents=True, exist_ok=True)
        (folder / "config.pbtxt").write_text(to_text(config))
    return sorted(config["name"] for config in configs)
