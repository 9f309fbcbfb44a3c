"""Imports torch only where a network is wanted: the text front ends beside need none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from engines.melo.checkpoint import MeloCheckpoint

GOLDEN = Path(__file__).parents[2] / "data" / "golden"


@pytest.fixture(scope="session")
def tiny() -> MeloCheckpoint:
    import torch

    from engines.melo.checkpoint import load

    torch.set_num_threads(1)  # the tests of a machine may run side by side
    return load(GOLDEN / "tiny_melotts")
