"""The statements by which jobs are written, counted and removed."""

from __future__ import annotations

from serve_app.store.callbacks import keep_callback
from serve_app.store.database import Row, Transaction
from serve_app.store.marks import keep_mark
from serve_app.store.rows import NO_REQUEST, NO_WARNINGS, to_json
from serve_app.store.values import (
    FIRST_VERSION,
    NewJob,
)


def insert(transaction: Transaction, new: NewJob) -> Row:
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
    if new.version > FIRST_VERSION:
        transaction.execute(
            "INSERT INTO job_versions VALUES (:id, :version)", id=new.id, version=new.version
        )
    if new.mark is not None:
        keep_mark(transaction, new.id, new.mark)
    if new.callback_url is not None:
        keep_callback(transaction, new.id, new.callback_url)
    return row


def sum_unfinished(transaction: Transaction, fair_cost: float, owner: str | None) -> list[Row]:
    return transaction.execute(
        """
        SELECT state, kind, owner, count(*) AS jobs, {now} - min(created_at) AS age,
            sum(CASE WHEN remaining > :fair_cost THEN :fair_cost ELSE remaining END) AS cost
        FROM (
            SELECT state, kind, owner, created_at,
                cost * (pieces_total - pieces_done) / pieces_total AS remaining
            FROM jobs WHERE finished_at IS NULL
            AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
        ) AS unfinished
        GROUP BY state, kind, owner
        """,
        fair_cost=min(fair_cost, 1e300),
        owner=owner,
    )


def sum_done(transaction: Transaction, recent_s: float) -> list[Row]:
    """The pieces that were computed, also of jobs that still run or were cancelled. Of a job that
    took longer than `recent_s`, an even share: one long job that ends just now must not look like a
    sudden burst of speed, nor one that still runs like a standstill."""
    return transaction.execute(
        """
        SELECT kind, sum(
            cost * pieces_done / pieces_total
            * CASE WHEN seconds > :recent_s THEN :recent_s / seconds ELSE 1 END
        ) AS cost
        FROM (
            SELECT kind, cost, pieces_done, pieces_total, finished_at - started_at AS seconds
            FROM jobs
            WHERE finished_at > (SELECT {now}) - :recent_s AND started_at IS NOT NULL
            UNION ALL
            SELECT kind, cost, pieces_done, pieces_total, {now} - started_at
            FROM jobs
            WHERE finished_at IS NULL AND started_at IS NOT NULL AND pieces_done > 0
        ) AS work
        GROUP BY kind
        """,
        recent_s=recent_s,
    )


def count_ended(transaction: Transaction, owner: str | None) -> list[Row]:
    return transaction.execute(
        """
        SELECT state, count(*) AS jobs FROM jobs
        WHERE finished_at IS NOT NULL AND deleted_at IS NULL
        AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner) GROUP BY state
        """,
        owner=owner,
    )


def cancel(transaction: Transaction, job_id: str, owner: str | None) -> list[Row]:
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


def mark_deleted(transaction: Transaction, job_id: str, owner: str | None) -> list[Row]:
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


def remove_ended(transaction: Transaction, older_than_s: float, batch: int) -> list[Row]:
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
        batch=batch,
    )
