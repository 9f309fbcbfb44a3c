"""A replica's own process, once the engine has prepared it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest
import torch

from config.engine_settings import NeuralSettings
from engines.errors import EngineUnavailable
from engines.neural.device import prepare_device

# Large blocks, freed and taken again, as one batch does after another.
FAULTS = """
import resource, sys, threading, torch
from config.engine_settings import NeuralSettings
from engines.neural.device import prepare_device
if sys.argv[1] == "prepared":
    prepare_device(NeuralSettings(device="cpu"))
def touch():
    for _ in range(6):
        torch.ones(16 * 2**20)
def run():
    thread = threading.Thread(target=touch); thread.start(); thread.join()
run()
run()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
run()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how: str) -> int:
    command = [sys.executable, "-c", FAULTS, how]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="for glibc alone")
def test_freed_memory_stays_for_the_next_batch() -> None:
    assert faults("prepared") < 0.5 * faults("as it is")


def test_threads_and_device_are_as_set() -> None:
    before = torch.get_num_threads()
    assert prepare_device(NeuralSettings(device="cpu", threads=2)).device.type == "cpu"
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)


def test_a_gpu_that_is_not_there_is_an_error() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineUnavailable, match="no GPU"):
        prepare_device(NeuralSettings(device="cuda"))
