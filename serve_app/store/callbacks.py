"""Whom a job's end is told, and how far that has come.

A table of its own: older releases leave it alone during a rolling upgrade. A callback is leased for
the time of one attempt, so replicas do not tell the same end at once, and one that died is followed
by another.
"""

from __future__ import annotations

from dataclasses import dataclass

from serve_app.store.database import Database, Transaction
from serve_app.store.reports import JOB_COLUMNS
from serve_app.store.rows import job_from_row
from serve_app.store.values import Job


@dataclass(frozen=True, slots=True)
class Callback:
    """A job's end that is to be told."""

    job: Job
    url: str
    attempts: int  # with the one that this was leased for


@dataclass(frozen=True, slots=True)
class CallbackState:
    """How far telling has come."""

    attempts: int
    delivered_at: float | None  # seconds since the epoch
    given_up: bool
    answer: str | None  # what the last attempt came to


class CallbackRecords:
    """The part of `Records` that knows callbacks."""

    _database: Database

    def lease_callbacks(self, limit: int, lease_s: float) -> list[Callback]:
        """Take callbacks of jobs that have ended, the longest due first."""
        with self._database.write() as transaction:
            leased = transaction.execute(
                """
                UPDATE job_callbacks SET attempts = attempts + 1, due_at = {now} + :lease_s
                WHERE due_at <= {now} AND job_id IN (
                    SELECT job_id FROM job_callbacks JOIN jobs ON id = job_id
                    WHERE finished_at IS NOT NULL AND deleted_at IS NULL
                    AND delivered_at IS NULL AND NOT given_up AND due_at <= {now}
                    ORDER BY due_at LIMIT :limit
                )
                RETURNING job_id, url, attempts
                """,
                limit=limit,
                lease_s=lease_s,
            )
            found = []
            for row in leased:
                (job,) = transaction.execute(
                    f"SELECT {JOB_COLUMNS} FROM jobs WHERE id = :id",  # noqa: S608  a constant
                    id=row["job_id"],
                )
                found.append(Callback(job_from_row(job), row["url"], row["attempts"]))
        return found

    def settle_callback(self, job_id: str, answer: str) -> None:
        """It was told."""
        with self._database.write() as transaction:
            transaction.execute(
                "UPDATE job_callbacks SET delivered_at = {now}, answer = :answer"
                " WHERE job_id = :id",
                id=job_id,
                answer=answer,
            )

    def put_off_callback(self, job_id: str, answer: str, retry_in_s: float | None) -> None:
        """It was not told, and is tried again; or, with None, no more."""
        with self._database.write() as transaction:
            transaction.execute(
                "UPDATE job_callbacks SET answer = :answer, given_up = :given_up,"
                " due_at = {now} + :retry_in_s WHERE job_id = :id",
                id=job_id,
                answer=answer,
                given_up=retry_in_s is None,
                retry_in_s=retry_in_s or 0.0,
            )

    def get_callback(self, job_id: str) -> CallbackState | None:
        """How far telling a job's end has come; None where nobody is told."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                "SELECT attempts, delivered_at, given_up, answer FROM job_callbacks"
                " WHERE job_id = :id",
                id=job_id,
            )
        if not rows:
            return None
        row = rows[0]
        return CallbackState(
            row["attempts"], row["delivered_at"], bool(row["given_up"]), row["answer"]
        )


def keep_callback(transaction: Transaction, job_id: str, url: str) -> None:
    transaction.execute(
        "INSERT INTO job_callbacks (job_id, url) VALUES (:id, :url)", id=job_id, url=url
    )


def forget_callback(transaction: Transaction, job_id: str) -> None:
    """Of a job that was deleted: whoever deleted it knows."""
    transaction.execute("DELETE FROM job_callbacks WHERE job_id = :id", id=job_id)
