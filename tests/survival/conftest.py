"""A service of its own, to be shot at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import SETTINGS
from tests.running import RunningService
from tests.survival.work import register_target

OWN: dict[str, Any] = {
    # A drain that no long job ends within.
    "jobs": SETTINGS["jobs"] | {"drain_s": 0.5, "max_queue_wait_s": 3600.0},
    "limits": SETTINGS["limits"] | {"max_text_chars": 100_000},
}


# Of the package, so that it does not go on beside the other tests: idle it takes a tenth of a core.
@pytest.fixture(scope="package")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    running = RunningService(tmp_path_factory.mktemp("fragile"), SETTINGS | OWN)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture
def fragile(started: RunningService) -> RunningService:
    """The service, whatever the test before did to it."""
    started.wait_until_ready()
    return started


@pytest.fixture(scope="package")
def fragile_voice(started: RunningService) -> str:
    return register_target(started)
