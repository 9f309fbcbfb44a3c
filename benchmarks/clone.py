"""Clones on the CPU, ours beside upstream's way: `python -m benchmarks.clone --help`.

Every arrangement is loaded once. Then short rounds alternate, so that what else the machine does
meets all of them alike; medians and ranges of the rounds are reported, and the load beside.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
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
    processes: int
    make: Callable[..., Clone]
    arguments: tuple[Any, ...]
    warm_up: int  # clones before the first round: of each length, where lengths have kernels


def our_way(models_dir: Path, precision: str) -> Clone:
    """One replica of each stage in this process, one thread, one piece a batch."""
    from engines import registry
    from engines.base import Conversion, Utterance, VoiceEmbedding, Waveform

    chosen = settings(models_dir, precision=precision, device="cpu", workers=1)
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


def upstream_way(models_dir: Path, upstream: Path | None) -> Clone:
    import torch

    if upstream is None:
        from benchmarks.upstream_way import UpstreamWay as Way
    else:
        from benchmarks.upstream_models import UpstreamModels as Way  # type: ignore[assignment]
    folder = Path(tempfile.mkdtemp())
    way = Way(models_dir, folder) if upstream is None else Way(models_dir, folder, upstream)  # type: ignore[call-arg]
    target = torch.from_numpy(voice(len(way.source)))
    return lambda text, seed: way.clone(text, target, seed)


def voice(size: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(1).standard_normal(size)).astype(np.float32)


class Worker:
    """A process that clones when told to."""

    def __init__(self, arrangement: Arrangement, number: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        arguments = (theirs, arrangement, number)
        self.process = context.Process(target=work, args=arguments, daemon=True)
        self.process.start()
        theirs.close()

    def wait(self) -> Any:
        return self.pipe.recv()

    def run(self, seconds: float) -> None:
        self.pipe.send(seconds)

    def close(self) -> None:
        self.pipe.send(None)
        self.process.join(30)


def work(pipe: Connection, arrangement: Arrangement, number: int) -> None:
    clone = arrangement.make(*arrangement.arguments)
    texts = sentences(seed=number)
    for _ in range(arrangement.warm_up):
        clone(next(texts), 0)
    pipe.send("ready")
    seed = 0
    while (seconds := pipe.recv()) is not None:
        audio_s, began = 0.0, time.perf_counter()
        while (taken := time.perf_counter() - began) < seconds:
            seed += 1
            audio_s += clone(next(texts), seed)
        taken = time.perf_counter() - began
        pipe.send((audio_s, taken))


def arrangements(models_dir: Path, upstream: Path | None) -> list[Arrangement]:
    cores = os.cpu_count() or 1
    name = f"{UPSTREAM}, its own code" if upstream else UPSTREAM
    return [
        Arrangement(name, 1, upstream_way, (models_dir, upstream), 1),
        Arrangement("ours, fp32", cores, our_way, (models_dir, "fp32"), 10),
        Arrangement("ours, bf16", cores, our_way, (models_dir, "bf16"), 10),
    ]


def measure(
    models_dir: Path | None = None,
    upstream: Path | None = None,
    rounds: int = ROUNDS,
    round_s: float = ROUND_S,
) -> list[dict[str, Any]]:
    with models(models_dir) as folder:
        wanted = arrangements(folder, upstream)
        crews = {one.name: [Worker(one, n) for n in range(one.processes)] for one in wanted}
        try:
            for crew in crews.values():
                for worker in crew:
                    worker.wait()
            rates: dict[str, list[float]] = {name: [] for name in crews}
            loads: list[float] = []
            for _ in range(rounds):
                for name, crew in crews.items():
                    rates[name].append(one_round(crew, round_s))
                loads.append(os.getloadavg()[0])
        finally:
            for crew in crews.values():
                for worker in crew:
                    worker.close()
    return [row(one, rates, loads) for one in wanted]


def one_round(crew: list[Worker], seconds: float) -> float:
    """Seconds of audio a second, until the last process has finished its last clone."""
    for worker in crew:
        worker.run(seconds)
    done = [worker.wait() for worker in crew]
    return sum(audio_s for audio_s, _ in done) / max(taken for _, taken in done)


def row(one: Arrangement, rates: dict[str, list[float]], loads: list[float]) -> dict[str, Any]:
    reference = next(iter(rates.values()))
    ratios = [ours / theirs for ours, theirs in zip(rates[one.name], reference, strict=True)]
    return {
        "clone": one.name,
        "processes": one.processes,
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
    parser.add_argument("--upstream", type=Path, help="a folder with MeloTTS and OpenVoice in it")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--round-s", type=float, default=ROUND_S)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    from benchmarks.__main__ import show

    print(json.dumps(machine(), indent=2))
    rows = measure(arguments.models_dir, arguments.upstream, arguments.rounds, arguments.round_s)
    show("clone", rows)
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": machine(), "clone": rows}, indent=2))


if __name__ == "__main__":
    main()
