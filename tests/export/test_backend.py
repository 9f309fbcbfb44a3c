"""The deployments' engines on ONNX Runtime, made as the deployments make them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from config.engine_settings import NeuralSettings
from config.settings import Settings
from engines import registry
from engines.base import Conversion, Utterance, VoiceEmbedding, Waveform
from engines.errors import EngineUnavailable
from engines.onnx.session import session_options

pytestmark = pytest.mark.timeout(1000)  # the first test waits for the export
SENTENCE = "A single lamp burned on the long stone pier."


def settings(models_dir: Path, backend: Any, **neural: Any) -> Settings:
    return Settings.model_validate(
        {
            "engine": "neural",
            "neural": {"models_dir": models_dir, "bert": False, "backend": backend} | neural,
        }
    )


def clone(settings: Settings) -> tuple[Waveform, VoiceEmbedding, Waveform, set[str]]:
    """Speak, learn another voice, and clone it: by the three engines of the three stages."""
    speech = registry.create_speech(settings)
    learner = registry.create_embedding(settings)
    converter = registry.create_conversion(settings)
    spoken, other = speech.synthesize(
        [Utterance(SENTENCE, "EN", "EN-US", seed=5), Utterance("Gulls slept.", "EN", "EN-BR")]
    )
    assert isinstance(spoken, Waveform)
    assert isinstance(other, Waveform)
    (embedding,) = learner.embed([other])
    assert isinstance(embedding, VoiceEmbedding)
    (cloned,) = converter.convert([Conversion(spoken, embedding, "EN", "EN-US", seed=7)])
    assert isinstance(cloned, Waveform)
    backends = {engine.info.backend.split()[0] for engine in (speech, learner, converter)}
    for engine in (speech, learner, converter):
        engine.check()
        engine.close()
    return spoken, embedding, cloned, backends


def test_a_clone_is_the_same_on_both_backends(models_dir: Path) -> None:
    theirs = clone(settings(models_dir, "torch"))
    ours = clone(settings(models_dir, "onnx"))
    assert (theirs[3], ours[3]) == ({"torch"}, {"onnxruntime"})
    for place in (0, 2):
        first, second = theirs[place], ours[place]
        assert isinstance(first, Waveform)
        assert isinstance(second, Waveform)
        assert len(first.samples) == len(second.samples)
        assert np.abs(first.samples).max() > 0.01
        assert np.abs(first.samples - second.samples).max() <= 1e-3
    # A voice learnt on one is a voice of the other.
    assert theirs[1].version == ours[1].version
    gap = theirs[1].tensors["embedding"] - ours[1].tensors["embedding"]
    assert np.abs(gap).max() <= 1e-4


def test_each_stage_may_have_its_own_backend(models_dir: Path) -> None:
    mixed = settings(models_dir, {"tone_conversion": "onnx", "text_to_speech": "torch"})
    assert registry.create_speech(mixed).info.backend.startswith("torch")
    assert registry.create_embedding(mixed).info.backend.startswith("torch")
    assert registry.create_conversion(mixed).info.backend.startswith("onnxruntime")


def test_a_backend_that_does_not_exist_is_refused() -> None:
    for backend in ("tensorflow", {"tone_conversion": "tensorflow"}, {"conversion": "onnx"}):
        with pytest.raises(ValidationError):
            NeuralSettings.model_validate({"backend": backend})


@pytest.mark.parametrize("provider", ["cuda", "tensorrt"])
def test_a_provider_that_is_absent_is_refused_at_start(models_dir: Path, provider: str) -> None:
    import onnxruntime

    if len(onnxruntime.get_available_providers()) > 2:
        pytest.skip("this onnxruntime has more than the CPU")
    wanted = settings(models_dir, "onnx", onnx={"provider": provider})
    with pytest.raises(EngineUnavailable, match=f"provider is {provider}.*onnxruntime-gpu"):
        registry.create_conversion(wanted)


def test_graphs_that_were_not_exported_are_named_at_start(models_dir: Path, tmp_path: Path) -> None:
    wanted = settings(models_dir, "onnx", onnx={"models_dir": tmp_path})
    with pytest.raises(EngineUnavailable, match=r"there is no .*onnx: phonex export makes it"):
        registry.create_conversion(wanted)


def test_a_replica_takes_the_threads_that_it_is_given() -> None:
    from engines.onnx.session import choose_runtime

    options = session_options(choose_runtime(NeuralSettings(threads=3)))
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
