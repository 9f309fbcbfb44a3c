"""Imports torch only when a test runs: where it is missing, the tests beside are skipped."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    import torch

    torch.set_num_threads(1)  # the tests of a machine may run side by side
