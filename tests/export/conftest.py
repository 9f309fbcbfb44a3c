"""The golden checkpoints, exported once as a user would: by the command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.installing import install_hint
from engines.neural.published import BASE_SPEAKERS, CONVERTER, CONVERTER_FOLDER, SPEECH

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "data" / "golden"
LIMIT_S = 900  # it takes about one minute; a machine may have other work


def phonex(*arguments: str | Path) -> subprocess.Popen[str]:
    """`phonex …` on one thread, as the tests of a machine may run side by side."""
    return subprocess.Popen(
        [sys.executable, "-m", "serve_app.cli.main", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The golden checkpoints where the service looks for models, each with its graphs beside it."""
    for module in ("torch", "onnxruntime", "onnx", "onnxscript"):
        pytest.importorskip(module, reason=install_hint("neural", "export"))
    import torch

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("exported")
    voice = folder / CONVERTER / CONVERTER_FOLDER
    speech = folder / SPEECH["EN"][0]
    for home, name in ((voice, "tiny_openvoice"), (speech, "tiny_melotts")):
        home.mkdir(parents=True)
        for file in ("config.json", "checkpoint.pth"):
            shutil.copy(GOLDEN / name / file, home / file)
    (folder / CONVERTER / BASE_SPEAKERS).mkdir(parents=True)
    running = [
        phonex("export", "speech", "--checkpoint", speech),
        phonex("export", "converter", "--checkpoint", voice),
        phonex("export", "embedding", "--checkpoint", voice),
    ]
    try:
        for process in running:
            said, _ = process.communicate(timeout=LIMIT_S)
            assert process.returncode == 0, said
    finally:
        for process in running:
            process.kill()
    return folder


@pytest.fixture(scope="session")
def speech_graphs(models_dir: Path) -> Path:
    return models_dir / SPEECH["EN"][0] / "onnx"


@pytest.fixture(scope="session")
def voice_graphs(models_dir: Path) -> Path:
    return models_dir / CONVERTER / CONVERTER_FOLDER / "onnx"
