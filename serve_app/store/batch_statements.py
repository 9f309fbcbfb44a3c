"""The statements by which the items of batches become jobs, and are read with them."""

from __future__ import annotations

import json

from serve_app.store.batch_values import Batch, BatchItem, NewBatch, NewItem, Place
from serve_app.store.database import Row, Transaction
from serve_app.store.errors import ItemTaken
from serve_app.store.rows import NO_REQUEST, failure_to_json, to_json
from serve_app.store.values import AudioFile, Failure

# An item and its job, which may be forgotten or deleted by now.
JOINED = "batch_items AS item LEFT JOIN jobs AS job ON job.id = item.job_id"
STATE = """
    CASE WHEN item.state <> 'fed' THEN item.state
    WHEN job.id IS NULL OR job.deleted_at IS NOT NULL THEN 'deleted' ELSE job.state END
"""
# Of an item's characters: 0 while it waits, 1 once nothing more will come of it.
DONE = """
    CASE WHEN item.state = 'waiting' THEN 0.0
    WHEN item.state <> 'fed' OR job.id IS NULL OR job.finished_at IS NOT NULL THEN 1.0
    ELSE 1.0 * job.pieces_done / job.pieces_total END
"""


def insert_batch(transaction: Transaction, new: NewBatch) -> Row:
    (row,) = transaction.execute(
        """
        INSERT INTO batches (id, owner, title, request_id, items, created_at)
        VALUES (:id, :owner, :title, :request_id, :items, {now}) RETURNING *
        """,
        id=new.id,
        owner=new.owner,
        title=new.title,
        request_id=new.request_id,
        items=len(new.items),
    )
    for position, item in enumerate(new.items):
        _insert_item(transaction, new.id, position, item)
    return row


def _insert_item(transaction: Transaction, batch_id: str, position: int, item: NewItem) -> None:
    refused = item.problem is not None
    transaction.execute(
        """
        INSERT INTO batch_items
            (batch_id, position, state, kind, chars, client_id, title, problem, request)
        VALUES (:batch_id, :position, :state, :kind, :chars, :client_id, :title, :problem, :request)
        """,
        batch_id=batch_id,
        position=position,
        state="refused" if refused else "waiting",
        kind=item.kind,
        chars=item.chars,
        client_id=item.client_id,
        title=item.title,
        problem=failure_to_json(item.problem) if item.problem else None,
        request=NO_REQUEST if refused else to_json(item.request),
    )


def take_item(transaction: Transaction, place: Place, job_id: str) -> None:
    """Make a waiting item the job that this transaction adds. Its request goes: the job has it.

    Raises:
        ItemTaken: it waits no more, by another feeder or a deletion; nothing was changed.
    """
    taken = transaction.execute(
        """
        UPDATE batch_items SET state = 'fed', job_id = :job_id, request = :request
        WHERE batch_id = :batch_id AND position = :position AND state = 'waiting'
        RETURNING position
        """,
        job_id=job_id,
        request=NO_REQUEST,
        batch_id=place.batch_id,
        position=place.position,
    )
    if not taken:
        raise ItemTaken(f"item {place.position} of batch {place.batch_id} waits no more")


def read_batch(transaction: Transaction, row: Row) -> Batch:
    """A batch with how its items stand."""
    counted = transaction.execute(
        f"""
        SELECT {STATE} AS state, count(*) AS items, sum(item.chars * {DONE}) AS done,
            sum(item.chars) AS chars
        FROM {JOINED} WHERE item.batch_id = :id GROUP BY 1
        """,  # noqa: S608  constants
        id=row["id"],
    )
    chars = sum(int(one["chars"]) for one in counted)
    done = sum(float(one["done"]) for one in counted)
    return Batch(
        id=row["id"],
        owner=row["owner"],
        title=row["title"],
        request_id=row["request_id"],
        items=row["items"],
        created_at=row["created_at"],
        deleted_at=row["deleted_at"],
        counts={one["state"]: int(one["items"]) for one in counted},
        progress=done / chars if chars else 1.0,
    )


def read_items(transaction: Transaction, batch_id: str, start: int, limit: int) -> list[BatchItem]:
    rows = transaction.execute(
        f"""
        SELECT item.position, {STATE} AS state, item.kind, item.client_id, item.title, item.job_id,
            item.problem, job.failure, job.pieces_done, job.pieces_total, job.audio, job.warnings
        FROM {JOINED} WHERE item.batch_id = :id AND item.position >= :start
        ORDER BY item.position LIMIT :limit
        """,  # noqa: S608  constants
        id=batch_id,
        start=start,
        limit=limit,
    )
    return [_item_from_row(row) for row in rows]


def _item_from_row(row: Row) -> BatchItem:
    problem = row["problem"] or row["failure"]
    completed = row["state"] == "completed"
    return BatchItem(
        position=row["position"],
        state=row["state"],
        kind=row["kind"],
        client_id=row["client_id"],
        title=row["title"],
        job_id=row["job_id"],
        problem=Failure(**json.loads(problem)) if problem else None,
        pieces_done=row["pieces_done"] or 0,
        pieces_total=row["pieces_total"] or 0,
        audio=AudioFile(**json.loads(row["audio"])) if completed else None,
        warnings=tuple(json.loads(row["warnings"] or "[]")),
    )


def is_ended() -> str:
    """Of a batch, as a condition: nothing waits and nothing runs."""
    return """
        NOT EXISTS (
            SELECT 1 FROM batch_items AS item
            WHERE item.batch_id = batches.id AND item.state = 'waiting'
        ) AND NOT EXISTS (
            SELECT 1 FROM batch_items AS item JOIN jobs AS job ON job.id = item.job_id
            WHERE item.batch_id = batches.id
            AND (job.finished_at IS NULL
                OR (batches.deleted_at IS NOT NULL AND job.state IN ('completed', 'failed')
                    AND job.deleted_at IS NULL))
        )
    """
