"""Real stores, each in a folder of its test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from serve_app.store.blobs import Blobs
from serve_app.store.opening import open_blobs, open_records
from serve_app.store.records import Records


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(None, tmp_path) as opened:
        yield opened


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return open_blobs(None, tmp_path)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve_app.work.attempts.RETRY_DELAYS_S", (0.01, 0.01, 0.01))
