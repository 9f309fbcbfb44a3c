"""Random checkpoints have upstream's format, to the last tensor, and are labelled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from engines.melo import checkpoint as melo
from engines.neural.published import CHECKPOINT, CONFIG, CONVERTER, RANDOM_KEY, SPEECH
from engines.neural.untrained import NOTE, write_converter, write_speech
from engines.nn.checkpoint import read_upstream
from engines.openvoice import checkpoint as openvoice

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
ENGLISH = SPEECH["EN"][0]


def shapes(folder: Path) -> dict[str, list[int]]:
    return {name: list(one.shape) for name, one in read_upstream(folder / CHECKPOINT).items()}


def golden(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((GOLDEN / "fullsize" / name).read_text("utf-8"))
    return stored


def listed(name: str) -> dict[str, list[int]]:
    return {key: entry["shape"] for key, entry in golden(name)["state_dict"].items()}


def without_label(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
    assert config.pop(RANDOM_KEY) is True
    assert "random" in (folder / NOTE).read_text().lower()
    return config


def test_full_size_speech_has_every_tensor_of_the_published_one(tmp_path: Path) -> None:
    write_speech(tmp_path, ENGLISH, "full")
    assert shapes(tmp_path) == listed("melotts.json")
    config, published = without_label(tmp_path), golden("melotts.json")["config"]
    assert config["model"] == published["model"]
    assert config["data"].items() <= published["data"].items()
    assert len(melo.load(tmp_path).config.symbols) == 219


def test_a_full_size_converter_has_every_tensor_of_the_published_one(tmp_path: Path) -> None:
    write_converter(tmp_path, CONVERTER, "full")
    folder = tmp_path / "converter"
    assert shapes(folder) == listed("openvoice_v2_converter.json")
    assert without_label(folder) == golden("openvoice_v2_converter.config.json")
    speakers = openvoice.read_base_speakers(tmp_path / "base_speakers" / "ses", 256)
    assert {"en-us", "en-india", "en-newest", "zh", "kr"} <= set(speakers)


def test_the_symbols_are_those_the_front_ends_use(tmp_path: Path) -> None:
    facts = json.loads((GOLDEN / "facts.json").read_text("utf-8"))
    write_speech(tmp_path, ENGLISH, "tiny")
    assert without_label(tmp_path)["symbols"] == facts["symbols_repo"]


@pytest.mark.parametrize("repo", [SPEECH["EN"][0], SPEECH["ZH"][0]])
def test_numbers_are_the_same_wherever_they_are_made(tmp_path: Path, repo: str) -> None:
    versions = set()
    for name in ("one", "two"):
        torch.rand(7)  # whatever was drawn before
        write_speech(tmp_path / name, repo, "tiny")
        versions.add(melo.load(tmp_path / name).version)
    assert len(versions) == 1
