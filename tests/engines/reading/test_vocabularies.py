"""With the models' own word pieces, our normalized text gives the recorded tokens."""

from __future__ import annotations

import json

import pytest

from engines.reading import front_end
from tests.engines.reading.support import GOLDEN, front, tokenize

MODELS = {
    "EN": "bert-base-uncased",
    "ES": "dccuchile/bert-base-spanish-wwm-uncased",
    "FR": "dbmdz/bert-base-french-europeana-cased",
}


@pytest.mark.parametrize("language", MODELS)
def test_tokens_are_the_recorded_ones(language: str) -> None:
    front(language)
    pieces = tokenize(MODELS[language])
    frontend = front_end(language, pieces, upstream_quirks=True)
    for case in json.loads((GOLDEN / f"{language}.public.json").read_text("utf-8")):
        text = frontend.normalize(case["api_text"])
        assert list(pieces(text)) == case["bert_tokens"]
        ours = frontend.to_phones(text).word2ph
        assert len(ours) == len(case["word2ph"])
