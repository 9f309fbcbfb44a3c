"""Jobs as their clients see them: accepted, looked up, deleted, counted, expired."""

from __future__ import annotations

from typing import get_args

from serve_app.store.database import Database, Row, Transaction, is_storable
from serve_app.store.errors import IdempotencyConflict
from serve_app.store.idempotency import claim_key
from serve_app.store.models import (
    Accepted,
    Deleted,
    Expired,
    Idempotency,
    Job,
    JobCounts,
    JobState,
    NewJob,
)
from serve_app.store.rows import NO_REQUEST, NO_WARNINGS, job_from_row, to_json

STATES: tuple[JobState, ...] = get_args(JobState)
UNFINISHED: tuple[JobState, ...] = ("queued", "processing")
EXPIRE_BATCH = 500  # rows in one transaction, so that a large sweep holds no one up


class JobRecords:
    """The part of `Records` that accepts, finds and forgets jobs."""

    _database: Database

    def accept_job(self, new: NewJob, idempotency: Idempotency | None = None) -> Accepted:
        """Commit a new job, or find the one that an earlier request with this key made."""
        with self._database.write() as transaction:
            if idempotency is not None:
                earlier = claim_key(transaction, new.owner, idempotency, job_id=new.id)
                if isinstance(earlier, Job):
                    return Accepted(earlier, replayed=True)
                if earlier is not None:
                    raise IdempotencyConflict("this Idempotency-Key was used for a voice")
            return Accepted(job_from_row(_insert(transaction, new)), replayed=False)

    def get_job(self, job_id: str, owner: str | None = None) -> Job | None:
        """A job that was not deleted. Without an owner, anybody's."""
        if not is_storable(job_id):
            return None
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT * FROM jobs WHERE id = :id AND deleted_at IS NULL
                AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
                """,
                id=job_id,
                owner=owner,
            )
        return job_from_row(rows[0]) if rows else None

    def delete_job(self, job_id: str, owner: str | None = None) -> Deleted | None:
        """Cancel an unfinished job, delete a finished one; its text is wiped either way.

        None when there is nothing to delete: unknown, cancelled or deleted before.
        """
        if not is_storable(job_id):
            return None
        with self._database.write() as transaction:
            # In this order a job that completes in between is met by the second statement.
            rows = _cancel(transaction, job_id, owner) or _mark_deleted(transaction, job_id, owner)
        if not rows:
            return None
        return Deleted(job_from_row(rows[0]), rows[0]["blob_key"])

    def count_jobs(self, *, ended: bool = False) -> JobCounts:
        """The work that is waiting and running, read from an index of just these rows.

        The ended jobs of a whole retention are many, so they are counted on demand only.
        """
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT state, count(*) AS jobs, sum(cost) AS cost, {now} - min(created_at) AS age
                FROM jobs WHERE finished_at IS NULL GROUP BY state
                """
            )
            if ended:
                rows += transaction.execute(
                    """
                    SELECT state, count(*) AS jobs FROM jobs
                    WHERE finished_at IS NOT NULL AND deleted_at IS NULL GROUP BY state
                    """
                )
        found = {row["state"]: row for row in rows}
        none: Row = {"jobs": 0, "cost": 0.0, "age": 0.0}
        queued, running = found.get("queued", none), found.get("processing", none)
        return JobCounts(
            by_state={
                state: found.get(state, none)["jobs"] for state in (STATES if ended else UNFINISHED)
            },
            queued_cost=queued["cost"],
            running_cost=running["cost"],
            oldest_queued_age_s=max(0.0, queued["age"]),
        )

    def expire(self, older_than_s: float) -> Expired:
        """Forget ended jobs and idempotency keys past their retention."""
        blob_keys: list[str] = []
        jobs = 0
        while True:
            with self._database.write() as transaction:
                rows = _remove_ended(transaction, older_than_s)
            jobs += len(rows)
            blob_keys += [row["blob_key"] for row in rows if row["blob_key"] is not None]
            if len(rows) < EXPIRE_BATCH:
                break
        with self._database.write() as transaction:
            # Keys of jobs went with their jobs; a voice outlives the key it was made with.
            transaction.execute(
                """
                DELETE FROM idempotency_keys
                WHERE voice_id IS NOT NULL AND created_at <= (SELECT {now}) - :older_than_s
                """,
                older_than_s=older_than_s,
            )
        return Expired(jobs, blob_keys)


def _insert(transaction: Transaction, new: NewJob) -> Row:
    (row,) = transaction.execute(
        """
        INSERT INTO jobs
            (id, kind, owner, state, request, cost, pieces_total, request_id, created_at)
        VALUES (:id, :kind, :owner, 'queued', :request, :cost, :pieces_total, :request_id, {now})
        RETURNING *
        """,
        id=new.id,
        kind=new.kind,
        owner=new.owner,
        request=to_json(new.request),
        cost=new.cost,
        pieces_total=new.pieces_total,
        request_id=new.request_id,
    )
    return row


def _cancel(transaction: Transaction, job_id: str, owner: str | None) -> list[Row]:
    return transaction.execute(
        """
        UPDATE jobs SET state = 'cancelled', request = :request, warnings = :warnings,
            finished_at = {now}, lease = NULL, lease_expires_at = NULL
        WHERE id = :id AND finished_at IS NULL
        AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
        RETURNING *
        """,
        id=job_id,
        owner=owner,
        request=NO_REQUEST,
        warnings=NO_WARNINGS,
    )


def _mark_deleted(transaction: Transaction, job_id: str, owner: str | None) -> list[Row]:
    # A failure's detail and a warning may quote the text, so they go with it.
    return transaction.execute(
        """
        UPDATE jobs SET deleted_at = {now}, request = :request, warnings = :warnings,
            failure = NULL, lease = NULL
        WHERE id = :id AND state IN ('completed', 'failed') AND deleted_at IS NULL
        AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
        RETURNING *
        """,
        id=job_id,
        owner=owner,
        request=NO_REQUEST,
        warnings=NO_WARNINGS,
    )


def _remove_ended(transaction: Transaction, older_than_s: float) -> list[Row]:
    # (SELECT {now}) is read once, without which PostgreSQL would not use the index.
    return transaction.execute(
        """
        WITH old AS MATERIALIZED (
            SELECT seq FROM jobs
            WHERE finished_at IS NOT NULL AND finished_at <= (SELECT {now}) - :older_than_s
            ORDER BY finished_at LIMIT :batch {skip_locked}
        )
        DELETE FROM jobs WHERE seq IN (SELECT seq FROM old) RETURNING blob_key
        """,
        older_than_s=older_than_s,
        batch=EXPIRE_BATCH,
    )
