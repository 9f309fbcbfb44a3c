"""PostgreSQL: the database that several machines share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import quote

import psycopg
from psycopg import Connection, IsolationLevel, conninfo, errors
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from serve_app.store.database import Dialect, Row, Transaction, Value, check_values, render
from serve_app.store.errors import StorageFull, StoreError, StoreUnavailable

MAX_CONNECTIONS = 10  # of one process
WAIT_S = 10.0  # for a connection of the pool
SCHEMA_LOCK = 5_246_117_093_817  # any number, as long as every version of ours takes the same
CONNECT: dict[str, str | int] = {
    "connect_timeout": 5,  # seconds
    "tcp_user_timeout": 15_000,  # milliseconds without an answer until a peer counts as gone
    "keepalives_idle": 30,  # seconds
    "application_name": "phonex",
}
DIALECT = Dialect(
    now="CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)",
    skip_locked="FOR UPDATE SKIP LOCKED",
    json_each="json_each_text",
    serial="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
)


@lru_cache(maxsize=256)
def to_psycopg(sql: str) -> str:
    """Our statement in PostgreSQL's words, with psycopg's form of named values."""
    return re.sub(r":([a-z_]+)", r"%(\1)s", render(sql, DIALECT).replace("%", "%%"))


class PostgresTransaction:
    def __init__(self, connection: Connection[DictRow]) -> None:
        self._connection = connection

    def execute(self, sql: str, **values: Value) -> list[Row]:
        check_values(values)
        cursor = self._connection.execute(to_psycopg(sql), values)
        return cursor.fetchall() if cursor.description else []


class PostgresDatabase:
    dialect = DIALECT

    def __init__(self, url: str) -> None:
        parts = _parse(url)
        self._name = f"PostgreSQL at {parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
        self._secrets = _secrets(parts)
        dsn = conninfo.make_conninfo("", **parts)
        with self._named_errors():
            # The pool reports no reason when it cannot connect, so the first attempt is ours.
            psycopg.connect(dsn).close()
            self._pool = ConnectionPool(
                dsn,
                connection_class=Connection[DictRow],
                kwargs={"autocommit": True, "row_factory": dict_row}
                # A prepared `SELECT *` fails for good when a newer release adds a column.
                | {"prepare_threshold": None},
                min_size=1,
                max_size=MAX_CONNECTIONS,
                timeout=WAIT_S,
                # Longer, and its growing pauses would outlast the restart of a server.
                reconnect_timeout=WAIT_S,
                configure=_configure,
                # One round trip, so that no request pays for connections that died idle.
                check=ConnectionPool.check_connection,
                name="phonex",
                open=True,
            )

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with self._named_errors(), self._pool.connection() as connection:
            yield PostgresTransaction(connection)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Transaction]:
        with (
            self._named_errors(),
            self._pool.connection() as connection,
            connection.transaction(),
        ):
            if not durable:
                connection.execute("SET LOCAL synchronous_commit = off")
            yield PostgresTransaction(connection)

    def lock_schema(self, transaction: Transaction) -> None:
        transaction.execute("SET LOCAL statement_timeout = 0")  # a migration may take its time
        transaction.execute("SELECT pg_advisory_xact_lock(:lock)", lock=SCHEMA_LOCK)

    def ping(self) -> None:
        with self.read() as transaction:
            transaction.execute("SELECT version FROM phonex_schema")

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.IntegrityError, psycopg.DataError):
            raise  # a bug of ours, not a state of the server
        except psycopg.Error as error:
            named = self._name_error(error)
            # A traceback shows the cause too: not where it quotes the password.
            raise named from (None if self._redact(str(error)) != str(error) else error)

    def _name_error(self, error: psycopg.Error) -> StoreError:
        if isinstance(error, errors.DiskFull):
            return StorageFull(f"{self._name} has no room left")
        if isinstance(error, PoolClosed):
            return StoreUnavailable(f"the connections to {self._name} were closed")
        if isinstance(error, PoolTimeout):
            return StoreUnavailable(f"{self._name} gave no connection within {WAIT_S:.0f} s")
        reason = self._redact(" ".join(str(error).split()))
        return StoreUnavailable(f"{self._name}: {reason or type(error).__name__}")

    def _redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _parse(url: str) -> dict[str, str | int]:
    try:
        parts = conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        # The reason would quote the URL, and with it the password.
        raise StoreUnavailable(
            "database_url cannot be read: postgresql://user:password@host:port/name, "
            "with special characters of the password percent-encoded"
        ) from None
    return CONNECT | {key: value for key, value in parts.items() if value is not None}


def _secrets(parts: dict[str, str | int]) -> set[str]:
    password = str(parts.get("password", ""))
    return {secret for secret in (password, quote(password, safe="")) if secret}


def _configure(connection: Connection[DictRow]) -> None:
    # Statements of ours count on seeing what others have committed while they waited.
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    connection.execute("SET statement_timeout = '30s'")
    connection.execute("SET idle_in_transaction_session_timeout = '60s'")
