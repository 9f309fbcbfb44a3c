"""Batches: kept whole before their client is answered, fed to the jobs item by item.

A feeder holds a batch by a lease, so that not every replica looks at all of them. What keeps an
item from being made twice is no lease: it becomes a job in the job's own transaction, once.
"""

from __future__ import annotations

import json

from serve_app.store.batch_keys import claim_key, find_replay
from serve_app.store.batch_statements import insert_batch, is_ended, read_batch, read_items
from serve_app.store.batch_values import (
    Batch,
    BatchItem,
    BatchState,
    NewBatch,
    OpenBatch,
    Place,
    WaitingItem,
)
from serve_app.store.database import Database, Row, Transaction, is_storable
from serve_app.store.errors import TooManyBatches
from serve_app.store.rows import NO_REQUEST, failure_to_json, keys_to_json
from serve_app.store.values import Failure, Idempotency


class BatchRecords:
    """The part of `Records` that keeps batches."""

    _database: Database

    def accept_batch(
        self, new: NewBatch, idempotency: Idempotency | None = None, most_open: int = 0
    ) -> Batch:
        """Commit a batch, or find the one that an earlier request with this key made.

        Args:
            most_open: unfinished batches its owner may have; 0: no limit.
        Raises:
            TooManyBatches: it has as many.
            IdempotencyConflict: the key stands for another request.
        """
        with self._database.write() as transaction:
            if idempotency is not None:
                earlier = claim_key(transaction, new, idempotency)
                if earlier is not None:
                    return earlier
            _check_room(transaction, new.owner, most_open)
            return read_batch(transaction, insert_batch(transaction, new))

    def check_batches(self, owner: str, most_open: int) -> None:
        """Raise TooManyBatches where another batch of this owner would be refused now."""
        with self._database.read() as transaction:
            _check_room(transaction, owner, most_open)

    def find_batch_replay(self, owner: str, idempotency: Idempotency) -> Batch | None:
        """What an earlier request with this key made; a deleted batch is still found.

        Raises:
            IdempotencyConflict: the key stands for another request.
        """
        with self._database.read() as transaction:
            return find_replay(transaction, owner, idempotency)

    def get_batch(self, batch_id: str, owner: str) -> Batch | None:
        """A batch that was not deleted."""
        if not is_storable(batch_id):
            return None
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT * FROM batches
                WHERE id = :id AND owner = :owner AND deleted_at IS NULL
                """,
                id=batch_id,
                owner=owner,
            )
            return read_batch(transaction, rows[0]) if rows else None

    def list_batch_items(self, batch_id: str, start: int, limit: int) -> list[BatchItem]:
        """Items in their order, from position `start` on, with how their jobs stand."""
        with self._database.read() as transaction:
            return read_items(transaction, batch_id, start, limit)

    def delete_batch(self, batch_id: str, owner: str) -> BatchState | None:
        """Feed no more of a batch and show it no more.

        Its jobs are `batch_leftovers` from now on, until they are deleted, too.

        Returns: how it stood; None where there is none to delete.
        """
        if not is_storable(batch_id):
            return None
        with self._database.write() as transaction:
            before = transaction.execute("SELECT ended_at FROM batches WHERE id = :id", id=batch_id)
            rows = transaction.execute(
                """
                UPDATE batches SET deleted_at = {now}, ended_at = NULL, title = ''
                WHERE id = :id AND owner = :owner AND deleted_at IS NULL RETURNING id
                """,
                id=batch_id,
                owner=owner,
            )
            if rows:
                # A title may quote the text, and a problem does.
                transaction.execute(
                    """
                    UPDATE batch_items SET title = '', client_id = '', request = :request,
                        state = CASE state WHEN 'fed' THEN 'fed' ELSE 'cancelled' END,
                        problem = NULL
                    WHERE batch_id = :id
                    """,
                    id=batch_id,
                    request=NO_REQUEST,
                )
        if not rows:
            return None
        return "processing" if before[0]["ended_at"] is None else "ended"

    def batch_leftovers(self, batch_id: str) -> list[str]:
        """Ids of those of a batch's jobs that are neither cancelled nor deleted."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT job.id FROM batch_items AS item JOIN jobs AS job ON job.id = item.job_id
                WHERE item.batch_id = :id AND job.deleted_at IS NULL AND job.state <> 'cancelled'
                ORDER BY item.position
                """,
                id=batch_id,
            )
        return [row["id"] for row in rows]

    def open_batches(self, feeder: str, lease_s: float) -> list[OpenBatch]:
        """Batches that have not ended and are not another feeder's, the oldest first."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT id, owner, request_id, deleted_at,
                    feeder = :feeder AND feeder_until > {now} + :half_s AS held,
                    (
                        SELECT count(*) FROM batch_items AS item
                        WHERE item.batch_id = batches.id AND item.state = 'waiting'
                    ) AS waiting,
                    (
                        SELECT count(*) FROM batch_items AS item
                        JOIN jobs AS job ON job.id = item.job_id
                        WHERE item.batch_id = batches.id AND job.finished_at IS NULL
                    ) AS unfinished,
                    (
                        SELECT coalesce(sum(job.pieces_done), 0) FROM batch_items AS item
                        JOIN jobs AS job ON job.id = item.job_id
                        WHERE item.batch_id = batches.id AND job.finished_at IS NULL
                    ) AS pieces
                FROM batches WHERE ended_at IS NULL
                AND (feeder IS NULL OR feeder = :feeder OR feeder_until <= {now})
                ORDER BY seq
                """,
                feeder=feeder,
                half_s=lease_s / 2,
            )
        return [_open_from_row(row) for row in rows]

    def hold_batches(self, feeder: str, batch_ids: list[str], lease_s: float) -> set[str]:
        """Lease batches to a feeder, or prolong its leases; those that it has now."""
        with self._database.write(durable=False) as transaction:
            rows = transaction.execute(
                """
                UPDATE batches SET feeder = :feeder, feeder_until = {now} + :lease_s
                WHERE id IN (SELECT key FROM {json_each}(:ids)) AND ended_at IS NULL
                AND (feeder IS NULL OR feeder = :feeder OR feeder_until <= {now})
                RETURNING id
                """,
                ids=keys_to_json(batch_ids),
                feeder=feeder,
                lease_s=lease_s,
            )
        return {row["id"] for row in rows}

    def release_batches(self, feeder: str) -> None:
        """Give back all that a feeder holds: another goes on at once."""
        with self._database.write() as transaction:
            transaction.execute(
                "UPDATE batches SET feeder = NULL, feeder_until = NULL WHERE feeder = :feeder",
                feeder=feeder,
            )

    def next_item(self, batch_id: str) -> WaitingItem | None:
        """The first item that waits; None where none does."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT position, kind, chars, request FROM batch_items
                WHERE batch_id = :id AND state = 'waiting' ORDER BY position LIMIT 1
                """,
                id=batch_id,
            )
        if not rows:
            return None
        row = rows[0]
        place = Place(batch_id, row["position"])
        return WaitingItem(place, row["kind"], row["chars"], json.loads(row["request"]))

    def refuse_item(self, place: Place, problem: Failure) -> None:
        """Write that a waiting item cannot become a job, and why."""
        with self._database.write() as transaction:
            transaction.execute(
                """
                UPDATE batch_items SET state = 'refused', problem = :problem, request = :request
                WHERE batch_id = :batch_id AND position = :position AND state = 'waiting'
                """,
                problem=failure_to_json(problem),
                request=NO_REQUEST,
                batch_id=place.batch_id,
                position=place.position,
            )

    def end_batches(self, batch_ids: list[str]) -> list[Batch]:
        """Stamp those of these batches that have ended: from now on their retention runs.

        Returns: of the stamped ones those that came to their end, not those that were deleted.
        """
        with self._database.write() as transaction:
            rows = transaction.execute(
                f"""
                UPDATE batches SET ended_at = {{now}}, feeder = NULL, feeder_until = NULL
                WHERE id IN (SELECT key FROM {{json_each}}(:ids)) AND ended_at IS NULL
                AND {is_ended()} RETURNING *
                """,  # noqa: S608  a constant
                ids=keys_to_json(batch_ids),
            )
            return [read_batch(transaction, row) for row in rows if row["deleted_at"] is None]

    def expire_batches(self, older_than_s: float) -> int:
        """Forget ended batches past their retention, their keys with them; how many."""
        with self._database.write() as transaction:
            rows = transaction.execute(
                """
                DELETE FROM batches WHERE ended_at IS NOT NULL
                AND ended_at <= (SELECT {now}) - :older_than_s RETURNING id
                """,
                older_than_s=older_than_s,
            )
        return len(rows)


def _check_room(transaction: Transaction, owner: str, most_open: int) -> None:
    if not most_open:
        return
    (row,) = transaction.execute(
        """
        SELECT count(*) AS batches FROM batches
        WHERE owner = :owner AND ended_at IS NULL AND deleted_at IS NULL
        """,
        owner=owner,
    )
    if row["batches"] >= most_open:
        raise TooManyBatches(f"{row['batches']} batches of the owner have not ended")


def _open_from_row(row: Row) -> OpenBatch:
    return OpenBatch(
        id=row["id"],
        owner=row["owner"],
        request_id=row["request_id"],
        deleted=row["deleted_at"] is not None,
        held=bool(row["held"]),
        waiting=int(row["waiting"]),
        unfinished=int(row["unfinished"]),
        pieces=int(row["pieces"]),
    )
