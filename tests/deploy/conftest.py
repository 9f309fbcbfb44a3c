"""A second service, where the first is not: below a path, and on IPv6 where there is any."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from serve_app.host.supervisor import port_fault
from tests.running import RunningService

HAS_IPV6 = port_fault("::1", 0) is None
PREFIX = "/voice"


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    settings = {"http": {"trust_forwarded_prefix": True}}
    host = ("--host", "[::1]") if HAS_IPV6 else ()
    folder = tmp_path_factory.mktemp("elsewhere")
    service = RunningService(folder, settings, "--root-path", f"{PREFIX}/", *host)
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.stop()
