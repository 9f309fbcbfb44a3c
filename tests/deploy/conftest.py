"""The proxies of deploy/proxy one after another, and what may stand behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deploy.proxies import KINDS
from tests.deploy.upstream import Upstream


@pytest.fixture(scope="module", params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream().running() as running:
        yield running
