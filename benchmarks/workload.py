"""What the benchmarks of the networks speak, and with which weights: random ones, full size."""

from __future__ import annotations

import os
import platform
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.engine_settings import NeuralSettings
from config.settings import Settings
from engines.neural.published import BERT, CONVERTER, SPEECH, repositories

LANGUAGE, SPEAKER = "EN", "EN-US"
WORDS = """
the harbour was quiet before dawn and a single lamp burned on long stone pier while boats turned
slowly towards open sea nobody had seen such weather in many years so they waited for wind to change
because every letter that came from across water told another story
"""
LENGTHS = (4, 9, 14, 20, 26)  # words, about 1.5 to 9 seconds


def sentences(seed: int) -> Iterator[str]:
    """Sentences of mixed lengths without end, no two alike: whatever remembers texts gains none."""
    chance = random.Random(seed)  # noqa: S311  no secret
    for number in range(10**9):
        words = chance.choices(WORDS.split(), k=LENGTHS[number % len(LENGTHS)])
        yield " ".join(words).capitalize() + "."


def write_models(folder: Path, size: str = "full") -> Path:
    """The English voices, their BERT and the converter, where they are not there yet."""
    from engines.neural.untrained import write_random

    wanted = {SPEECH[LANGUAGE][0], BERT[LANGUAGE], CONVERTER}
    for published in repositories():
        if published.repo in wanted and not (folder / published.repo).is_dir():
            write_random(published, folder / published.repo, "full" if size == "full" else "tiny")
    return folder


@contextmanager
def models(folder: Path | None = None, size: str = "full") -> Iterator[Path]:
    """A folder of random models: the one given, or a temporary one."""
    if folder is not None:
        yield write_models(folder, size)
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield write_models(Path(temporary), size)


def settings(models_dir: Path, **neural: object) -> Settings:
    return Settings(
        engine="neural",
        neural=NeuralSettings.model_validate(
            {"models_dir": models_dir, "allow_random_weights": True, **neural}
        ),
    )


def machine() -> dict[str, str]:
    """What a figure must be read beside. The load tells who else was at work."""
    import torch

    found = {
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "torch": torch.__version__,
        "load average": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }
    if torch.cuda.is_available():
        found["GPU"] = torch.cuda.get_device_name()
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    values = dict(line.split(":", 1) for line in lines if ":" in line)
    flags = {"avx2", "avx512f", "avx512_bf16", "amx_bf16"}
    has = sorted(
        flags & set(next((v for k, v in values.items() if k.strip() == "flags"), "").split())
    )
    name = next((v.strip() for k, v in values.items() if k.strip() == "model name"), "")
    return f"{name} ({', '.join(has)})" if has else name or platform.machine()
