"""With a real vocabulary, our normalized text gives the recorded tokens.

Vocabularies are not ours to commit: without ../shared these tests are skipped.
"""

from __future__ import annotations

import json

import pytest

from engines.reading import front_end
from tests.engines.reading.support import GOLDEN, front, shared_golden

FOLDERS = {
    "EN": "bert-base-uncased",
    "ES": "dccuchile/bert-base-spanish-wwm-uncased",
    "FR": "dbmdz/bert-base-french-europeana-cased",
}


@pytest.mark.parametrize("language", FOLDERS)
def test_tokens_are_the_recorded_ones(language: str) -> None:
    front(language)
    transformers = pytest.importorskip("transformers")
    folder = shared_golden("text") / "vocabs" / FOLDERS[language]
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    frontend = front_end(language, tokenizer.tokenize, upstream_quirks=True)
    for case in json.loads((GOLDEN / f"{language}.public.json").read_text("utf-8")):
        text = frontend.normalize(case["api_text"])
        assert list(tokenizer.tokenize(text)) == case["bert_tokens"]
        ours = frontend.to_phones(text).word2ph
        assert len(ours) == len(case["word2ph"])
