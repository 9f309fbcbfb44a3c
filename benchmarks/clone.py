"""Clones on the CPU, ours beside upstream's way: `python -m benchmarks.clone --help`.

Every arrangement is a process that clones one text after another without end. They take turns, and
whose turn it is not is frozen, so that what else the machine does meets all of them alike. Ours is
one replica of each stage, as `phonex serve` runs them, with as many texts in flight as there are
cores; upstream's way takes one text at a time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workload import LANGUAGE, SPEAKER, machine, models, sentences, settings

ROUNDS, ROUND_S = 6, 30.0
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
    size = conversion.engine.size  # type: ignore[attr-defined]  # the neural one has it
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
    """A process that clones without end. It is frozen but for its turns, so that a turn's figure
    has neither a beginning nor an end in it, when some cores have work and others have none."""

    def __init__(self, arrangement: Arrangement) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        # Without a lock, which a frozen process could hold: every thread has its own.
        self.audio_s: Any = context.RawArray("d", arrangement.in_flight)
        arguments = (theirs, arrangement, self.audio_s)
        self.process = context.Process(target=serve, args=arguments, daemon=True)
        self.process.start()
        theirs.close()

    def wait(self) -> None:
        """Until it clones; then freeze it."""
        self.pipe.recv()
        self._signal(signal.SIGSTOP)

    def run(self, seconds: float) -> tuple[float, float]:
        """Seconds of audio finished, in how many seconds."""
        before, began = sum(self.audio_s), time.perf_counter()
        self._signal(signal.SIGCONT)
        time.sleep(seconds)
        self._signal(signal.SIGSTOP)
        return sum(self.audio_s) - before, time.perf_counter() - began

    def close(self) -> None:
        self.process.kill()
        self.process.join()

    def _signal(self, number: signal.Signals) -> None:
        if self.process.pid:
            os.kill(self.process.pid, number)


def serve(pipe: Connection, arrangement: Arrangement, audio_s: Any) -> None:
    clone = arrangement.make(*arrangement.arguments)
    clone(next(sentences(seed=99)), 0)

    def work(number: int) -> None:
        for text in sentences(seed=number):
            audio_s[number] += clone(text, 1)

    with ThreadPoolExecutor(arrangement.in_flight) as pool:
        running = [pool.submit(work, number) for number in range(arrangement.in_flight)]
        while not all(audio_s):  # every kernel that takes long to make is made
            time.sleep(0.1)
        pipe.send("ready")
        for one in running:
            one.result()


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
        processes: dict[str, Process] = {}
        try:
            for one in wanted:  # one after the other: each warms up alone
                processes[one.name] = Process(one)
                processes[one.name].wait()
            turns: dict[str, list[tuple[float, float]]] = {name: [] for name in processes}
            loads: list[float] = []
            for _ in range(rounds):
                for name, process in processes.items():
                    turns[name].append(process.run(round_s))
                loads.append(os.getloadavg()[0])
        finally:
            for process in processes.values():
                process.close()
    return [row(one, turns, loads) for one in wanted]


def row(
    one: Arrangement, turns: dict[str, list[tuple[float, float]]], loads: list[float]
) -> dict[str, Any]:
    rates = [audio_s / seconds for audio_s, seconds in turns[one.name]]
    return {
        "clone": one.name,
        "in flight": one.in_flight,
        "audio s/s": mean_rate(turns[one.name]),
        "lowest turn": min(rates),
        "highest": max(rates),
        "times upstream's": mean_rate(turns[one.name]) / mean_rate(turns[UPSTREAM]),
        "load": " ".join(f"{load:.0f}" for load in loads),
    }


def mean_rate(turns: Sequence[tuple[float, float]]) -> float:
    """Over all turns: in a single one, the pieces that are cut by its ends weigh too much."""
    return sum(audio_s for audio_s, _ in turns) / sum(seconds for _, seconds in turns)


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
