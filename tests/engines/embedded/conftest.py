"""The three engines, started once: each has worker processes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from engines.embedded.espeak import EspeakSpeech
from engines.embedded.world import WorldConversion, WorldEmbedding

if not all(map(importlib.util.find_spec, ("espeakng_loader", "pyworld"))):
    collect_ignore = ["test_espeak.py", "test_world.py", "test_unpitched.py", "test_duration.py"]


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
