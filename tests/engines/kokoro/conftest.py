"""The real model, where it was brought."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engines.kokoro.engine import KokoroSpeech
from engines.kokoro.found import find
from tests.natural import BROUGHT, WHY_NOT


@pytest.fixture(scope="session")
def kokoro() -> Iterator[KokoroSpeech]:
    pytest.importorskip("onnxruntime", reason="make test installs onnxruntime")
    found = find([BROUGHT])
    if not found.usable:
        pytest.skip(WHY_NOT)
    engine = KokoroSpeech(found, workers=1, item_timeout_s=60.0)
    yield engine
    engine.close()
