"""The model repository: by Triton's own schema, and every model run with the shapes it promises."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from google.protobuf import text_format
from safetensors.numpy import load_file

from engines.audio.resample import resample
from engines.base import Waveform
from engines.neural.published import SPEECH
from tests.export.conftest import GOLDEN, phonex

schema = pytest.importorskip(
    "tritonclient.grpc.model_config_pb2", reason="pip install tritonclient, for Triton's schema"
)
pytestmark = pytest.mark.timeout(1000)  # the first test waits for the export
TYPES = {"TYPE_FP32": np.float32, "TYPE_INT64": np.int64}
ENSEMBLES = {"embed", "convert", "speak", "clone"}

CONFIG = """\
proxy_location: HeadOnly
http_options: {}
applications:
  - name: phonex
    import_path: serve_app.app:build
    args: {batching: {max_batch_items: 6}, neural: {threads: 2}}
    deployments:
      - {name: TextToSpeech, autoscaling_config: {min_replicas: 1, max_replicas: 3}}
      - {name: EmbeddingExtraction, num_replicas: 2}
      - {name: ToneConversion, num_replicas: 1, ray_actor_options: {num_gpus: 0.5}}
"""


@pytest.fixture(scope="module")
def repository(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("triton")
    (folder / "serve_config.yaml").write_text(CONFIG)
    options = ("--checkpoint", models_dir, "--config", folder / "serve_config.yaml")
    process = phonex("export", "triton", "--out", folder / "models", *options)
    said, _ = process.communicate(timeout=200)
    assert process.returncode == 0, said
    return folder / "models"


@pytest.fixture(scope="module")
def configs(repository: Path) -> dict[str, Any]:
    """Every model's configuration, read by Triton's own schema."""
    return {
        folder.name: text_format.Parse((folder / "config.pbtxt").read_text(), schema.ModelConfig())
        for folder in repository.iterdir()
    }


class Repository:
    """Runs models as Triton does: an ensemble's steps by the names of their tensors."""

    def __init__(self, folder: Path, configs: dict[str, Any]) -> None:
        self.folder, self.configs = folder, configs

    def run(self, name: str, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        config = self.configs[name]
        assert set(given) == {one.name for one in config.input}
        if config.platform != "ensemble":
            return self.run_model(name, given)
        tensors = dict(given)
        for step in config.ensemble_scheduling.step:
            inputs = {inner: tensors[outer] for inner, outer in step.input_map.items()}
            made = self.run(step.model_name, inputs)
            tensors |= {outer: made[inner] for inner, outer in step.output_map.items()}
        return {one.name: tensors[one.name] for one in config.output}

    def run_model(self, name: str, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        session = onnxruntime.InferenceSession(self.folder / name / "1" / "model.onnx")
        outputs = [one.name for one in self.configs[name].output]
        return dict(zip(outputs, session.run(outputs, given), strict=True))


@pytest.fixture
def triton(repository: Path, configs: dict[str, Any]) -> Repository:
    return Repository(repository, configs)


def promised(shape: tuple[int, ...], field: Any) -> bool:
    """Whether a shape is what a configuration says, batch in front."""
    dims = list(field.dims) if not field.HasField("reshape") else list(field.reshape.shape)
    return len(shape) == len(dims) + 1 and all(
        said in (-1, size) for said, size in zip(dims, shape[1:], strict=True)
    )


def test_the_repository_follows_the_settings(configs: dict[str, Any]) -> None:
    assert len(configs) == 11 + len(ENSEMBLES)
    for name, config in configs.items():
        assert config.name == name
        single = name in ENSEMBLES - {"embed", "convert"} or name.endswith(("prior", "bridge"))
        assert config.max_batch_size == (1 if single else 6)
        if name in ENSEMBLES:
            continue
        assert config.HasField("dynamic_batching") is not single
        (group,) = config.instance_group
        kind = schema.ModelInstanceGroup.Kind.Name(group.kind)
        if name == "voice_reference":
            assert (group.count, kind) == (2, "KIND_CPU")
        elif name.startswith("voice"):
            assert (group.count, kind) == (1, "KIND_GPU")
        else:
            assert (group.count, kind) == (3, "KIND_CPU")
        assert config.parameters["intra_op_thread_count"].string_value == "2"


def test_every_model_runs_with_the_shapes_it_promises(
    configs: dict[str, Any], triton: Repository
) -> None:
    for name, config in configs.items():
        if name in ENSEMBLES:
            continue
        (warm,) = config.model_warmup
        for batch in {1, min(3, config.max_batch_size)}:
            given = {}
            for field in config.input:
                dims = list(warm.inputs[field.name].dims)
                assert promised((batch, *([] if field.HasField("reshape") else dims)), field)
                shape = (batch,) if field.HasField("reshape") else (batch, *dims)
                kind = TYPES[schema.DataType.Name(field.data_type)]
                given[field.name] = np.zeros(shape, kind)
            made = triton.run(name, given)
            for field in config.output:
                output = made[field.name]
                assert promised(output.shape, field), (name, field.name, output.shape)
                assert output.shape[0] == batch
                assert output.dtype == TYPES[schema.DataType.Name(field.data_type)]


def test_the_ensembles_convert_and_embed_as_upstream(triton: Repository) -> None:
    case = load_file(GOLDEN / "tiny_openvoice" / "c_2s.safetensors")
    frames = case["noise"].shape[-1]
    given = {
        "samples": case["wav"][None],
        "frame_counts": np.array([frames]),
        "source": case["src_se"],
        "target": case["tgt_se"],
        "noise": case["noise"],
        "tau": np.array([0.3], np.float32),
    }
    made = triton.run("convert", given)["audio"]
    assert np.abs(made[0] - case["tau0.3.audio"][0, 0]).max() <= 1e-4
    case = load_file(GOLDEN / "tiny_openvoice" / "register.safetensors")
    made = triton.run("embed", {"samples": case["ref0.wav"][None]})["embedding"]
    assert np.abs(made.flatten() - case["ref0.se"].flatten()).max() <= 1e-4


def speech_input(frames: int) -> dict[str, np.ndarray]:
    """A golden piece of text, as the ensembles take it."""
    case = load_file(GOLDEN / "tiny_melotts" / "t61_en_fixed_noise.safetensors")
    noise = np.zeros((1, case["noise.prior"].shape[1], frames), np.float32)
    noise[:, :, : case["noise.prior"].shape[-1]] = case["noise.prior"]
    one = np.ones(1, np.float32)
    return {
        "phones": case["in.x"],
        "tones": case["in.tone"],
        "languages": case["in.language"],
        "bert": case["in.ja_bert"],
        "wide_bert": case["in.bert"],
        "lengths": case["in.x_lengths"],
        "speaker": case["in.sid"],
        "duration_noise": case["noise.sdp"] * np.float32(0.8),
        "speed": one,
        "sdp_ratio": 0.2 * one,
        "noise_scale": np.float32(0.6) * one,
        "latent_noise": noise,
    }


def test_the_ensembles_speak_as_upstream_and_clone(triton: Repository) -> None:
    case = load_file(GOLDEN / "tiny_melotts" / "t61_en_fixed_noise.safetensors")
    given = speech_input(frames=case["noise.prior"].shape[-1] + 40)
    spoken = triton.run("speak", given)["audio"]
    assert spoken.shape[1] == case["out.audio"].shape[-1]
    assert np.abs(spoken[0] - case["out.audio"].flatten()).max() <= 1e-4
    frames = spoken.shape[1] // 512
    voice = np.zeros((1, 16, 1), np.float32)
    cloned = triton.run(
        "clone",
        given
        | {
            "source": voice,
            "target": voice + 0.1,
            "tau": np.zeros(1, np.float32),
            "conversion_noise": np.zeros((1, 24, 2 * frames), np.float32),
        },
    )["audio"]
    assert cloned.shape == (1, frames * 256)
    assert np.abs(cloned).max() > 0.01


def test_the_bridge_halves_the_rate_as_the_resampler_does(triton: Repository) -> None:
    time = np.arange(44_100) / 44_100
    wave = sum(np.sin(2 * math.pi * pitch * time) for pitch in (200, 3000, 9000)) / 4
    samples = np.asarray(wave, np.float32)
    noise = np.zeros((1, 24, 100), np.float32)
    made = triton.run("voice_bridge", {"wide_samples": samples[None], "latent_noise": noise})
    theirs = resample(Waveform(samples, 44_100), 22_050).samples
    inner = slice(500, 21_000)
    assert np.abs(made["samples"][0][inner] - theirs[inner]).max() < 2e-3
    assert made["frame_counts"].tolist() == [22_050 // 256]


def test_a_language_without_speech_is_named(models_dir: Path, tmp_path: Path) -> None:
    assert SPEECH["FR"]
    options = ("--checkpoint", models_dir, "--language", "FR", "--out", tmp_path)
    said, _ = phonex("export", "triton", *options).communicate(timeout=200)
    assert "no speech checkpoint of FR" in said
