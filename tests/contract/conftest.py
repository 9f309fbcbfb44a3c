"""A service where keys are in use: once, as they stay in use for good."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.conftest import SETTINGS
from tests.running import RunningService, add_key


@dataclass(frozen=True)
class Keyed:
    service: RunningService
    keys: Mapping[str, str]  # by their owners


@pytest.fixture(scope="package")
def keyed_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """Of Ada and Bob, who have nothing yet but what other tests left them."""
    service = RunningService(tmp_path_factory.mktemp("keyed"), SETTINGS)
    try:
        service.wait_until_ready()
        keys = {name: add_key(service.data_dir, name) for name in ("ada", "bob")}
        time.sleep(2.5)  # a running service follows within two seconds
        yield Keyed(service, keys)
    finally:
        service.stop()


@pytest.fixture
def keyed(keyed_once: Keyed) -> Keyed:
    """The same, started again where a test has ended it."""
    if not keyed_once.service.runs:
        keyed_once.service.start_anew()
        keyed_once.service.wait_until_ready()
    return keyed_once
