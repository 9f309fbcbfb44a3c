"""What the statements need of a database: transactions, and the few words that differ.

Statements are written once, with `:name` for values and `{word}` for what SQLite and
PostgreSQL spell differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from serve_app.store.errors import InvalidText

Value = str | int | float | None
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dialect:
    now: str  # seconds since the epoch by the database's clock, so that all nodes agree
    skip_locked: str  # lock the selected rows, passing over those another transaction holds
    json_each: str  # (key, value) rows of a JSON object
    serial: str  # the type of a primary key that counts up


@lru_cache(maxsize=256)
def render(sql: str, dialect: Dialect) -> str:
    return sql.format(
        now=dialect.now,
        skip_locked=dialect.skip_locked,
        json_each=dialect.json_each,
        serial=dialect.serial,
    )


def is_storable(text: str) -> bool:
    """PostgreSQL keeps no NUL and neither database keeps a lone surrogate."""
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def check_values(values: Mapping[str, Value]) -> None:
    """Refuse in both databases what one of them could not keep."""
    for name, value in values.items():
        if isinstance(value, str) and not is_storable(value):
            raise InvalidText(f"{name} has a NUL character or a lone surrogate")


class Transaction(Protocol):
    def execute(self, sql: str, **values: Value) -> list[Row]:
        """Run one statement; the rows of a SELECT or of a RETURNING clause."""


class Database(Protocol):
    @property
    def dialect(self) -> Dialect: ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Statements that change nothing, each seeing what is committed."""

    def write(self, *, durable: bool = True) -> AbstractContextManager[Transaction]:
        """One transaction: committed when the block ends, rolled back when it raises.

        A commit that is not durable survives the death of the process and of the database, and
        may be lost with the power: enough for what the next heartbeat writes again.
        """

    def lock_schema(self, transaction: Transaction) -> None:
        """Wait until no other process migrates, and keep it so until the transaction ends."""

    def ping(self) -> None: ...

    def close(self) -> None: ...
