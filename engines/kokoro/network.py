"""The network on ONNX Runtime: phones and a style to samples, one run at a time in each thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engines.base import Samples
from engines.errors import EngineError, EngineUnavailable
from engines.kokoro.durations import DURATIONS, with_durations
from engines.kokoro.products import with_products
from engines.kokoro.symbols import BOUNDARY, MAX_PHONES

SAMPLE_RATE = 24_000  # Hz
FRAME = 600  # samples, in which the network counts durations
# Of one run: two say a text alone in 0.6 of the time that one takes, and many texts side by side in
# 1.2 of it.
THREADS = 2
SILENT = 0.003  # of full scale: what the model makes before and after speech
TYPES: Mapping[str, type[np.generic]] = {  # of a graph's inputs, which differ by its publisher
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
}
KEPT_S = 0.03  # of the silence at both ends


@dataclass(frozen=True, slots=True)
class Run:
    """What the network made of some phones."""

    samples: Samples  # float32 (T,) at `SAMPLE_RATE`
    bounds: Sequence[float]  # seconds at which each phone begins, and the last ends; or nothing

    def later(self, seconds: float) -> list[float]:
        return [bound + seconds for bound in self.bounds]


class Network:
    """May be run from many threads at once; each run uses `THREADS`.

    Args:
        model: an ONNX file with inputs for phones (1, N), style (1, 256) and speed (1,), whatever
            their names.
        device: "cuda" where ONNX Runtime has it, else "cpu".
    Raises:
        EngineUnavailable: it cannot be loaded.
    """

    def __init__(self, model: Path, device: str = "cpu") -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # every text has another length
        providers = ["CPUExecutionProvider"]
        if device == "cuda" and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
            providers.insert(0, "CUDAExecutionProvider")
        try:
            raw = model.read_bytes()
            graph = with_durations(raw) or raw
            if len(providers) == 1:
                graph = with_products(graph)
            source = str(model) if graph is raw else graph  # its weights may stand in other files
            self._session: Any = onnxruntime.InferenceSession(source, options, providers=providers)
        except Exception as error:
            raise EngineUnavailable(f"Kokoro's model cannot be loaded: {error}") from error
        self.device = "cuda" if len(providers) > 1 else "cpu"
        self._tokens, self._style, self._speed = _inputs(self._session.get_inputs())
        self._outputs = [one.name for one in self._session.get_outputs()]
        self._types = {one.name: TYPES[one.type] for one in self._session.get_inputs()}

    def run(self, phones: Sequence[int], style: Samples, speed: float) -> Run:
        """Samples in [-1, 1], the silence at their ends cut to 30 ms.

        Args:
            phones: numbers of up to 510 phones.
            style: (510, 256), of which the row for so many phones is taken.
            speed: 2.0 speaks twice as fast.
        Raises:
            EngineError: the network failed, or made nothing that can be heard.
        """
        if not 0 < len(phones) <= MAX_PHONES:
            raise EngineError(f"{len(phones)} phones; 1 to {MAX_PHONES} can be said at once")
        inputs = {
            self._tokens: np.array([[BOUNDARY, *phones, BOUNDARY]]),
            self._style: style[len(phones) - 1][np.newaxis],
            self._speed: np.array([speed]),
        }
        typed = {name: value.astype(self._types[name]) for name, value in inputs.items()}
        try:
            made = dict(zip(self._outputs, self._session.run(None, typed), strict=True))
        except Exception as error:
            raise EngineError(f"Kokoro failed: {error}") from error
        samples = np.clip(
            np.asarray(made[self._outputs[0]], dtype=np.float32).reshape(-1), -1.0, 1.0
        )
        if not np.isfinite(samples).all():
            raise EngineError("Kokoro made samples that are no numbers")
        first, last = heard(samples)
        bounds = _bounds(made.get(DURATIONS), len(samples), first, last)
        return Run(samples[first:last], bounds)


def heard(samples: Samples) -> tuple[int, int]:
    """Where the silence at the start ends and that at the end begins, but for a little.

    Raises:
        EngineError: there is nothing else.
    """
    loud = np.flatnonzero(np.abs(samples) > SILENT)
    if not len(loud):
        raise EngineError("Kokoro said nothing")
    kept = round(KEPT_S * SAMPLE_RATE)
    return max(0, int(loud[0]) - kept), min(len(samples), int(loud[-1]) + kept)


def _bounds(
    durations: npt.NDArray[np.float32] | None, length: int, first: int, last: int
) -> list[float]:
    """Seconds after sample `first` at which each phone begins, and the last one ends."""
    if durations is None:
        return []
    frames = np.cumsum(durations.reshape(-1)[:-1])  # the ends of the boundary and of each phone
    if FRAME * (frames[-1] + durations.reshape(-1)[-1]) != length:  # another graph's frames
        return []
    inside = np.clip(FRAME * frames, first, last) - first
    return [float(sample) / SAMPLE_RATE for sample in inside]


def _inputs(inputs: Sequence[Any]) -> tuple[str, str, str]:
    """Names of the inputs for phones, style and speed: publishers of the graph call them
    differently, but not two are alike."""
    tokens = [one.name for one in inputs if "int" in one.type and len(one.shape) == 2]
    style = [one.name for one in inputs if "float" in one.type and len(one.shape) == 2]
    speed = [one.name for one in inputs if len(one.shape) == 1]
    known = all(one.type in TYPES for one in inputs)
    if not (known and len(tokens) == len(style) == len(speed) == 1):
        raise EngineUnavailable("the file is no model of Kokoro: it has other inputs")
    return tokens[0], style[0], speed[0]
