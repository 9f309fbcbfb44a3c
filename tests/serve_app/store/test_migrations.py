from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from serve_app.store.errors import StoreUnavailable
from serve_app.store.migrations import MIGRATIONS, migrate
from serve_app.store.opening import open_database
from tests.serve_app.store.samples import Location, found, new_job
from tests.serve_app.store.workers import open_and_accept

CURRENT = len(MIGRATIONS)
NEXT = ("ALTER TABLE jobs ADD COLUMN mood TEXT",)


def test_several_processes_may_start_at_once(location: Location) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(3, mp_context=spawn) as pool:
        starts = [pool.submit(open_and_accept, location) for _ in range(6)]
        ids = {start.result() for start in starts}
    with location.open() as records:
        assert {found(records, job_id).state for job_id in ids} == {"queued"}
        assert len(ids) == 6


def test_several_threads_may_start_at_once(location: Location) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(open_and_accept, [location] * 6))) == 6


def test_newer_schema_is_refused_with_what_to_do(location: Location) -> None:
    with location.open() as records, records._database.write() as transaction:
        transaction.execute("UPDATE phonex_schema SET version = 99")
    with pytest.raises(StoreUnavailable, match=r"schema version 99.* upgrade Phonex"):
        location.open()


def test_step_that_was_added_is_taken_once_and_keeps_what_is_there(location: Location) -> None:
    with location.open() as records:
        job = records.accept_job(new_job()).job
        database = records._database
        for _ in range(2):
            migrate(database, [*MIGRATIONS, NEXT])
        with database.read() as transaction:
            assert transaction.execute("SELECT mood FROM jobs") == [{"mood": None}]
            assert transaction.execute("SELECT version FROM phonex_steps") == [
                {"version": CURRENT + 1}
            ]
        assert found(records, job.id) == job


def test_voice_from_before_consent_was_asked_for_has_none(location: Location) -> None:
    database = open_database(location.database_url, location.data_dir)
    migrate(database, MIGRATIONS[:1])
    with database.write() as transaction:
        transaction.execute(
            """
            INSERT INTO voices (id, owner, name, name_key, engine, engine_version, blob_key,
                quality, speech_seconds, created_at)
            VALUES ('1', '', 'Ada', 'ada', 'embedded', '1', 'voices/1', '{{}}', 9.5, 1.0)
            """
        )
    database.close()
    with location.open() as records:
        voice = records.get_voice("Ada")
        assert voice is not None
        assert (voice.consent, voice.speech_seconds) == (False, 9.5)


def test_step_that_fails_changes_nothing(location: Location) -> None:
    with location.open() as records:
        database = records._database
        with pytest.raises(Exception, match="nonsense"):
            migrate(database, [*MIGRATIONS, (*NEXT, "nonsense")])
        with database.read() as transaction:
            assert transaction.execute("SELECT version FROM phonex_steps") == [{"version": CURRENT}]
        migrate(database, [*MIGRATIONS, NEXT])
