"""Checkpoints become safetensors in a process that may do nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engines.melo import checkpoint as melo
from engines.neural.published import (
    BERT,
    BERT_WEIGHTS,
    CHECKPOINT,
    CONFIG,
    CONVERTER,
    OLD_BERT_WEIGHTS,
    OWN,
    Published,
)
from engines.openvoice import checkpoint as openvoice
from serve_app.checkpoints.convert import convert
from serve_app.checkpoints.errors import ModelsError
from serve_app.checkpoints.manifest import Manifest, read_manifest, record, write_manifest
from tests.neural_models import FIRST

SPEECH = Published(FIRST, "speech", ("EN",))
VOICES = Published(CONVERTER, "converter", ("EN",))
ENGLISH_BERT = Published(BERT["EN"], "bert", ("EN",))


@pytest.fixture
def models(models_dir: Path, tmp_path: Path) -> Path:
    """A copy, to be spoiled."""
    return Path(shutil.copytree(models_dir, tmp_path / "models"))


def test_the_weights_stay_the_same(models: Path) -> None:
    theirs = melo.load(models / FIRST)
    made = convert(SPEECH, models)
    assert made == models / FIRST / OWN
    ours = melo.load(made)
    assert ours.version == theirs.version
    for name, tensor in theirs.network.state_dict().items():
        assert torch.equal(ours.network.state_dict()[name], tensor)
    made = convert(VOICES, models)
    assert made
    assert openvoice.load(made).version == openvoice.load(made.parent).version


def test_what_is_converted_is_left_alone_until_it_is_older(models: Path) -> None:
    made = convert(SPEECH, models)
    assert made
    assert convert(SPEECH, models) is None
    os.utime(made, (0, 0))
    assert convert(SPEECH, models) == made
    assert convert(ENGLISH_BERT, models) is None  # nothing of the old form is there


def test_what_was_made_is_recorded(models: Path) -> None:
    folder = models / FIRST
    write_manifest(
        folder, Manifest(repo=FIRST, revision="0", files=record(folder, [CONFIG, CHECKPOINT]))
    )
    convert(SPEECH, models)
    manifest = read_manifest(folder)
    assert manifest
    assert manifest.files[OWN] == record(folder, [OWN])[OWN]


def test_an_old_bert_becomes_safetensors_without_its_heads(models: Path) -> None:
    folder = models / BERT["EN"]
    tensors = load_file(folder / BERT_WEIGHTS)
    (folder / BERT_WEIGHTS).unlink()
    old = {f"bert.{name}": tensor for name, tensor in tensors.items()}
    head = {"cls.predictions.bias": torch.zeros(3)}
    torch.save({**old, **head}, folder / OLD_BERT_WEIGHTS)
    assert convert(ENGLISH_BERT, models) == folder / BERT_WEIGHTS
    assert set(load_file(folder / BERT_WEIGHTS)) == set(old)


class Evil:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def test_a_checkpoint_that_would_run_code_is_refused(models: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    torch.save({"model": Evil(mark)}, models / FIRST / CHECKPOINT)
    with pytest.raises(ModelsError, match="could run code") as refusal:
        convert(SPEECH, models)
    assert "weights_only" not in str(refusal.value)  # no advice how to run it
    assert not mark.exists()
    assert not (models / FIRST / OWN).exists()
    assert not list((models / FIRST).glob(".convert-*"))


def test_the_process_has_given_up_connections_and_other_processes() -> None:
    tries = """
import socket, subprocess, os
from engines.neural.convert import give_up_rights
give_up_rights()
for attempt in (
    lambda: socket.socket(),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.fork(),
):
    try:
        attempt()
    except PermissionError:
        continue
    raise SystemExit("allowed")
"""
    done = subprocess.run(
        [sys.executable, "-c", tries], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_process_sees_none_of_our_secrets(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def spy(*args: object, **kwargs: object) -> object:
        seen.append(dict(kwargs["env"]))  # type: ignore[call-overload]
        return run(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", spy)
    monkeypatch.setenv("HF_TOKEN", "secret")
    convert(SPEECH, models)
    assert seen
    assert not any("secret" in value for value in seen[0].values())
