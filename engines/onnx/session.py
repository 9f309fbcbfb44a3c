"""ONNX Runtime: which provider computes, and one graph as a function of tensors.

Tensors stay PyTorch's on both sides: a graph reads and writes their memory where it is, on the
CPU and on a GPU alike, so nothing is copied between stages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor

from config.engine_settings import NeuralSettings
from engines.errors import EngineUnavailable
from engines.onnx.file import Metadata, UnusableModel, check, read_sealed

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}
TYPES = {torch.float32: np.float32, torch.int64: np.int64}
ERRORS_ONLY = 3
MEMORY_SIGNS = ("allocate memory", "bad allocation", "bad_alloc", "out of memory")


@dataclass(frozen=True, slots=True)
class Runtime:
    """What computes the graphs of one replica."""

    provider: str  # a key of PROVIDERS
    threads: int  # on the CPU
    device: torch.device  # of the tensors that go in and come out
    cache: Path | None = None  # of TensorRT's engines, which take minutes to build

    @property
    def label(self) -> str:
        return f"onnxruntime {ort.__version__} ({self.provider})"


def choose_runtime(settings: NeuralSettings, cache: Path | None = None) -> Runtime:
    """The provider that the settings name.

    Raises:
        EngineUnavailable: it is not part of this ONNX Runtime.
    """
    there = [name for name, known in PROVIDERS.items() if known in ort.get_available_providers()]
    provider = settings.onnx.provider
    if provider == "auto":
        provider = "cuda" if "cuda" in there and settings.device != "cpu" else "cpu"
    if provider not in there:
        raise EngineUnavailable(
            f"neural.onnx.provider is {provider}, and this onnxruntime has {', '.join(there)}: "
            "pip uninstall onnxruntime, then pip install onnxruntime-gpu"
        )
    # A PyTorch that sees no GPU keeps its tensors on the CPU, and ONNX Runtime copies.
    on_gpu = provider != "cpu" and torch.cuda.is_available()
    return Runtime(provider, settings.threads, torch.device("cuda" if on_gpu else "cpu"), cache)


def provider_list(runtime: Runtime) -> list[tuple[str, dict[str, Any]]]:
    """Best first; each next one takes what the one before has no kernel for."""
    listed: list[tuple[str, dict[str, Any]]] = [(PROVIDERS["cpu"], {})]
    if runtime.provider in ("cuda", "tensorrt"):
        # An exhaustive search would run again for every new length.
        listed.insert(0, (PROVIDERS["cuda"], {"cudnn_conv_algo_search": "HEURISTIC"}))
    if runtime.provider == "tensorrt":
        options = {"trt_engine_cache_enable": True, "trt_engine_cache_path": str(runtime.cache)}
        listed.insert(0, (PROVIDERS["tensorrt"], options if runtime.cache else {}))
    return listed


def session_options(runtime: Runtime) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = runtime.threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # Waiting threads sleep: those that spin take the CPU share of other replicas.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_mem_pattern = False  # it plans for one shape, and ours change with every batch
    options.log_severity_level = ERRORS_ONLY
    return options


class Graph:
    """One stage as a function of tensors by name."""

    def __init__(self, path: Path, wanted: Mapping[str, object], runtime: Runtime) -> None:
        """Raises `UnusableModel` for a file that is damaged, or is not what is wanted."""
        content = read_sealed(path)
        try:
            self.session = ort.InferenceSession(
                content, session_options(runtime), providers=provider_list(runtime)
            )
            properties = self.session.get_modelmeta().custom_metadata_map
            self.metadata = Metadata.from_properties(properties)
        except Exception as error:  # ONNX Runtime's have no common base
            raise UnusableModel(f"{path} cannot be used: {error}") from error
        check(self.metadata, wanted, path)
        if self.session.get_providers()[0] != PROVIDERS[runtime.provider]:
            raise EngineUnavailable(
                f"neural.onnx.provider is {runtime.provider}, and it does not start here: "
                f"{path.name} would run on {self.session.get_providers()[0]}"
            )
        self.runtime = runtime
        self.inputs = {one.name: one.shape for one in self.session.get_inputs()}
        self.outputs = {one.name: one.shape for one in self.session.get_outputs()}

    def __call__(self, **inputs: Tensor) -> dict[str, Tensor]:
        """Inputs by name -> outputs by name, on the runtime's device.

        Raises `MemoryError` where memory runs out, and `RuntimeError` for any other failure.
        """
        device = self.runtime.device
        held = {name: inputs[name].to(device).contiguous() for name in self.inputs}
        made = self.make_outputs(held)
        binding = self.session.io_binding()
        for name, tensor in held.items():
            binding.bind_input(name, *place(tensor))
        for name, tensor in made.items():
            binding.bind_output(name, *place(tensor))
        if device.type == "cuda":
            torch.cuda.current_stream(device).synchronize()  # ONNX Runtime has a stream of its own
        try:
            self.session.run_with_iobinding(binding)
        except Exception as error:
            reason = f"{self.metadata.stage}: {error}"
            if any(sign in str(error).lower() for sign in MEMORY_SIGNS):
                raise MemoryError(reason) from error
            raise RuntimeError(reason) from error
        return made

    def make_outputs(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Empty tensors, as the graph declares its outputs: such as (batch, 256*frames)."""
        sizes: dict[str, int] = {}
        for name, shape in self.inputs.items():
            sizes.update(zip(map(str, shape), inputs[name].shape, strict=True))
        return {
            name: torch.empty([size_of(axis, sizes) for axis in shape], device=self.runtime.device)
            for name, shape in self.outputs.items()
        }


def size_of(axis: int | str, sizes: Mapping[str, int]) -> int:
    """An axis is a number, the name of an input's axis, or a product of such."""
    return math.prod(
        int(part) if part.isdecimal() else sizes[part] for part in str(axis).split("*")
    )


def place(tensor: Tensor) -> tuple[str, int, Any, tuple[int, ...], int]:
    """Where a tensor's memory is: device, its index, type, shape, address."""
    device, shape = tensor.device, tuple(tensor.shape)
    return device.type, device.index or 0, TYPES[tensor.dtype], shape, tensor.data_ptr()
