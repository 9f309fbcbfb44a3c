from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from serve_app.store.errors import StoreUnavailable
from serve_app.store.opening import open_records
from serve_app.store.records import Records
from serve_app.store.sqlite import check_version
from tests.serve_app.store.samples import found, new_job

SECRET = "a text nobody else shall read"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "data"


@pytest.fixture
def records(data_dir: Path) -> Iterator[Records]:
    with open_records(None, data_dir) as opened:
        yield opened


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_private_whatever_the_umask(data_dir: Path) -> None:
    umask = os.umask(0)
    try:
        with open_records(None, data_dir) as records:
            records.accept_job(new_job())
            assert mode(data_dir) == 0o700
            names = {path.name: mode(path) for path in data_dir.iterdir()}
    finally:
        os.umask(umask)
    assert names == dict.fromkeys(["phonex.db", "phonex.db-wal", "phonex.db-shm"], 0o600)


@pytest.mark.parametrize("version", ["3.51.2", "3.46.0", "3.9.99", "2.99.99"])
def test_sqlite_that_can_lose_commits_is_refused(version: str) -> None:
    with pytest.raises(StoreUnavailable, match="pip install -U apsw"):
        check_version(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.51.10", "3.54.1", "4.0.0"])
def test_newer_sqlite_is_taken(version: str) -> None:
    check_version(version)


def test_file_of_another_kind_is_refused(data_dir: Path) -> None:
    data_dir.mkdir(parents=True)
    (data_dir / "phonex.db").write_bytes(b"not a database at all\n" * 100)
    with pytest.raises(StoreUnavailable, match="is not an SQLite database: move it away"):
        open_records(None, data_dir)


def test_damaged_file_is_named(data_dir: Path) -> None:
    with open_records(None, data_dir) as records:
        for _ in range(50):
            records.accept_job(new_job())
    path = data_dir / "phonex.db"
    pages = bytearray(path.read_bytes())
    pages[4096:] = os.urandom(len(pages) - 4096)  # all but the first page
    path.write_bytes(pages)

    with pytest.raises(StoreUnavailable, match="is damaged: restore a backup"):
        open_records(None, data_dir)


def test_data_dir_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="change data_dir"):
        open_records(None, tmp_path / "file" / "data")


def test_read_only_file_system_is_named(small_disk: Path) -> None:
    open_records(None, small_disk).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreUnavailable, match="write access"):
        open_records(None, small_disk)
    with pytest.raises(StoreUnavailable, match="write access"):
        open_records(None, small_disk / "new")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything: run as another user")
def test_read_only_file_is_named(data_dir: Path) -> None:
    open_records(None, data_dir).close()
    (data_dir / "phonex.db").chmod(0o400)
    with pytest.raises(StoreUnavailable, match="write access"):
        open_records(None, data_dir)


def test_deleted_database_takes_no_more_work(records: Records, data_dir: Path) -> None:
    records.accept_job(new_job())
    (data_dir / "phonex.db").unlink()
    for use in (records.ping, lambda: records.accept_job(new_job())):
        with pytest.raises(StoreUnavailable, match="was moved, deleted or replaced"):
            use()


def test_locked_database_is_named(
    records: Records, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = apsw.Connection(str(data_dir / "phonex.db"))
    other.execute("BEGIN IMMEDIATE")
    writer = records._database._writer  # type: ignore[attr-defined]
    writer.set_busy_timeout(50)

    with pytest.raises(StoreUnavailable, match="stayed locked"):
        records.accept_job(new_job())
    assert records.count_jobs().by_state["queued"] == 0  # readers go on

    other.execute("ROLLBACK")
    other.close()
    records.accept_job(new_job())


def test_wiped_text_is_not_left_in_the_file(data_dir: Path) -> None:
    with open_records(None, data_dir) as records:
        job = records.accept_job(new_job(text=SECRET * 500)).job
        records.accept_job(new_job())
    assert SECRET.encode() in (data_dir / "phonex.db").read_bytes()

    with open_records(None, data_dir) as records:
        records.delete_job(job.id)

    for path in data_dir.iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_failed_transaction_leaves_nothing(records: Records) -> None:
    new = new_job()
    records.accept_job(new)
    with pytest.raises(apsw.ConstraintError):
        records.accept_job(new)
    assert records.count_jobs().by_state["queued"] == 1
    records.accept_job(new_job())


def test_readers_do_not_wait_for_a_writer(records: Records) -> None:
    job = records.accept_job(new_job()).job
    inside, leave = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with records._database.write() as transaction:
            transaction.execute("UPDATE jobs SET cost = 99")
            inside.set()
            assert leave.wait(10)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_slowly)
        assert inside.wait(10)
        assert found(records, job.id).cost == job.cost
        leave.set()
        writing.result()
    assert found(records, job.id).cost == 99


def test_closed_records_say_so(data_dir: Path) -> None:
    records = open_records(None, data_dir)
    records.close()
    for use in (records.ping, records.count_jobs, lambda: records.accept_job(new_job())):
        with pytest.raises(StoreUnavailable, match="was closed"):
            use()
    assert sorted(path.name for path in data_dir.iterdir()) == ["phonex.db"]
