"""One idempotency key, one job or voice, however often and however concurrently it is sent."""

from __future__ import annotations

from serve_app.store.database import Row, Transaction
from serve_app.store.errors import IdempotencyConflict, StoreUnavailable
from serve_app.store.reports import JOB_COLUMNS
from serve_app.store.rows import SELECT_VOICE, job_from_row, voice_from_row
from serve_app.store.values import Idempotency, Job, Voice


def claim_key(
    transaction: Transaction,
    owner: str,
    idempotency: Idempotency,
    *,
    job_id: str | None = None,
    voice_id: str | None = None,
) -> Job | Voice | None:
    """Take the key for a new job or voice; if it was taken before, what it was taken for."""
    # A concurrent claim that has not committed yet makes this INSERT wait for its outcome.
    claimed = transaction.execute(
        """
        INSERT INTO idempotency_keys
            (owner, key, route, fingerprint, job_id, voice_id, created_at)
        VALUES (:owner, :key, :route, :fingerprint, :job_id, :voice_id, {now})
        ON CONFLICT (owner, key) DO NOTHING RETURNING key
        """,
        owner=owner,
        key=idempotency.key,
        route=idempotency.route,
        fingerprint=idempotency.fingerprint,
        job_id=job_id,
        voice_id=voice_id,
    )
    if claimed:
        _refuse_key_of_a_batch(transaction, owner, idempotency)
        return None
    earlier = find_replay(transaction, owner, idempotency)
    if earlier is None:
        raise StoreUnavailable("the idempotency key expired at this very moment: send it again")
    return earlier


def find_replay(
    transaction: Transaction, owner: str, idempotency: Idempotency
) -> Job | Voice | None:
    """What an earlier request with this key made; a deleted job is still found."""
    rows = transaction.execute(
        "SELECT * FROM idempotency_keys WHERE owner = :owner AND key = :key",
        owner=owner,
        key=idempotency.key,
    )
    if not rows:
        _refuse_key_of_a_batch(transaction, owner, idempotency)
        return None
    row = rows[0]
    if (row["route"], row["fingerprint"]) != (idempotency.route, idempotency.fingerprint):
        raise conflict()
    return _named_by(transaction, row)


def conflict() -> IdempotencyConflict:
    return IdempotencyConflict(
        "this Idempotency-Key was used before, for another request: send a new key"
    )


def _refuse_key_of_a_batch(transaction: Transaction, owner: str, idempotency: Idempotency) -> None:
    if transaction.execute(
        "SELECT key FROM batch_keys WHERE owner = :owner AND key = :key",
        owner=owner,
        key=idempotency.key,
    ):
        raise conflict()


def _named_by(transaction: Transaction, row: Row) -> Job | Voice | None:
    if row["job_id"] is not None:
        jobs = transaction.execute(
            f"SELECT {JOB_COLUMNS} FROM jobs WHERE id = :id",  # noqa: S608  a constant
            id=row["job_id"],
        )
        return job_from_row(jobs[0]) if jobs else None
    voices = transaction.execute(SELECT_VOICE + "WHERE voices.id = :id", id=row["voice_id"])
    return voice_from_row(voices[0]) if voices else None
