"""What computes a deployment's networks: PyTorch, or ONNX Runtime on what `phonex export` wrote.

Both come behind the same stages, so everything around them, noise and batches too, is the same code
and gives the same numbers.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch

from config.settings import Backend, NeuralSettings
from engines.errors import EngineUnavailable
from engines.melo import checkpoint as melo
from engines.melo.network import SpeechModel
from engines.neural.device import prepare_device
from engines.neural.found import Checkpoint
from engines.openvoice import checkpoint as openvoice
from engines.openvoice.network import VoiceModel

if TYPE_CHECKING:
    from engines.onnx.load import Source
    from engines.onnx.session import Runtime

FASTER: Literal["torch", "onnx"] = "torch"  # what `auto` takes; measured in docs/export.md
INSTALL = "pip install 'phonex[onnx]'"


@dataclass(frozen=True, slots=True)
class Computing:
    """The backend of one replica, its device and its name."""

    device: torch.device  # of the tensors around the networks
    label: str
    settings: NeuralSettings
    runtime: Runtime | None = None  # none: PyTorch computes

    def load_speech(self, checkpoint: Checkpoint) -> SpeechModel:
        """A MeloTTS checkpoint. Raises `EngineUnavailable` where it cannot be used."""
        if self.runtime:
            from engines.onnx import speech

            return speech.load(self.source(checkpoint), self.runtime)
        loaded = melo.load(checkpoint.path)
        return replace(loaded, network=loaded.network.to(self.device))

    def load_voice(self, checkpoint: Checkpoint) -> VoiceModel:
        """An OpenVoice checkpoint. Raises `EngineUnavailable` where it cannot be used."""
        if self.runtime:
            from engines.onnx import voice

            return voice.load(self.source(checkpoint), self.runtime)
        loaded = openvoice.load(checkpoint.path)
        return replace(loaded, network=loaded.network.to(self.device))

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
    device = prepare_device(settings)
    if wanted == "torch":
        return Computing(device, f"torch {torch.__version__}", settings)
    if importlib.util.find_spec("onnxruntime") is None:
        raise EngineUnavailable(f"neural.backend is onnx, and onnxruntime is missing: {INSTALL}")
    from engines.onnx.session import choose_runtime

    runtime = choose_runtime(settings, models_dir / ".tensorrt")
    return Computing(runtime.device, runtime.label, settings, runtime)
