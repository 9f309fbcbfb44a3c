"""Imports torch only when a test runs: where it is missing, the tests beside are skipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engines.openvoice.checkpoint import ConverterCheckpoint

GOLDEN = Path(__file__).parents[2] / "data" / "golden"


@pytest.fixture(scope="session")
def tiny() -> ConverterCheckpoint:
    import torch

    from engines.openvoice.checkpoint import load

    torch.set_num_threads(1)  # the tests of a machine may run side by side
    return load(GOLDEN / "tiny_openvoice")
