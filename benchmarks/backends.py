"""PyTorch, ONNX Runtime, and OpenVINO where it is installed: every stage, full size, one thread.

    python -m benchmarks.backends [--models-dir DIR] [--json FILE]

DIR is a models' folder with the converter and English, exported by `phonex export all`. Without
it, random weights of full size are made and exported first, which takes minutes.
Rounds alternate between the backends, and CPU time is taken, not wall time, so that other work on
the machine does no harm to the comparison. The least of all rounds counts.
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table
from torch import nn

from config.engine_settings import NeuralSettings
from engines.neural.device import prepare_device
from engines.neural.published import CONVERTER, CONVERTER_FOLDER, SPEECH
from engines.nn.hifigan import HifiGan
from engines.nn.wide import WideHifiGan
from engines.onnx.file import file_name
from engines.onnx.session import Graph, Runtime, choose_runtime
from export.inputs import Case, cases
from export.onnx import Source, export, speech_source, voice_source
from export.stages import Decoder

BATCHES = (1, 4, 16)
LENGTH = 37  # symbols of speech, frames of a conversion
ROUNDS = 3
NOT_TIMED = ("prior", "bridge", "spectrogram")  # without weights
SPEECH_REPO = SPEECH["EN"][0]

Call = Callable[[], object]


def sources(models_dir: Path) -> Iterator[tuple[Source, Path]]:
    """Each checkpoint, and the folder of its graphs."""
    for folder, open_source in (
        (models_dir / SPEECH_REPO, speech_source),
        (models_dir / CONVERTER / CONVERTER_FOLDER, voice_source),
    ):
        yield open_source(folder), folder / "onnx"


def make_models(folder: Path) -> None:
    """Random weights of full size, exported."""
    from engines.neural.untrained import write_converter, write_speech

    write_speech(folder / SPEECH_REPO, SPEECH_REPO, "full")
    write_converter(folder / CONVERTER, CONVERTER, "full")
    for source, graphs in sources(folder):
        export(source, graphs, "fp32")


def backends(case: Case, path: Path, runtime: Runtime) -> dict[str, Call]:
    """One call of a stage, on every backend."""
    graph = Graph(path, {}, runtime)
    module = as_served(case.stage.module)
    calls: dict[str, Call] = {
        "torch": lambda: module(**case.inputs),
        "onnxruntime": lambda: graph(**case.inputs),
    }
    if importlib.util.find_spec("openvino"):
        calls["openvino"] = openvino_call(path, case)
    return calls


def as_served(module: nn.Module) -> nn.Module:
    """The decoder has its channels last (`engines.neural.arrange`)."""
    if isinstance(module, Decoder) and isinstance(module.decoder, HifiGan):
        module = copy.deepcopy(module)
        module.decoder = WideHifiGan(module.decoder)
    return module


def openvino_call(path: Path, case: Case) -> Call:
    import openvino

    limits = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(path, "CPU", limits)
    arrays = {name: tensor.numpy() for name, tensor in case.inputs.items()}
    return lambda: compiled(arrays)


@torch.inference_mode()
def measure_case(case: Case, path: Path, runtime: Runtime) -> dict[str, float]:
    """Least CPU milliseconds of each backend, in rounds that alternate."""
    calls = backends(case, path, runtime)
    least = dict.fromkeys(calls, float("inf"))
    for round_number in range(ROUNDS + 1):
        for name, call in calls.items():
            started = time.process_time()
            call()
            spent = 1000 * (time.process_time() - started)
            if round_number:  # the first one warms up
                least[name] = min(least[name], spent)
    return least


def measure(models_dir: Path | None = None) -> list[dict[str, Any]]:
    settings = NeuralSettings(threads=1, device="cpu")
    prepare_device(settings)  # as a replica does: threads, and memory that stays
    runtime = choose_runtime(settings)
    if models_dir is None:
        with tempfile.TemporaryDirectory() as scratch:
            make_models(Path(scratch))
            return measure(Path(scratch))
    rows: list[dict[str, Any]] = []
    for source, graphs in sources(models_dir):
        sizes = [(batch, LENGTH) for batch in BATCHES]
        for case in cases(source.stages, source.draw, sizes):
            if case.stage.name in NOT_TIMED:
                continue
            path = graphs / file_name(case.stage.name, "fp32")
            spent = measure_case(case, path, runtime)
            row: dict[str, Any] = {"engine": source.engine, "stage": case.stage.name}
            row |= {"batch": case.batch}
            row |= {f"{name} ms": milliseconds for name, milliseconds in spent.items()}
            others = [name for name in spent if name != "torch"]
            row |= {f"{name} speed-up": spent["torch"] / spent[name] for name in others}
            rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backends")
    parser.add_argument("--models-dir", type=Path, help="with exported graphs beside checkpoints")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    rows = measure(arguments.models_dir)
    table = Table(*rows[0], title="CPU time of one call, one thread")
    for row in rows:
        table.add_row(*(f"{v:.3g}" if isinstance(v, float) else str(v) for v in row.values()))
    Console(width=120).print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
