"""The three engines, started once: each has worker processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("espeakng_loader")
pytest.importorskip("pyworld")

from engines.embedded.espeak import EspeakSpeech
from engines.embedded.world import WorldConversion, WorldEmbedding


@pytest.fixture(scope="session")
def speech() -> Iterator[EspeakSpeech]:
    engine = EspeakSpeech(workers=2, item_timeout_s=30.0)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def embedding() -> Iterator[WorldEmbedding]:
    engine = WorldEmbedding(workers=1, item_timeout_s=60.0)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def conversion() -> Iterator[WorldConversion]:
    engine = WorldConversion(workers=2, item_timeout_s=60.0)
    yield engine
    engine.close()
