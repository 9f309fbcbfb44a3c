from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from serve_app.store.database import Row, Transaction, Value
from serve_app.store.errors import StoreUnavailable
from serve_app.store.job_statements import remove_ended
from serve_app.store.opening import open_records
from serve_app.store.postgres import PostgresDatabase, to_psycopg
from tests.serve_app.store.postgres_server import PASSWORD, PostgresServer
from tests.serve_app.store.samples import found, new_job

NOWHERE = Path("/nonexistent")  # PostgreSQL needs no data_dir


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    return postgres_server.create_schema()


def test_restart_of_the_server_is_survived(postgres_server: PostgresServer, url: str) -> None:
    with open_records(url, NOWHERE) as records:
        job = records.accept_job(new_job()).job
        with ThreadPoolExecutor(4) as pool:  # several connections in the pool
            list(pool.map(lambda _: records.ping(), range(8)))

        postgres_server.stop()
        postgres_server.start()

        assert found(records, job.id) == job
        records.accept_job(new_job())


def test_call_without_a_server_fails_and_the_next_one_works(
    postgres_server: PostgresServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve_app.store.postgres.WAIT_S", 0.5)
    with open_records(url, NOWHERE) as records:
        records.accept_job(new_job())
        postgres_server.stop()
        try:
            for use in (records.ping, lambda: records.accept_job(new_job())):
                with pytest.raises(StoreUnavailable, match=r"PostgreSQL at 127\.0\.0\.1"):
                    use()
        finally:
            postgres_server.start()

        deadline = time.monotonic() + 5  # a call that joins a running attempt to connect
        while True:
            try:
                records.ping()
                break
            except StoreUnavailable:
                assert time.monotonic() < deadline
        assert records.count_jobs().by_state["queued"] == 1


def test_transaction_cut_by_a_crash_is_gone_and_named(
    postgres_server: PostgresServer, url: str
) -> None:
    with open_records(url, NOWHERE) as records:

        def crash_halfway() -> None:
            with records._database.write() as transaction:
                transaction.execute("UPDATE phonex_schema SET version = 99")
                postgres_server.stop()
                postgres_server.start()
                transaction.execute("SELECT 1")

        with pytest.raises(StoreUnavailable):
            crash_halfway()
        records.ping()
    open_records(url, NOWHERE).close()  # the version is what it was


def assert_no_password(error: BaseException, *secrets: str) -> None:
    shown = "".join(traceback.format_exception(error))
    for secret in secrets:
        assert secret not in shown
        assert secret not in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:hunter2@127.0.0.1:1/phonex",  # nobody listens
        "postgresql://ann:hunter2@127.0.0.1:port/phonex",
        "postgresql://ann:hunter2@[::1/phonex",
        "postgresql://ann:hunter2%zz@host/phonex",
        "postgresql://ann:x/hunter2@host/phonex",
        "postgresql://ann:hunter2@127.0.0.1:1/phonex?nonsense=hunter2",
        "postgresql://ann@127.0.0.1:1/phonex?password=hunter2",
        "mysql://ann:hunter2@host/phonex",
    ],
)
def test_no_error_shows_the_password(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreUnavailable) as caught:
        open_records(url, NOWHERE)
    assert_no_password(caught.value, "hunter2")
    assert "hunter2" not in caplog.text


def test_wrong_password_and_unknown_database_are_told(
    postgres_server: PostgresServer, url: str
) -> None:
    with pytest.raises(StoreUnavailable, match="password authentication failed") as caught:
        open_records(url.replace("s3cret", "guess"), NOWHERE)
    assert_no_password(caught.value, "guess-p")
    with pytest.raises(StoreUnavailable, match='"nope" does not exist') as caught:
        open_records(postgres_server.url("nope"), NOWHERE)
    assert_no_password(caught.value, PASSWORD, "s3cret")


def test_read_only_server_is_named(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    with open_records(url, NOWHERE) as records:
        records.accept_job(new_job())
    name = url.rpartition("/")[2]
    with postgres_server.connect() as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    with pytest.raises(StoreUnavailable, match="read-only"):
        open_records(url, NOWHERE)


def test_closed_records_say_so(url: str) -> None:
    records = open_records(url, NOWHERE)
    records.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        records.ping()


def test_more_threads_than_connections_wait_their_turn(url: str) -> None:
    with open_records(url, NOWHERE) as records:

        def accept(_: int) -> str:
            return records.accept_job(new_job()).job.id

        with ThreadPoolExecutor(32) as pool:
            assert len(set(pool.map(accept, range(96)))) == 96


def test_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "serve_app.store.postgres", raising=False)
    with pytest.raises(StoreUnavailable, match=r"pip install .*\[postgres\]"):
        open_records("postgresql://host/phonex", NOWHERE)


def test_statements_are_translated() -> None:
    sql = "SELECT {now} FROM t WHERE a = :a_b AND x LIKE '50%'"
    translated = to_psycopg(sql)
    assert translated.endswith("WHERE a = %(a_b)s AND x LIKE '50%%'")
    assert "clock_timestamp()" in translated


class Explaining:
    """A transaction that tells how a statement would be run, and runs nothing."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def execute(self, sql: str, **values: Value) -> list[Row]:
        return self._transaction.execute(f"EXPLAIN {sql}", **values)


def test_sweep_reads_an_index_not_the_table(url: str) -> None:
    """Retention keeps many rows: a sweep that finds nothing must not read them all."""
    with open_records(url, NOWHERE) as records, records._database.write() as transaction:
        transaction.execute("SET LOCAL enable_seqscan = off")  # the table is empty
        plan = "\n".join(
            row["QUERY PLAN"] for row in remove_ended(Explaining(transaction), 10, 500)
        )
    assert re.search(r"Index Cond: .*finished_at <= ", plan), plan


def test_error_that_quotes_the_password_is_redacted(url: str) -> None:
    for quoted in (PASSWORD, "s3cret-p%40ss%2Fword"):
        with open_records(url, NOWHERE) as records:
            database = records._database
            assert isinstance(database, PostgresDatabase)
            with pytest.raises(StoreUnavailable, match=r"\*\*\*") as caught, database.read():
                raise psycopg.OperationalError(f"cannot connect with {quoted}")
        assert_no_password(caught.value, quoted)
