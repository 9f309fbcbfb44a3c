"""The examples that stand in the docstrings of the reading room are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import engines.reading

ROOM = Path(engines.reading.__file__).parent
WITH_EXAMPLES = sorted(
    ".".join(["engines.reading", *path.relative_to(ROOM).with_suffix("").parts])
    for path in ROOM.rglob("*.py")
    if ">>>" in path.read_text()
)


def test_there_are_examples() -> None:
    assert len(WITH_EXAMPLES) > 10


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name), verbose=False)
    assert results.attempted
    assert not results.failed
