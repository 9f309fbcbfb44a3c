"""The features of a small random BERT equal upstream's, alone and in a batch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engines.reading.support import DATA

if TYPE_CHECKING:
    from engines.reading.bert import BertFeatures

torch = pytest.importorskip("torch", reason="make test installs torch")
pytest.importorskip("transformers", reason="make test installs transformers")

FOLDER = DATA / "tiny_bert_en"


@pytest.fixture
def bert() -> BertFeatures:
    from engines.reading.bert import BertFeatures

    return BertFeatures(FOLDER)


@pytest.fixture(scope="module")
def expected() -> list[tuple[dict[str, Any], Any]]:
    from safetensors.torch import load_file

    features = load_file(FOLDER / "features.safetensors")
    cases = json.loads((FOLDER / "cases.json").read_text("utf-8"))
    return [(case, features[f"feat{index}"]) for index, case in enumerate(cases)]


def test_features_equal_upstreams(bert: BertFeatures, expected: list[Any]) -> None:
    batch = [(bert.tokenize(case["norm_text"]), case["word2ph_blank"]) for case, _ in expected]
    for ours, alone, (_, theirs) in zip(bert(batch), batch, expected, strict=True):
        assert ours.shape == theirs.shape
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
        bert.cache.clear()
        torch.testing.assert_close(bert([alone])[0], theirs, atol=1e-5, rtol=0)


def test_only_the_needed_layers_are_there(bert: BertFeatures) -> None:
    assert len(bert.model.encoder.layer) == bert.model.config.num_hidden_layers - 2


def test_weights_lie_alike_in_single_precision_whatever_the_file(tmp_path: Path) -> None:
    """Where they lie in the file depends on its header, and the last bits on where they lie."""
    from safetensors.torch import load_file, save_file

    from engines.reading.bert import BertFeatures

    half = {name: one.half() for name, one in load_file(FOLDER / "model.safetensors").items()}
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    save_file(half, tmp_path / "model.safetensors", metadata={"format": "pt", "said": "x" * 12})
    weights = list(BertFeatures(tmp_path).model.parameters())
    assert {weight.data_ptr() % 64 for weight in weights} == {0}
    assert {weight.dtype for weight in weights} == {torch.float32}


def test_a_text_is_computed_once(bert: BertFeatures, monkeypatch: pytest.MonkeyPatch) -> None:
    first = bert.rows([["hello", "world"]])[0]
    monkeypatch.setattr(
        bert, "forward", lambda windows: [] if not windows else pytest.fail("again")
    )
    assert bert.rows([["hello", "world"]])[0] is first


@pytest.mark.parametrize("length", [0, 509, 510, 511, 1500])
def test_no_text_is_too_long(bert: BertFeatures, length: int) -> None:
    (rows,) = bert.rows([["a"] * length])
    assert rows.shape == (length + 2, bert.width)


def test_a_count_that_does_not_fit_is_refused(bert: BertFeatures) -> None:
    with pytest.raises(ValueError, match="3 BERT rows for 2 entries"):
        bert([(["a"], [1, 1])])
