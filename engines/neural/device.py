"""Where the networks run, and in which precision. What cannot work here is an error at start."""

from __future__ import annotations

import ctypes
import os
import shutil

import torch

from config.engine_settings import NeuralSettings
from engines.errors import EngineUnavailable
from engines.heap import is_glibc
from engines.neural.arrange import DTYPES, Arrangement

# glibc gives large blocks back at once and asks for them again, with 40,000 page faults for each
# second of audio. With these, a batch takes a tenth less time, and a quarter less memory than in
# heaps of each thread's own. The numbers are mallopt(3)'s M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX
# and M_ARENA_MAX.
MALLOC_OPTIONS = ((-1, 2**31 - 1), (-2, 256 * 2**20), (-4, 0), (-8, 1))
COMPILERS = ("g++", "clang++")  # that PyTorch's CPU code generator looks for


def prepare_device(settings: NeuralSettings) -> Arrangement:
    """The device of this replica and what runs on it. Sets the process's threads and allocator.

    Raises:
        EngineUnavailable: a GPU is asked for, and PyTorch sees none; or a precision or a way to
            compile that does not work on the device.
    """
    torch.set_num_threads(settings.threads)
    keep_freed_memory()
    there = torch.cuda.is_available()
    if settings.device == "cuda" and not there:
        raise EngineUnavailable("neural.device is cuda, and PyTorch sees no GPU here")
    device = torch.device("cuda" if there and settings.device != "cpu" else "cpu")
    check_precision(settings, device)
    check_compile(settings, device)
    return Arrangement(device, DTYPES[settings.precision], settings.compile)


def check_precision(settings: NeuralSettings, device: torch.device) -> None:
    """A processor without the instructions would compute in 16 bits, many times slower."""
    if device.type == "cuda":
        fits = settings.precision != "bf16" or torch.cuda.is_bf16_supported()
    elif settings.precision == "fp32":
        fits = True
    elif settings.precision == "bf16":
        fits = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    else:
        fits = torch.ops.mkldnn._is_mkldnn_fp16_supported()
    if not fits:
        raise EngineUnavailable(
            f"neural.precision is {settings.precision}, and this {device.type} has no instructions "
            "for it: use fp32"
        )


def check_compile(settings: NeuralSettings, device: torch.device) -> None:
    if device.type == "cuda" or settings.compile == "off":
        return
    if settings.compile == "cuda-graphs":
        raise EngineUnavailable("neural.compile is cuda-graphs, and the networks run on a CPU")
    if not any(map(shutil.which, (os.environ.get("CXX", ""), *COMPILERS))):
        raise EngineUnavailable(
            "neural.compile is inductor, and there is no C++ compiler: install g++, or set it off"
        )


def keep_freed_memory() -> None:
    """One heap for all threads of this process, whose freed memory stays for the next batch."""
    if not is_glibc():
        return
    libc = ctypes.CDLL(None)
    for option, value in MALLOC_OPTIONS:
        libc.mallopt(option, value)
