"""What the marks in the audio of jobs spell, and the secret of the deployment that makes them."""

from __future__ import annotations

import secrets

from serve_app.store.database import Database, Transaction

SECRET_BYTES = 32
MOST_LISTED = 100_000  # of one owner's newest jobs


class MarkRecords:
    """The part of `Records` that knows marks."""

    _database: Database

    def keep_secret(self, name: str) -> bytes:
        """The deployment's secret of this name, which the first who asks for it draws."""
        with self._database.write() as transaction:
            transaction.execute(
                "INSERT INTO deployment_secrets VALUES (:name, :value)"
                " ON CONFLICT (name) DO NOTHING",
                name=name,
                value=secrets.token_hex(SECRET_BYTES),
            )
            (row,) = transaction.execute(
                "SELECT value FROM deployment_secrets WHERE name = :name", name=name
            )
        return bytes.fromhex(row["value"])

    def list_marks(self, owner: str) -> list[tuple[int, str]]:
        """What the marks of an owner's jobs spell, and the jobs, the newest first. Deleted jobs
        and those past their retention are not among them."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT payload, job_id FROM jobs JOIN job_marks ON job_id = id
                WHERE owner = :owner ORDER BY seq DESC LIMIT :most
                """,
                owner=owner,
                most=MOST_LISTED,
            )
        return [(int(row["payload"]), row["job_id"]) for row in rows]


def keep_mark(transaction: Transaction, job_id: str, payload: int) -> None:
    transaction.execute("INSERT INTO job_marks VALUES (:id, :payload)", id=job_id, payload=payload)


def forget_mark(transaction: Transaction, job_id: str) -> None:
    """Of a job that was deleted: its audio is nobody's any more."""
    transaction.execute("DELETE FROM job_marks WHERE job_id = :id", id=job_id)
