"""What computes a deployment's networks: PyTorch, or ONNX Runtime on what `phonex export` wrote.

Both come behind the same stages, so everything around them, noise and batches too, is the same
code, and the numbers are the same to rounding.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch

from config.engine_settings import Backend, NeuralSettings
from config.installing import install_hint
from engines.errors import EngineUnavailable
from engines.melo import checkpoint as melo
from engines.melo.network import SpeechModel
from engines.neural.arrange import Arrangement, arrange, chunking
from engines.neural.device import prepare_device
from engines.neural.found import Checkpoint
from engines.openvoice import checkpoint as openvoice
from engines.openvoice.network import VoiceModel

if TYPE_CHECKING:
    from engines.onnx.load import Source
    from engines.onnx.session import Runtime

FASTER: Literal["torch", "onnx"] = "torch"  # what `auto` takes; measured in docs/export.md


@dataclass(frozen=True, slots=True)
class Computing:
    """The backend of one replica, its device and its name."""

    arrangement: Arrangement  # of PyTorch's networks
    settings: NeuralSettings
    runtime: Runtime | None = None  # none: PyTorch computes

    @property
    def device(self) -> torch.device:
        """Of the tensors around the networks."""
        return self.runtime.device if self.runtime else self.arrangement.device

    @property
    def label(self) -> str:
        """For `/health`."""
        return self.runtime.label if self.runtime else self.arrangement.backend

    def load_speech(self, checkpoint: Checkpoint) -> SpeechModel:
        """A MeloTTS checkpoint. Raises `EngineUnavailable` where it cannot be used."""
        if self.runtime:
            from engines.onnx import speech

            return speech.load(self.source(checkpoint), self.runtime)
        loaded = melo.load(checkpoint.path)
        network = arrange(loaded.network, self.arrangement, chunking(self.settings))
        return replace(loaded, network=network)

    def load_voice(self, checkpoint: Checkpoint) -> VoiceModel:
        """An OpenVoice checkpoint. Raises `EngineUnavailable` where it cannot be used."""
        if self.runtime:
            from engines.onnx import voice

            return voice.load(self.source(checkpoint), self.runtime)
        loaded = openvoice.load(checkpoint.path)
        network = arrange(loaded.network, self.arrangement, chunking(self.settings))
        return replace(loaded, network=network)

    def source(self, checkpoint: Checkpoint) -> Source:
        from engines.onnx.load import Source

        onnx = self.settings.onnx
        return Source(checkpoint.graphs(onnx.models_dir), checkpoint.folder, onnx.precision)


def prepare(backend: Backend, settings: NeuralSettings, models_dir: Path) -> Computing:
    """Make this process ready to compute.

    Raises:
        EngineUnavailable: the device, or what shall compute on it, is not here.
    """
    wanted = FASTER if backend == "auto" else backend
    arrangement = prepare_device(settings)
    if wanted == "torch":
        return Computing(arrangement, settings)
    if arrangement.dtype != torch.float32 or arrangement.compile != "off":
        raise EngineUnavailable(
            "neural.precision and neural.compile are PyTorch's: with neural.backend onnx the "
            "precision is that of the graphs, neural.onnx.precision"
        )
    if importlib.util.find_spec("onnxruntime") is None:
        raise EngineUnavailable(
            f"neural.backend is onnx, and onnxruntime is missing: {install_hint('onnx')}"
        )
    from engines.onnx.session import choose_runtime

    runtime = choose_runtime(settings, models_dir / ".tensorrt")
    return Computing(arrangement, settings, runtime)
