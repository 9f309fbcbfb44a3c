"""Clones on the CPU, ours beside upstream's way: `python -m benchmarks.clone --help`.

Every arrangement is a process that is loaded once. Then short rounds alternate, so that what else
the machine does meets all of them alike; medians and ranges of the rounds are reported, and the
load beside. Ours is one replica of each stage, as `phonex serve` runs them, with as many texts in
flight as there are cores; upstream's way takes one text at a time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workload import LANGUAGE, SPEAKER, machine, models, sentences, settings

ROUNDS, ROUND_S = 5, 12.0
UPSTREAM = "upstream's way"
Clone = Callable[[str, int], float]  # a text and a seed -> seconds of audio


@dataclass(frozen=True, slots=True)
class Arrangement:
    name: str
    in_flight: int  # texts at once
    make: Callable[..., Clone]
    arguments: tuple[Any, ...]


def our_way(models_dir: Path, precision: str) -> Clone:
    """One replica of each stage, with a worker for each core."""
    from engines import registry
    from engines.base import Conversion, Utterance, VoiceEmbedding, Waveform

    chosen = settings(models_dir, precision=precision, device="cpu")
    speech = registry.create_speech(chosen)
    conversion = registry.create_conversion(chosen)
    size = conversion.engine.size  # type: ignore[attr-defined]
    info = conversion.info
    target = VoiceEmbedding(info.name, info.version, {"embedding": voice(size)})

    def clone(text: str, seed: int) -> float:
        (base,) = speech.synthesize([Utterance(text, LANGUAGE, SPEAKER, seed=seed)])
        if not isinstance(base, Waveform):
            raise base
        (wave,) = conversion.convert([Conversion(base, target, LANGUAGE, SPEAKER, seed=seed)])
        if not isinstance(wave, Waveform):
            raise wave
        return wave.seconds

    return clone


def upstream_way(models_dir: Path) -> Clone:
    import torch

    from benchmarks.upstream_way import UpstreamWay

    way = UpstreamWay(models_dir, Path(tempfile.mkdtemp()))
    target = torch.from_numpy(voice(len(way.source)))
    return lambda text, seed: way.clone(text, target, seed)


def voice(size: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(1).standard_normal(size)).astype(np.float32)


class Process:
    """A process that clones when told to."""

    def __init__(self, arrangement: Arrangement) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, arrangement), daemon=True)
        self.process.start()
        theirs.close()

    def wait(self) -> Any:
        return self.pipe.recv()

    def run(self, seconds: float) -> float:
        """Seconds of audio a second, until the last text that was begun is done."""
        self.pipe.send(seconds)
        audio_s, taken = self.wait()
        return float(audio_s / taken)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.pipe.send(None)
        self.process.join(30)
        self.process.terminate()


def serve(pipe: Connection, arrangement: Arrangement) -> None:
    clone = arrangement.make(*arrangement.arguments)
    texts = [sentences(seed=number) for number in range(arrangement.in_flight)]
    clone(next(texts[0]), 0)
    pipe.send("ready")
    with ThreadPoolExecutor(arrangement.in_flight) as pool:
        while (seconds := pipe.recv()) is not None:
            began = time.perf_counter()
            made = pool.map(lambda own: clone_until(began + seconds, clone, own), texts)  # noqa: B023
            audio_s = sum(made)
            pipe.send((audio_s, time.perf_counter() - began))


def clone_until(deadline: float, clone: Clone, texts: Iterator[str]) -> float:
    """Seconds of audio."""
    audio_s = 0.0
    while time.perf_counter() < deadline:
        audio_s += clone(next(texts), 1)
    return audio_s


def arrangements(models_dir: Path) -> list[Arrangement]:
    cores = os.cpu_count() or 1
    return [
        Arrangement(UPSTREAM, 1, upstream_way, (models_dir,)),
        Arrangement("ours, fp32", cores, our_way, (models_dir, "fp32")),
        Arrangement("ours, bf16", cores, our_way, (models_dir, "bf16")),
    ]


def measure(
    models_dir: Path | None = None,
    rounds: int = ROUNDS,
    round_s: float = ROUND_S,
) -> list[dict[str, Any]]:
    with models(models_dir) as folder:
        wanted = arrangements(folder)
        processes = {one.name: Process(one) for one in wanted}
        try:
            for process in processes.values():
                process.wait()
            rates: dict[str, list[float]] = {name: [] for name in processes}
            loads: list[float] = []
            for _ in range(rounds):
                for name, process in processes.items():
                    rates[name].append(process.run(round_s))
                loads.append(os.getloadavg()[0])
        finally:
            for process in processes.values():
                process.close()
    return [row(one, rates, loads) for one in wanted]


def row(one: Arrangement, rates: dict[str, list[float]], loads: list[float]) -> dict[str, Any]:
    reference = next(iter(rates.values()))
    ratios = [ours / theirs for ours, theirs in zip(rates[one.name], reference, strict=True)]
    return {
        "clone": one.name,
        "in flight": one.in_flight,
        "audio s/s, median": statistics.median(rates[one.name]),
        "lowest": min(rates[one.name]),
        "highest": max(rates[one.name]),
        "times upstream's, median": statistics.median(ratios),
        "lowest of the rounds": min(ratios),
        "load": " ".join(f"{load:.0f}" for load in loads),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clone", description=__doc__)
    parser.add_argument("--models-dir", type=Path, help="random models, made where missing")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--round-s", type=float, default=ROUND_S)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    from benchmarks.__main__ import show

    print(json.dumps(machine(), indent=2))
    rows = measure(arguments.models_dir, arguments.rounds, arguments.round_s)
    show("clone", rows)
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": machine(), "clone": rows}, indent=2))


if __name__ == "__main__":
    main()
