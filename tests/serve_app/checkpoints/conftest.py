"""A hub on this machine, and the command that pulls from it in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.neural_models import models_dir
from tests.serve_app.checkpoints.hub_server import Hub, running_hub

__all__ = ["models_dir"]

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        yield hub


@pytest.fixture
def phonex(hub: Hub, tmp_path: Path) -> Command:
    """`phonex models …`, whose hub is ours. The client library reads its environment at import."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf")}
        return subprocess.run(
            [sys.executable, "-m", "serve_app.cli.main", "models", *arguments],
            env=os.environ | own | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
