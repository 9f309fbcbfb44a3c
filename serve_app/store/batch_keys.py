"""One idempotency key, one batch; a key that stands for a job or a voice stands for no batch."""

from __future__ import annotations

from serve_app.store.batch_statements import read_batch
from serve_app.store.batch_values import Batch, NewBatch
from serve_app.store.database import Transaction
from serve_app.store.errors import StoreUnavailable
from serve_app.store.idempotency import conflict
from serve_app.store.values import Idempotency


def claim_key(transaction: Transaction, new: NewBatch, idempotency: Idempotency) -> Batch | None:
    """Take the key for a new batch; if it was taken before, the batch it was taken for."""
    # A concurrent claim that has not committed yet makes this INSERT wait for its outcome.
    claimed = transaction.execute(
        """
        INSERT INTO batch_keys (owner, key, fingerprint, batch_id)
        VALUES (:owner, :key, :fingerprint, :batch_id)
        ON CONFLICT (owner, key) DO NOTHING RETURNING key
        """,
        owner=new.owner,
        key=idempotency.key,
        fingerprint=idempotency.fingerprint,
        batch_id=new.id,
    )
    if claimed:
        _refuse_key_of_another_route(transaction, new.owner, idempotency)
        return None
    earlier = find_replay(transaction, new.owner, idempotency)
    if earlier is None:
        raise StoreUnavailable("the idempotency key expired at this very moment: send it again")
    return earlier


def find_replay(transaction: Transaction, owner: str, idempotency: Idempotency) -> Batch | None:
    rows = transaction.execute(
        """
        SELECT batches.*, batch_keys.fingerprint FROM batch_keys
        JOIN batches ON batches.id = batch_keys.batch_id
        WHERE batch_keys.owner = :owner AND batch_keys.key = :key
        """,
        owner=owner,
        key=idempotency.key,
    )
    if not rows:
        _refuse_key_of_another_route(transaction, owner, idempotency)
        return None
    if rows[0]["fingerprint"] != idempotency.fingerprint:
        raise conflict()
    return read_batch(transaction, rows[0])


def _refuse_key_of_another_route(
    transaction: Transaction, owner: str, idempotency: Idempotency
) -> None:
    if transaction.execute(
        "SELECT key FROM idempotency_keys WHERE owner = :owner AND key = :key",
        owner=owner,
        key=idempotency.key,
    ):
        raise conflict()
