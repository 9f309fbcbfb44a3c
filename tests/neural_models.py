"""A models' folder with tiny random weights. Imports torch only when a test asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.engine_settings import NeuralSettings
from config.installing import install_hint
from config.settings import Settings
from engines.neural.published import BERT, CONVERTER, SPEECH
from engines.reading import missing_packages

LANGUAGE = "EN"
FIRST, SECOND = SPEECH[LANGUAGE][:2]


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """English in two checkpoints, its BERT, and the converter."""
    pytest.importorskip("torch", reason=f"torch is not installed: {install_hint('neural')}")
    if missing := missing_packages(LANGUAGE):
        pytest.skip(f"make test installs {', '.join(missing)}")
    import torch

    from engines.neural.untrained import write_bert, write_converter, write_speech

    torch.set_num_threads(1)  # the tests of a machine may run side by side
    folder = tmp_path_factory.mktemp("models")
    for repo in (FIRST, SECOND):
        write_speech(folder / repo, repo, "tiny")
    write_converter(folder / CONVERTER, CONVERTER, "tiny")
    write_bert(folder / BERT[LANGUAGE], BERT[LANGUAGE], LANGUAGE, "tiny")
    return folder


@pytest.fixture(scope="session")
def settings(models_dir: Path) -> Settings:
    neural = NeuralSettings(models_dir=models_dir, allow_random_weights=True)
    return Settings(engine="neural", neural=neural)
