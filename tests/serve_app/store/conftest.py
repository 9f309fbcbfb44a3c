from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from serve_app.store.records import Records, open_records
from tests.serve_app.store.postgres_server import PostgresServer, find_binaries


@dataclass(frozen=True)
class Location:
    """Where records are, to open them again or from another process."""

    database_url: str | None
    data_dir: Path

    def open(self) -> Records:
        return open_records(self.database_url, self.data_dir)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    server = PostgresServer(binaries)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    if request.param == "sqlite":
        return Location(None, tmp_path / "data")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return Location(server.create_database(), tmp_path)


@pytest.fixture
def records(location: Location) -> Iterator[Records]:
    with location.open() as opened:
        yield opened
