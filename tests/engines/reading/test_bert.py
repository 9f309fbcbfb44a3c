"""The features of a small random BERT equal upstream's, alone and in a batch.

The model and its vocabulary are not ours to commit: without ../shared these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engines.reading.support import shared_golden

if TYPE_CHECKING:
    from engines.reading.bert import BertFeatures

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared_golden("tiny_bert_en")


@pytest.fixture
def bert(folder: Path) -> BertFeatures:
    from engines.reading.bert import BertFeatures

    return BertFeatures(folder)


@pytest.fixture(scope="module")
def expected(folder: Path) -> list[tuple[dict[str, Any], Any]]:
    from safetensors.torch import load_file

    features = load_file(folder / "features.safetensors")
    cases = json.loads((folder / "cases.json").read_text("utf-8"))
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
