"""A database that came from elsewhere: whether it is one of ours, and nothing but that.

SQLite runs what a file's schema says: a view that never ends, a trigger that changes what is
written later. Ours has tables and indexes alone, so anything else is refused before it is asked.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw

from serve_app.store.records import Records
from serve_app.store.sqlite import SqliteDatabase

CAREFUL = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON"
# Views, triggers and virtual tables have no page of their own.
ODD = """
SELECT name FROM sqlite_schema
WHERE type NOT IN ('table', 'index') OR coalesce(rootpage, 0) < 1 LIMIT 1
"""
COLUMNS = """
SELECT one.name, field.name, field.type
FROM sqlite_schema AS one JOIN pragma_table_info(one.name) AS field
WHERE one.type = 'table'
"""


def fault_of(path: Path, beside: Path) -> str | None:
    """What is wrong with a database, which is brought up to date; None where nothing is.

    Args:
        beside: a file that is not there yet, for a new database to compare it with.
    Raises:
        StoreError: it is of a newer release, or there is no room.
    """
    try:
        with closing(apsw.Connection(str(path))) as connection:
            connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
            connection.execute(CAREFUL)
            for (name,) in connection.execute(ODD):
                return f"they have {str(name)[:80]!r}, which no records have"
            ((verdict,),) = connection.execute("PRAGMA integrity_check(1)")
        if verdict != "ok":
            return f"they are damaged: {str(verdict)[:200]!r}"
        Records(SqliteDatabase(path)).close()
    except (apsw.Error, ValueError) as error:
        return f"they cannot be read: {str(error)[:200]!r}"
    Records(SqliteDatabase(beside)).close()
    missing = sorted(_columns(beside) - _columns(path))
    return f"they lack {missing[0][0]}.{missing[0][1]}" if missing else None


def _columns(path: Path) -> set[tuple[str, str, str]]:
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
        return {(str(a), str(b), str(c)) for a, b, c in connection.execute(COLUMNS)}
