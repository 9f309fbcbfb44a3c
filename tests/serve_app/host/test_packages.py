"""Which packages the neural engine still needs here, and what pip is told."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from serve_app.host import packages
from serve_app.host.packages import BUILDS, LOCK, TORCH, InstallFailed, Step, install, torch_step
from tests.running import ROOT

OWN_CPU = ("--index-url", f"{BUILDS}/cpu", TORCH)


@pytest.fixture
def pc(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Linux on x86-64 that reaches PyTorch's index."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(packages, "answers", lambda url: True)
    return monkeypatch


def test_without_a_gpu_no_cuda_is_brought(pc: pytest.MonkeyPatch) -> None:
    step = torch_step("auto", gpu=False)
    assert step.attempts == (OWN_CPU, (TORCH,))
    assert "MB" in step.size
    assert torch_step("cpu", gpu=True) == step
    assert torch_step("auto", gpu=True).attempts == ((TORCH,),)
    cuda = torch_step("cu128", gpu=False)
    assert cuda.attempts == (("--index-url", f"{BUILDS}/cu128", TORCH),)
    assert "GB" in cuda.size


def test_where_the_index_of_small_builds_is_away_the_larger_one_comes_and_is_told(
    pc: pytest.MonkeyPatch,
) -> None:
    pc.setattr(packages, "answers", lambda url: False)
    step = torch_step("auto", gpu=False)
    assert step.attempts == ((TORCH,),)
    assert "GB" in step.size
    assert "cannot be reached" in step.remark


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("linux", "aarch64")])
def test_elsewhere_the_registry_has_the_only_build(
    pc: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    pc.setattr(sys, "platform", system)
    pc.setattr(platform, "machine", lambda: machine)
    assert torch_step("auto", gpu=False).attempts == ((TORCH,),)


def test_an_index_that_is_away_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not packages.answers("http://127.0.0.1:9/whl/cpu/torch/")


@pytest.mark.parametrize(
    ("script", "gpu"),
    [("echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'", True), ("echo 'No devices found'; exit 6", False)],
)
def test_a_gpu_is_one_that_the_driver_lists(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, gpu: bool
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not packages.has_nvidia_gpu()
    (tmp_path / "nvidia-smi").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "nvidia-smi").chmod(0o700)
    assert packages.has_nvidia_gpu() == gpu


def test_what_fails_is_tried_in_the_next_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Real pip, on folders that are no packages and one that is."""
    said: list[str] = []
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    here = ("--dry-run", "--quiet", "pytest")  # is installed
    nowhere = ("--dry-run", "--quiet", str(tmp_path))
    install(Step("it", "1 MB", (nowhere, here)), said.append)
    assert len(said) == 1
    with pytest.raises(InstallFailed, match="could not install it"):
        install(Step("it", "1 MB", (nowhere, nowhere)), said.append)


def test_the_locks_agree_so_that_setup_changes_nothing_that_is_installed() -> None:
    serve, neural, test = (pins(ROOT / "requirements" / f"{name}.txt") for name in LOCKS)
    assert serve <= neural <= test
    assert not any(pin.startswith("torch==") for pin in neural)
    assert f"install --quiet {TORCH}\n" in (ROOT / "Makefile").read_text()


def test_pip_accepts_the_lock_with_its_hashes() -> None:
    """Everything in it is here already, in the locked release: nothing would be downloaded."""
    options = ("--dry-run", "--no-index", "--require-hashes", "-r", str(ROOT / LOCK))
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Would install" not in done.stdout


LOCKS = ("serve", "neural", "test")


def pins(path: Path) -> set[str]:
    return set(re.findall(r"^[a-z0-9][^ ]*==[^ \n]+", path.read_text(), re.MULTILINE))
