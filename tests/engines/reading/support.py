"""Front ends for the tests, made once: their dictionaries take up to a second to load."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from engines.reading import FrontEnd, front_end, missing_packages

WESTERN = ("EN", "ES", "FR")
DATA = Path(__file__).parents[2] / "data" / "golden"
GOLDEN = DATA / "text"


@cache
def front(language: str, upstream_quirks: bool = False) -> FrontEnd:
    """One front end for all tests; skips them where its packages are not installed."""
    if missing := missing_packages(language):
        pytest.skip(f"not installed: {', '.join(missing)}")
    return front_end(language, upstream_quirks=upstream_quirks)


@cache
def symbols() -> frozenset[str]:
    """All 219 symbols the checkpoints have."""
    return frozenset(json.loads((DATA / "facts.json").read_text("utf-8"))["symbols_repo"])


def shared_golden(name: str) -> Path:
    """A folder of reference data that others wrote; skips where it is not next to the checkout."""
    for parent in Path(__file__).parents:
        folder = parent / "shared" / "golden" / name
        if folder.is_dir():
            return folder
    pytest.skip(f"shared/golden/{name} is not here")
