"""`phonex voices import`: OpenVoice's own voices become ours, and nothing else does."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from config.settings import Settings
from engines.base import Conversion, Waveform
from engines.registry import create_conversion
from serve_app.keys import make_key
from serve_app.store.embeddings import embedding_from_bytes
from serve_app.store.opening import open_blobs, open_records
from serve_app.store.values import OwnerLimits
from tests.neural_models import models_dir, settings
from tests.serve_app.cli.conftest import Ended, Phonex

__all__ = ["models_dir", "settings"]

SIZE = 16  # of the tiny converter's embeddings; 256 of the published one's
Import = Callable[..., Ended]


@pytest.fixture
def bring(phonex: Phonex, settings: Settings, tmp_path: Path) -> Import:
    config = tmp_path / "serve.yaml"
    arguments = settings.model_dump(mode="json", include={"engine", "neural"})
    config.write_text(yaml.safe_dump({"applications": [{"args": arguments}]}))

    def run(file: Path, *options: str) -> Ended:
        where = ("--config", str(config), "--data-dir", str(tmp_path / "data"))
        return phonex("voices", "import", str(file), *where, *options)

    return run


@pytest.fixture
def target_se(tmp_path: Path) -> Path:
    """A voice as OpenVoice keeps it."""
    torch.manual_seed(1)
    torch.save(torch.randn(1, SIZE, 1), tmp_path / "Uncle Bob.pth")
    return tmp_path / "Uncle Bob.pth"


def test_a_voice_of_openvoice_speaks_here(
    bring: Import, settings: Settings, target_se: Path, tmp_path: Path
) -> None:
    done = bring(target_se, "--consent")
    assert done.code == 0, done.words
    assert "uncle_bob" in done.words
    with open_records(None, tmp_path / "data") as records:
        voice = records.get_voice("uncle_bob")
    assert voice is not None
    assert (voice.name, voice.consent) == ("Uncle Bob", True)
    target = embedding_from_bytes(open_blobs(None, tmp_path / "data").read(voice.blob_key))
    theirs = torch.load(target_se, weights_only=True).flatten().numpy()
    assert np.array_equal(target.tensors["embedding"], theirs)
    engine = create_conversion(settings)
    try:
        assert (voice.engine, voice.engine_version) == (engine.info.name, engine.info.version)
        source = Waveform(np.sin(np.arange(22_050) / 20).astype(np.float32), 22_050)
        (clone,) = engine.convert([Conversion(source, target, "EN", "EN-US")])
    finally:
        engine.close()
    assert isinstance(clone, Waveform)
    taken = bring(target_se)
    assert (taken.code, "exists: choose another name" in taken.words) == (1, True)
    assert len(list((tmp_path / "data/blobs").rglob("*.safetensors"))) == 1


class Evil:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def test_what_is_no_voice_of_openvoice_is_refused_in_words(bring: Import, tmp_path: Path) -> None:
    file, mark = tmp_path / "a.pth", tmp_path / "ran"
    for content, words in (
        (torch.zeros(1, SIZE + 1, 1), f"holds no embedding of shape (1, {SIZE}, 1)"),
        ({"se": torch.zeros(1, SIZE, 1)}, "holds no embedding"),
        (torch.full((1, SIZE, 1), float("nan")), "numbers that are not finite"),
        (Evil(mark), "could run code"),
        (torch.zeros(2**19), "too large"),
    ):
        torch.save(content, file)
        refused = bring(file)
        assert refused.code == 1
        assert words in refused.words
    file.write_bytes(b"\x80\x02no file of PyTorch's")
    assert "is refused" in bring(file).words
    assert not mark.exists()
    assert not (tmp_path / "data").exists()


def test_where_keys_are_in_use_it_belongs_to_one(
    bring: Import, target_se: Path, tmp_path: Path
) -> None:
    with open_records(None, tmp_path / "data") as records:
        records.add_key(make_key("ada").record, OwnerLimits())
        assert "--owner" in bring(target_se).words
        assert "no key was ever added for 'eve'" in bring(target_se, "--owner", "eve").words
        assert bring(target_se, "--owner", "ada", "--name", "Bob").code == 0
        assert records.get_voice("bob", "ada") is not None


def test_it_says_what_is_missing(phonex: Phonex, target_se: Path, tmp_path: Path) -> None:
    nothing = phonex("voices", "import", str(target_se), "--data-dir", str(tmp_path / "empty"))
    assert (nothing.code, "phonex models pull" in nothing.words) == (1, True)
    long = phonex("voices", "import", str(target_se), "--name", "-")
    assert (long.code, "must begin with a letter" in long.words) == (1, True)
