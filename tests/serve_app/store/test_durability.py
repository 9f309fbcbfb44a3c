"""What was committed is there, whatever happens to the process or to its disk."""

from __future__ import annotations

import multiprocessing
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from serve_app.store.errors import StorageFull
from serve_app.store.values import Idempotency, Voice
from tests.serve_app.store.samples import Location, found, new_job
from tests.serve_app.store.workers import accept_forever, fill_up

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from pathlib import Path
from serve_app.store.values import Idempotency
from serve_app.store.opening import open_records
from tests.serve_app.store.samples import new_job

records = open_records(sys.argv[1] or None, Path(sys.argv[2]))
while True:
    new = new_job(text="x" * 2000)
    records.accept_job(new, Idempotency(key=new.id, route="/tts", fingerprint="abc"))
    print(new.id, flush=True)
"""


def test_every_acknowledged_job_survives_kill_9(location: Location) -> None:
    acknowledged: list[str] = []
    for after in (40, 1, 80):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, location.database_url or "", str(location.data_dir)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        acknowledged += [writer.stdout.readline().strip() for _ in range(after)]
        writer.kill()  # in the middle of some later write
        acknowledged += writer.stdout.read().split("\n")[:-1]
        writer.wait()

    assert len(set(acknowledged)) == len(acknowledged) >= 121
    with location.open() as records:
        for job_id in acknowledged:
            assert found(records, job_id).state == "queued"
            key = Idempotency(key=job_id, route="/tts", fingerprint="abc")
            replay = records.find_replay("", key)
            assert replay is not None
            assert not isinstance(replay, Voice)
            assert replay.id == job_id
        assert records.accept_job(new_job()).replayed is False


def test_file_size_limit_is_a_full_disk_and_loses_nothing(tmp_path: Path) -> None:
    location = Location(None, tmp_path)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        accepted = pool.submit(fill_up, location).result()

    assert len(accepted) > 5
    with location.open() as records:
        assert records.count_jobs().by_state["queued"] == len(accepted)
        assert {found(records, job_id).state for job_id in accepted} == {"queued"}


def test_full_disk_loses_nothing(small_disk: Path) -> None:
    location = Location(None, small_disk)
    with location.open() as records:
        filler = small_disk / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 256 * 1024))
        accepted: list[str] = []
        with pytest.raises(StorageFull, match="no room left"):
            accept_forever(records, accepted)
        assert len(accepted) > 1
        assert records.count_jobs().by_state["queued"] == len(accepted)

        filler.unlink()
        accepted.append(records.accept_job(new_job()).job.id)

    with location.open() as records:
        assert {found(records, job_id).state for job_id in accepted} == {"queued"}


def test_no_room_to_open_is_named(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(b"x" * shutil.disk_usage(small_disk).free)
    with pytest.raises(StorageFull):
        Location(None, small_disk).open()


def test_unsynced_renewals_do_not_leave_later_commits_unsynced(tmp_path: Path) -> None:
    """A heartbeat commits without fsync; the acceptance that follows must not."""
    location = Location(None, tmp_path)
    with location.open() as records:
        job = records.accept_job(new_job()).job
        for leased in records.lease_jobs("runner", 1, 60, 3):
            assert leased.lease is not None
            records.renew_leases("runner", {job.id: leased.lease}, 60)
        database = records._database
        with database.read() as reader, database.write() as writer:
            for transaction in (reader, writer):
                assert transaction.execute("PRAGMA synchronous") == [{"synchronous": 2}]  # FULL
        with database.write(durable=False) as writer:
            assert writer.execute("PRAGMA synchronous") == [{"synchronous": 1}]  # NORMAL
