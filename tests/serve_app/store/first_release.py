"""What the first release says to the database, word for word, as a rolling upgrade meets it."""

from __future__ import annotations

import uuid

from serve_app.store.database import Row, Transaction

KNOWN_STEPS = 3


def start(transaction: Transaction) -> None:
    """What it asks of the schema when it starts; it takes no step where none is missing."""
    transaction.execute("CREATE TABLE IF NOT EXISTS phonex_schema (version INTEGER NOT NULL)")
    rows = transaction.execute("SELECT version FROM phonex_schema")
    assert int(rows[0]["version"]) == KNOWN_STEPS, "it refuses the database, or changes it"


def accept(transaction: Transaction) -> Row:
    (row,) = transaction.execute(
        """
        INSERT INTO jobs
            (id, kind, owner, state, request, cost, pieces_total, request_id, created_at)
        VALUES (:id, :kind, :owner, 'queued', :request, :cost, :pieces_total, :request_id, {now})
        RETURNING *
        """,
        id=str(uuid.uuid4()),
        kind="tts",
        owner="",
        request="{}",
        cost=2.5,
        pieces_total=3,
        request_id="request-1",
    )
    return row


def find(transaction: Transaction, job_id: str) -> Row:
    (row,) = transaction.execute(
        """
        SELECT * FROM jobs WHERE id = :id AND deleted_at IS NULL
        AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
        """,
        id=job_id,
        owner=None,
    )
    return row


def lease(transaction: Transaction, token: str) -> list[Row]:
    return transaction.execute(
        """
        WITH free AS MATERIALIZED (
            SELECT seq FROM jobs
            WHERE finished_at IS NULL AND (
                state = 'queued'
                OR (lease_expires_at <= {now} AND attempts < :max_attempts)
            )
            ORDER BY seq LIMIT :limit {skip_locked}
        )
        UPDATE jobs SET
            recoveries = recoveries + CASE state WHEN 'processing' THEN 1 ELSE 0 END,
            state = 'processing', attempts = attempts + 1, pieces_done = 0,
            runner = :runner, lease = :lease, lease_expires_at = {now} + :lease_s,
            started_at = COALESCE(started_at, {now})
        WHERE seq IN (SELECT seq FROM free)
        RETURNING *
        """,
        runner="old",
        lease=token,
        lease_s=60.0,
        limit=8,
        max_attempts=3,
    )


def fail(transaction: Transaction, job_id: str, token: str) -> list[Row]:
    return transaction.execute(
        """
        UPDATE jobs SET state = 'failed', failure = :failure, finished_at = {now},
            lease_expires_at = NULL
        WHERE id = :id AND lease = :lease AND state = 'processing' RETURNING *
        """,
        id=job_id,
        lease=token,
        failure='{"type":"t","title":"t","detail":"d"}',
    )


def expire(transaction: Transaction) -> list[Row]:
    return transaction.execute(
        """
        WITH old AS MATERIALIZED (
            SELECT seq FROM jobs
            WHERE finished_at IS NOT NULL AND finished_at <= (SELECT {now}) - :older_than_s
            ORDER BY finished_at LIMIT :batch {skip_locked}
        )
        DELETE FROM jobs WHERE seq IN (SELECT seq FROM old) RETURNING blob_key
        """,
        older_than_s=-1.0,
        batch=500,
    )
