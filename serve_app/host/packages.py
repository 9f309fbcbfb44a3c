"""Brings engines' packages into the environment that runs, with its own pip."""

from __future__ import annotations

import importlib
import importlib.util
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from config.installing import DISTRIBUTION, checkout
from engines.reading import missing_packages

TORCH = "torch==2.13.0"  # which the tests run on; the Makefile names the same
BUILDS = "https://download.pytorch.org/whl"  # PyTorch's own index: a folder a build
CPU, AUTO = "cpu", "auto"
LOCK = "requirements/neural.txt"  # of a checkout, with hashes; torch is not in it
NATURAL_LOCK = "requirements/natural.txt"
OTHERS = ("transformers", "huggingface_hub", "pyworld")  # beside torch and what languages need
NATURAL = ("onnxruntime", "onnx", "jieba", "pypinyin", "espeakng_loader", "pyworld")
PROBE_S = 5.0

# As of the releases that are locked; pip tells none before it downloads.
SIZE_CPU, SIZE_CUDA, SIZE_OTHERS = "about 190 MB", "about 3 GB", "about 200 MB"
SIZE_NATURAL = "about 65 MB"


class InstallFailed(Exception):
    """pip did not install it; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One run of pip."""

    what: str
    size: str
    attempts: tuple[tuple[str, ...], ...]  # arguments of `pip install`; the next where one fails
    remark: str = ""  # why it is not what one would expect


def missing_steps(languages: tuple[str, ...], torch: str) -> Iterator[Step]:
    """What pip has yet to bring, in this order.

    Args:
        torch: the build: cpu, one of PyTorch's such as cu128, or auto.
    """
    if importlib.util.find_spec("torch") is None:
        yield torch_step(torch, has_nvidia_gpu())
    others = [name for name in OTHERS if importlib.util.find_spec(name) is None]
    if others or any(missing_packages(language) for language in languages):
        yield others_step()


def torch_step(asked: str, gpu: bool) -> Step:
    """torch in the build for this machine. Only Linux on x86-64 has several of one release."""
    plain = (TORCH,)
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return Step(TORCH, SIZE_CPU, (plain,))
    build = ("" if gpu else CPU) if asked == AUTO else asked
    if not build:
        return Step(f"{TORCH} with CUDA", SIZE_CUDA, (plain,))
    own = ("--index-url", f"{BUILDS}/{build}", TORCH)
    if build != CPU:
        return Step(f"{TORCH} ({build})", SIZE_CUDA, (own,))
    if answers(f"{BUILDS}/{CPU}/torch/"):
        return Step(f"{TORCH} without CUDA", SIZE_CPU, (own, plain))
    remark = (
        f"PyTorch's index of smaller builds, {BUILDS}/{CPU}, cannot be reached, so this is the "
        "build of the package registry: larger, for it brings CUDA, which is not used here."
    )
    return Step(TORCH, SIZE_CUDA, (plain,), remark)


def others_step() -> Step:
    what = "text front ends, transformers, pyworld"
    return Step(what, SIZE_OTHERS, (locked(LOCK, "neural"),))


def natural_step() -> Step:
    return Step("ONNX Runtime, jieba, pypinyin", SIZE_NATURAL, (locked(NATURAL_LOCK, "natural"),))


def locked(lock: str, extra: str) -> tuple[str, ...]:
    """Arguments of `pip install`: locked where the lock is at hand, else as an installed wheel's
    own metadata says."""
    project = checkout()
    if project and (project / lock).is_file():
        return ("--quiet", "--require-hashes", "-r", str(project / lock))
    return ("--quiet", f"{DISTRIBUTION}[{extra}]")


def has_nvidia_gpu() -> bool:
    """Whether the driver knows of one. torch cannot be asked: it is not here yet."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    try:
        listed = subprocess.run([tool, "-L"], capture_output=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return listed.returncode == 0 and b"GPU " in listed.stdout


def answers(url: str) -> bool:
    """Asked first, because pip tries an index that is away for minutes."""
    try:
        return httpx.head(url, timeout=PROBE_S, follow_redirects=True).is_success
    except httpx.HTTPError:
        return False


def install(step: Step, say: Callable[[str], None]) -> None:
    """Run pip, whose own words go to the terminal.

    Raises:
        InstallFailed: no attempt came through.
    """
    if importlib.util.find_spec("pip") is None:
        raise InstallFailed(f"this environment has no pip: {sys.executable} -m ensurepip")
    for number, arguments in enumerate(step.attempts, 1):
        command = [sys.executable, "-m", "pip", "install", *arguments]
        if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0:  # noqa: S603
            importlib.invalidate_caches()
            return
        if number < len(step.attempts):
            say("That did not work. The package registry has it too, larger: with CUDA.")
    raise InstallFailed(
        f"pip could not install {step.what}; its reason stands above. What was done before stays: "
        "the same command goes on from here."
    )
