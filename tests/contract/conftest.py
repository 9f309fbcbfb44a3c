"""A service where keys are in use: once, as they stay in use for good."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.conftest import SETTINGS
from tests.running import ROOT, RunningService


@dataclass(frozen=True)
class Keyed:
    service: RunningService
    keys: Mapping[str, str]  # by their owners


@pytest.fixture(scope="package")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """Of Ada and Bob, who have nothing yet but what other tests left them."""
    service = RunningService(tmp_path_factory.mktemp("keyed"), SETTINGS)
    try:
        service.wait_until_ready()
        adding = (sys.executable, "-m", "serve_app.cli.main", "keys", "add")
        keys = {
            name: subprocess.run(
                [*adding, name, "--data-dir", str(service.data_dir)],
                cwd=ROOT, capture_output=True, text=True, check=True,
            ).stdout.strip()
            for name in ("ada", "bob")
        }  # fmt: skip
        time.sleep(2.5)  # a running service follows within two seconds
        yield Keyed(service, keys)
    finally:
        service.stop()
