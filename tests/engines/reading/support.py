"""Front ends for the tests, made once: their dictionaries take up to a second to load."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from engines.reading import FrontEnd, front_end, missing_packages

WESTERN = ("EN", "ES", "FR")
DATA = Path(__file__).parents[2] / "data" / "golden"
GOLDEN = DATA / "text"


@cache
def front(language: str, upstream_quirks: bool = False) -> FrontEnd:
    """One front end for all tests; skips them where its packages are not installed."""
    if missing := missing_packages(language):
        pytest.skip(f"make test installs {', '.join(missing)}")
    return front_end(language, upstream_quirks=upstream_quirks)


@cache
def symbols() -> frozenset[str]:
    """All 219 symbols the checkpoints have."""
    return frozenset(json.loads((DATA / "facts.json").read_text("utf-8"))["symbols_repo"])


def tokenize(model: str) -> Callable[[str], list[str]]:
    """What a BERT makes of a text, with those of its word pieces that the golden texts use."""
    transformers = pytest.importorskip("transformers", reason="make test installs transformers")
    folder = GOLDEN / "vocabs" / model
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return cast(Callable[[str], list[str]], tokenizer.tokenize)
