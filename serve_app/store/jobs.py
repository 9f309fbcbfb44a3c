"""Jobs as their clients see them: accepted, looked up, deleted, counted, expired."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

from serve_app.store.database import Database, Row, Transaction, is_storable
from serve_app.store.errors import IdempotencyConflict
from serve_app.store.idempotency import claim_key
from serve_app.store.quotas import charge, check
from serve_app.store.rows import NO_REQUEST, NO_WARNINGS, job_from_row, keys_to_json, to_json
from serve_app.store.values import (
    FIRST_VERSION,
    Accepted,
    Deleted,
    Expired,
    Idempotency,
    Job,
    JobCounts,
    JobKind,
    JobState,
    NewJob,
    Quota,
)

STATES: tuple[JobState, ...] = get_args(JobState)
UNFINISHED: tuple[JobState, ...] = ("queued", "processing")
EXPIRE_BATCH = 500  # rows in one transaction, so that a large sweep holds no one up


class JobRecords:
    """The part of `Records` that accepts, finds and forgets jobs."""

    _database: Database

    def accept_job(
        self, new: NewJob, idempotency: Idempotency | None = None, quota: Quota | None = None
    ) -> Accepted:
        """Commit a new job, or find the one that an earlier request with this key made.

        Raises:
            QuotaExceeded: the job's owner has as much under way as it may.
        """
        with self._database.write() as transaction:
            if idempotency is not None:
                earlier = claim_key(transaction, new.owner, idempotency, job_id=new.id)
                if isinstance(earlier, Job):
                    return Accepted(earlier, replayed=True)
                if earlier is not None:
                    raise IdempotencyConflict("this Idempotency-Key was used for a voice")
            if quota is not None:
                charge(transaction, new.owner, quota)
            return Accepted(job_from_row(_insert(transaction, new)), replayed=False)

    def check_quota(self, owner: str, quota: Quota) -> None:
        """Raise QuotaExceeded where a job of this owner would be refused now."""
        with self._database.read() as transaction:
            check(transaction, owner, quota)

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

    def unfinished_jobs(self, ids: Iterable[str]) -> set[str]:
        """Those of these jobs that have not ended."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT id FROM jobs
                WHERE finished_at IS NULL AND id IN (SELECT key FROM {json_each}(:ids))
                """,
                ids=keys_to_json(ids),
            )
        return {row["id"] for row in rows}

    def count_ahead(self, job_id: str) -> int:
        """Its owner's queued jobs that were accepted earlier: leasing takes them in that order."""
        with self._database.read() as transaction:
            (row,) = transaction.execute(
                """
                SELECT count(*) AS jobs FROM jobs AS other
                JOIN jobs AS one ON one.owner = other.owner AND one.seq > other.seq
                WHERE one.id = :id AND other.finished_at IS NULL AND other.state = 'queued'
                """,
                id=job_id,
            )
        return int(row["jobs"])

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

    def count_jobs(
        self,
        *,
        ended: bool = False,
        recent_s: float = 0.0,
        fair_cost: float = math.inf,
        owner: str | None = None,
    ) -> JobCounts:
        """The work that is waiting and running, read from an index of just these rows.

        Args:
            ended: count the ended jobs of a whole retention too, which are many.
            recent_s: say what was done within the last seconds.
            fair_cost: seconds of audio as which a longer job counts in what remains.
            owner: whose unfinished and ended jobs; everybody's without one.
        """
        with self._database.read() as transaction:
            unfinished = _sum_unfinished(transaction, fair_cost, owner)
            done = _sum_done(transaction, recent_s) if recent_s else []
            others = _count_ended(transaction, owner) if ended else []
        by_state: dict[JobState, int] = dict.fromkeys(STATES if ended else UNFINISHED, 0)
        remaining: dict[JobKind, float] = {}
        remaining_of: dict[JobKind, dict[str, float]] = {}
        for row in unfinished:
            by_state[row["state"]] += row["jobs"]
            remaining[row["kind"]] = remaining.get(row["kind"], 0.0) + row["cost"]
            of_kind = remaining_of.setdefault(row["kind"], {})
            of_kind[row["owner"]] = of_kind.get(row["owner"], 0.0) + row["cost"]
        by_state.update({row["state"]: row["jobs"] for row in others})
        ages = [row["age"] for row in unfinished if row["state"] == "queued"]
        return JobCounts(
            by_state=by_state,
            remaining_cost=remaining,
            remaining_of=remaining_of,
            done_cost={row["kind"]: row["cost"] for row in done},
            oldest_queued_age_s=max([0.0, *ages]),
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
    if new.version > FIRST_VERSION:
        transaction.execute(
            "INSERT INTO job_versions VALUES (:id, :version)", id=new.id, version=new.version
        )
    return row


def _sum_unfinished(transaction: Transaction, fair_cost: float, owner: str | None) -> list[Row]:
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


def _sum_done(transaction: Transaction, recent_s: float) -> list[Row]:
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


def _count_ended(transaction: Transaction, owner: str | None) -> list[Row]:
    return transaction.execute(
        """
        SELECT state, count(*) AS jobs FROM jobs
        WHERE finished_at IS NOT NULL AND deleted_at IS NULL
        AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner) GROUP BY state
        """,
        owner=owner,
    )


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
