"""Two releases on one database: neither stops the other, and neither loses the other's jobs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from serve_app.store.errors import StoreUnavailable
from serve_app.store.migrations import MIGRATIONS, NEEDED, migrate
from serve_app.store.opening import open_database
from serve_app.store.postgres import PostgresDatabase
from serve_app.store.records import Records
from serve_app.store.values import FIRST_VERSION, VERSION_KEY, NewJob
from tests.serve_app.store import first_release
from tests.serve_app.store.samples import Location, found, new_job

NEWER = FIRST_VERSION + 1
# More often than psycopg runs a statement before it prepares it.
OFTEN = 12


def newer_job() -> NewJob:
    job = new_job()
    return replace(job, request={**job.request, "whispered": True, VERSION_KEY: NEWER})


def lease(records: Records, known_version: int = FIRST_VERSION) -> list[str]:
    return [job.id for job in records.lease_jobs("runner", 8, 60.0, 3, known_version)]


def test_a_runner_leaves_jobs_of_a_newer_version_to_others_untouched(records: Records) -> None:
    newer, plain = records.accept_job(newer_job()).job, records.accept_job(new_job()).job
    assert lease(records) == [plain.id]
    assert lease(records) == []
    assert found(records, newer.id) == newer
    assert lease(records, known_version=NEWER) == [newer.id]


def test_a_newer_job_whose_runner_died_waits_for_another_that_knows_it(records: Records) -> None:
    job = records.accept_job(newer_job()).job
    assert records.lease_jobs("dead", 8, -1.0, 3, NEWER)
    assert lease(records) == []
    assert records.give_up_jobs(3) == []
    assert lease(records, known_version=NEWER) == [job.id]


def test_the_first_release_goes_on_while_and_after_the_schema_is_brought_up_to_date(
    location: Location,
) -> None:
    database = open_database(location.database_url, location.data_dir)
    if isinstance(database, PostgresDatabase):
        with database._pool.connection() as connection:  # the only one; as it was then
            connection.prepare_threshold = 5
    migrate(database, MIGRATIONS[: first_release.KNOWN_STEPS])

    def serve(token: str) -> None:
        """A job's whole life, as the first release leads it."""
        with database.write() as transaction:
            job_id = first_release.accept(transaction)["id"]
            assert [row["id"] for row in first_release.lease(transaction, token)] == [job_id]
            assert first_release.find(transaction, job_id)["state"] == "processing"
            assert first_release.fail(transaction, job_id, token)
            assert first_release.expire(transaction)

    for number in range(OFTEN):
        serve(f"before-{number}")
    with location.open() as newer:  # migrates
        for number in range(OFTEN):
            serve(f"after-{number}")
        newer.accept_job(newer_job())
        with database.write() as transaction:
            first_release.start(transaction)
    database.close()


def test_what_the_first_release_accepts_is_run_by_this_one(location: Location) -> None:
    with location.open() as records:
        with records._database.write() as transaction:
            job_id = first_release.accept(transaction)["id"]
        assert lease(records) == [job_id]


def test_the_first_release_forgets_a_newer_job_whole(location: Location) -> None:
    with location.open() as records:
        records.accept_job(newer_job())
        (job,) = records.lease_jobs("runner", 1, 60.0, 3, NEWER)
        with records._database.write() as transaction:
            first_release.fail(transaction, job.id, job.lease or "")
            first_release.expire(transaction)
            assert transaction.execute("SELECT * FROM job_versions") == []


def test_a_release_works_on_steps_that_it_does_not_know_and_does_not_need(
    location: Location,
) -> None:
    later = [*MIGRATIONS, ("CREATE TABLE moods (job_id TEXT)",)]
    with location.open() as records:
        migrate(records._database, later)
        with location.open() as again:
            job = again.accept_job(new_job()).job
        migrate(records._database, later)  # taken once
        assert lease(records) == [job.id]


def test_a_step_that_older_releases_cannot_live_with_stops_them(location: Location) -> None:
    later = [*MIGRATIONS, ("ALTER TABLE jobs RENAME COLUMN cost TO price",)]
    with location.open() as records:
        migrate(records._database, later, needed=len(later))
        with pytest.raises(StoreUnavailable, match="upgrade Phonex"):
            location.open()


def test_this_release_needs_no_more_steps_than_it_has() -> None:
    assert len(MIGRATIONS) >= NEEDED


def test_a_column_that_a_later_release_adds_does_not_stop_this_one(location: Location) -> None:
    with location.open() as records, location.open() as later:
        job = records.accept_job(new_job()).job
        for _ in range(OFTEN):
            found(records, job.id)
        migrate(later._database, [*MIGRATIONS, ("ALTER TABLE jobs ADD COLUMN mood TEXT",)])
        for _ in range(OFTEN):
            assert found(records, job.id) == job
