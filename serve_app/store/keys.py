"""API keys and the owners they stand for. Several keys may stand for one owner, one after the
other or side by side, so that a key can be replaced without losing what belongs to it.

Only a digest of a key is kept. Every change bumps a version in the same transaction, so that who
keeps a copy of the keys sees with one small read whether it is still the truth.
"""

from __future__ import annotations

from serve_app.store.database import Database, Row, Transaction, is_storable
from serve_app.store.values import Adopted, ApiKey, KeySnapshot, Owner, OwnerLimits


class KeyRecords:
    """The part of `Records` that keeps API keys and their owners."""

    _database: Database

    def add_key(self, key: ApiKey, limits: OwnerLimits) -> None:
        """Commit a key. Its owner is made if need be; limits that are None stay as they are."""
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO api_owners (name) VALUES (:name) ON CONFLICT (name) DO NOTHING",
                name=key.owner,
            )
            _set_limits(transaction, key.owner, limits)
            transaction.execute(
                """
                INSERT INTO api_keys (id, owner, scope, digest, created_at)
                VALUES (:id, :owner, :scope, :digest, {now})
                """,
                id=key.id,
                owner=key.owner,
                scope=key.scope,
                digest=key.digest,
            )
            _bump_version(transaction)

    def set_limits(self, owner: str, limits: OwnerLimits) -> Owner | None:
        """An owner with its new limits; None where there is no such owner."""
        with self._database.write() as transaction:
            rows = _set_limits(transaction, owner, limits)
        return _owner_from_row(rows[0]) if rows else None

    def list_keys(self) -> list[ApiKey]:
        """All keys ever added, revoked ones too, oldest first."""
        with self._database.read() as transaction:
            rows = transaction.execute("SELECT * FROM api_keys ORDER BY created_at, id")
        return [_key_from_row(row) for row in rows]

    def list_owners(self) -> list[Owner]:
        with self._database.read() as transaction:
            rows = transaction.execute("SELECT * FROM api_owners ORDER BY name")
        return [_owner_from_row(row) for row in rows]

    def revoke_keys(self, id_or_owner: str) -> list[ApiKey]:
        """Revoke the key with this id, or all keys of this owner; those it did revoke."""
        if not is_storable(id_or_owner):
            return []
        with self._database.write() as transaction:
            rows = transaction.execute(
                """
                UPDATE api_keys SET revoked_at = {now}
                WHERE revoked_at IS NULL AND (id = :ref OR owner = :ref) RETURNING *
                """,
                ref=id_or_owner,
            )
            if rows:
                _bump_version(transaction)
        return [_key_from_row(row) for row in rows]

    def read_keys(self, known_version: int | None = None) -> KeySnapshot | None:
        """The keys that are valid; None where nothing has changed since `known_version`."""
        with self._database.read() as transaction:
            # The version first: a change in between is then seen again at the next look.
            (row,) = transaction.execute("SELECT version FROM api_key_version")
            version = int(row["version"])
            if version == known_version:
                return None
            rows = transaction.execute("SELECT * FROM api_keys WHERE revoked_at IS NULL")
        keys = {row["id"]: _key_from_row(row) for row in rows}
        return KeySnapshot(version, keys)

    def adopt(self, owner: str) -> Adopted:
        """Give an owner what was made before there were keys: batches, consents and deletions, too.

        A voice whose name the owner has used already, and an idempotency key likewise, stay
        where they are.
        """
        with self._database.write() as transaction:
            jobs = transaction.execute(
                "UPDATE jobs SET owner = :owner WHERE owner = '' RETURNING id", owner=owner
            )
            voices = transaction.execute(
                """
                UPDATE voices SET owner = :owner WHERE owner = ''
                AND name_key NOT IN (SELECT name_key FROM voices WHERE owner = :owner)
                RETURNING name
                """,
                owner=owner,
            )
            for table in ("batches", "consents", "deleted_voices"):
                transaction.execute(
                    f"UPDATE {table} SET owner = :owner WHERE owner = ''",  # noqa: S608  names of ours
                    owner=owner,
                )
            for table in ("idempotency_keys", "batch_keys"):
                transaction.execute(
                    f"""
                    UPDATE {table} SET owner = :owner WHERE owner = ''
                    AND key NOT IN (SELECT key FROM {table} WHERE owner = :owner)
                    """,  # noqa: S608  names of ours
                    owner=owner,
                )
            left = transaction.execute("SELECT name FROM voices WHERE owner = '' ORDER BY seq")
        return Adopted(len(jobs), len(voices), tuple(row["name"] for row in left))


def _set_limits(transaction: Transaction, owner: str, limits: OwnerLimits) -> list[Row]:
    return transaction.execute(
        """
        UPDATE api_owners SET
            max_unfinished_jobs = COALESCE(CAST(:jobs AS INTEGER), max_unfinished_jobs),
            max_chars_per_minute = COALESCE(CAST(:chars AS INTEGER), max_chars_per_minute)
        WHERE name = :name RETURNING *
        """,
        name=owner,
        jobs=limits.max_unfinished_jobs,
        chars=limits.max_chars_per_minute,
    )


def _bump_version(transaction: Transaction) -> None:
    transaction.execute("UPDATE api_key_version SET version = version + 1")


def _key_from_row(row: Row) -> ApiKey:
    return ApiKey(
        id=row["id"],
        owner=row["owner"],
        scope=row["scope"],
        digest=row["digest"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
    )


def _owner_from_row(row: Row) -> Owner:
    return Owner(row["name"], OwnerLimits(row["max_unfinished_jobs"], row["max_chars_per_minute"]))
