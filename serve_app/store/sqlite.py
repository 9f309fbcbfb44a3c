"""SQLite: one file under the data folder, shared by the processes of one machine.

One connection writes, behind a lock of this process and SQLite's own lock between processes;
readers have connections of their own, and in WAL mode neither waits for the other. An open
database must not be carried through a `fork`: open it in the process that uses it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import apsw

from serve_app.store.database import Dialect, Row, Transaction, Value, check_values, render
from serve_app.store.errors import StorageFull, StoreError, StoreUnavailable
from serve_app.store.files import NO_ROOM, create_private_file, make_private_folder

BUSY_S = 30.0  # a writer waits this long for the others
MIN_VERSION = (3, 51, 3)  # older releases can lose commits when two checkpoints of a WAL race
PRAGMAS = (
    "PRAGMA synchronous = FULL",  # a commit is on the disk before it is acknowledged
    "PRAGMA fullfsync = ON",  # on macOS a plain fsync may leave it in the drive's cache
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # a wiped text is overwritten, not only unlinked
    "PRAGMA journal_size_limit = 67108864",  # bytes the WAL keeps after a burst
)
DIALECT = Dialect(
    now="unixepoch('subsec')",
    skip_locked="",  # BEGIN IMMEDIATE admits one writer at a time
    json_each="json_each",
    serial="INTEGER PRIMARY KEY AUTOINCREMENT",
)


class SqliteTransaction:
    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, **values: Value) -> list[Row]:
        check_values(values)
        return cast(
            list[Row], self._connection.execute(render(sql, DIALECT), values).fetchall()
        )  # rows are made by _as_row


class SqliteDatabase:
    dialect = DIALECT

    def __init__(self, path: Path) -> None:
        check_version(apsw.sqlite_lib_version())
        self._path = path
        self._writing = threading.Lock()
        self._durable = True  # what the writer's `synchronous` is set to
        self._idle_readers: list[apsw.Connection] = []
        self._closed = False
        with self._named_errors():
            make_private_folder(path.parent)
            create_private_file(path)
            self._writer = self._connect()
            self._file_id = _file_id(path)
        with self._named_errors(self._writer):
            self._enter_wal_mode()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        self._refuse_if_closed()
        with self._named_errors():
            try:
                connection = self._idle_readers.pop()
            except IndexError:
                connection = self._connect()
        # After an error the connection is dropped, which closes it.
        with self._named_errors(connection):
            yield SqliteTransaction(connection)
        if self._closed:
            connection.close()
        else:
            self._idle_readers.append(connection)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Transaction]:
        if not self._writing.acquire(timeout=BUSY_S):
            raise StoreUnavailable(f"{self._path} is kept busy by other writers: try again")
        try:
            self._refuse_if_closed()
            with self._named_errors(self._writer):
                self._refuse_if_moved()
                self._set_durable(durable)
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    yield SqliteTransaction(self._writer)
                    self._writer.execute("COMMIT")
                finally:
                    if self._writer.in_transaction:  # some errors roll back by themselves
                        self._writer.execute("ROLLBACK")
        finally:
            self._writing.release()

    def lock_schema(self, transaction: Transaction) -> None:
        """BEGIN IMMEDIATE has done it."""

    def ping(self) -> None:
        with self._named_errors():
            self._refuse_if_moved()
        with self.read() as transaction:
            transaction.execute("SELECT version FROM phonex_schema")

    def close(self) -> None:
        with self._writing:
            self._closed = True
            with self._named_errors(self._writer):
                while self._idle_readers:
                    self._idle_readers.pop().close()
                self._writer.close()

    def _connect(self) -> apsw.Connection:
        connection = apsw.Connection(str(self._path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(int(BUSY_S * 1000))
        connection.set_row_trace(_as_row)
        for pragma in PRAGMAS:
            connection.execute(pragma)
        return connection

    def _enter_wal_mode(self) -> None:
        if self._writer.readonly("main"):
            raise StoreUnavailable(f"{self._path} is read-only: {HINT_WRITABLE}")
        deadline = time.monotonic() + BUSY_S
        while True:
            try:  # the busy timeout does not cover this change
                (row,) = self._writer.execute("PRAGMA journal_mode = WAL").fetchall()
                break
            except apsw.BusyError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        if cast(Row, row)["journal_mode"] != "wal":
            raise StoreUnavailable(
                f"the file system of {self._path} cannot hold a WAL (a network share?): "
                "choose a local data_dir, or PostgreSQL by database_url"
            )

    def _set_durable(self, durable: bool) -> None:
        if durable != self._durable:
            # In WAL mode NORMAL leaves the fsync to the next FULL commit or checkpoint.
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"{self._path} was closed")

    def _refuse_if_moved(self) -> None:
        # Writes to a file without a name succeed, and are gone when the process ends.
        if _file_id(self._path) != self._file_id:
            raise StoreUnavailable(
                f"{self._path} was moved, deleted or replaced while in use: put it back, restart"
            )

    @contextmanager
    def _named_errors(self, connection: apsw.Connection | None = None) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise name_os_error(error, self._path) from error
        except apsw.ConstraintError:
            raise  # a bug of ours, not a state of the database
        except apsw.Error as error:
            raise _name_error(error, self._path, connection) from error


HINT_WRITABLE = "give this user write access to the file and its folder, or change data_dir"
HINTS: dict[type[apsw.Error], str] = {
    apsw.NotADBError: "is not an SQLite database: move it away, or change data_dir",
    apsw.CorruptError: "is damaged: restore a backup, or rescue it with `sqlite3 FILE .recover`",
    apsw.ReadOnlyError: f"is read-only: {HINT_WRITABLE}",
    apsw.PermissionsError: f"may not be written: {HINT_WRITABLE}",
    apsw.CantOpenError: f"cannot be opened: {HINT_WRITABLE}",
    apsw.BusyError: f"stayed locked for {BUSY_S:.0f} s by another process: try again",
}


def check_version(version: str) -> None:
    if tuple(int(part) for part in version.split(".")) < MIN_VERSION:
        minimum = ".".join(map(str, MIN_VERSION))
        raise StoreUnavailable(
            f"SQLite {version} is too old, {minimum} or newer is needed: pip install -U apsw"
        )


def name_os_error(error: OSError, path: Path) -> StoreError:
    if error.errno in NO_ROOM:
        return StorageFull(f"no room left to write {path}")
    return StoreUnavailable(f"{path}: {error.strerror}: {HINT_WRITABLE}")


def _name_error(
    error: apsw.Error, path: Path, connection: apsw.Connection | None
) -> StoreError | apsw.Error:
    if isinstance(error, apsw.FullError):
        return StorageFull(f"no room left to write {path}")
    from_system = isinstance(error, apsw.IOError | apsw.CantOpenError)
    if from_system and connection is not None and connection.system_errno in NO_ROOM:
        return StorageFull(f"no room left to write {path}")
    for kind, hint in HINTS.items():
        if isinstance(error, kind):
            return StoreUnavailable(f"{path} {hint}")
    return StoreUnavailable(f"{path}: {error}")


def _as_row(cursor: apsw.Cursor, values: apsw.SQLiteValues) -> Row:
    return dict(zip((column[0] for column in cursor.get_description()), values, strict=True))


def _file_id(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
