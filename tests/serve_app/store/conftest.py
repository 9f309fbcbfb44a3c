from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from serve_app.store.blobs import Blobs
from serve_app.store.opening import open_blobs
from serve_app.store.records import Records
from tests.serve_app.store.postgres_server import PostgresServer, find_binaries
from tests.serve_app.store.s3_server import S3Server
from tests.serve_app.store.samples import Location


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
    return Location(server.create_schema(), tmp_path)


@pytest.fixture
def records(location: Location) -> Iterator[Records]:
    with location.open() as opened:
        yield opened


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    with pytest.MonkeyPatch.context() as patch:
        # Whoever runs the tests may have credentials that work somewhere else.
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.delenv("AWS_PROFILE", raising=False)
        patch.delenv("AWS_SESSION_TOKEN", raising=False)
        server = S3Server()
        server.start()
        yield server
        server.stop()


@pytest.fixture(params=["folder", "s3"])
def blob_url(request: pytest.FixtureRequest) -> str | None:
    if request.param == "folder":
        return None
    server: S3Server = request.getfixturevalue("s3_server")
    return server.url(server.create_bucket())


@pytest.fixture
def blobs(blob_url: str | None, tmp_path: Path) -> Iterator[Blobs]:
    opened = open_blobs(blob_url, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    mount_point = tmp_path / "small"
    mount_point.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount_point)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here: run as root")
    yield mount_point
    subprocess.run(["umount", "--lazy", str(mount_point)], check=True)
