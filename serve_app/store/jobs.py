"""Jobs as their clients see them: accepted, looked up, deleted, counted, expired."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

from serve_app.store.batch_statements import take_item
from serve_app.store.batch_values import Place
from serve_app.store.callbacks import forget_callback
from serve_app.store.database import Database, is_storable
from serve_app.store.errors import IdempotencyConflict
from serve_app.store.idempotency import claim_key
from serve_app.store.job_statements import (
    cancel,
    count_ended,
    insert,
    mark_deleted,
    remove_ended,
    sum_done,
    sum_unfinished,
)
from serve_app.store.marks import forget_mark
from serve_app.store.quotas import ALL, Share, charge, check
from serve_app.store.reports import JOB_COLUMNS, forget_report
from serve_app.store.rows import job_from_row, keys_to_json
from serve_app.store.values import (
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
        self,
        new: NewJob,
        idempotency: Idempotency | None = None,
        quota: Quota | None = None,
        place: Place | None = None,
    ) -> Accepted:
        """Commit a new job, or find the one that an earlier request with this key made.

        Args:
            place: the item of a batch that becomes this job.
        Raises:
            QuotaExceeded: the job's owner has as much under way as it may.
            ItemTaken: the item waits no more.
        """
        with self._database.write() as transaction:
            if place is not None:
                take_item(transaction, place, new.id)
            if idempotency is not None:
                earlier = claim_key(transaction, new.owner, idempotency, job_id=new.id)
                if isinstance(earlier, Job):
                    return Accepted(earlier, replayed=True)
                if earlier is not None:
                    raise IdempotencyConflict("this Idempotency-Key was used for a voice")
            if quota is not None:
                charge(transaction, new.owner, quota)
            return Accepted(job_from_row(insert(transaction, new)), replayed=False)

    def check_quota(self, owner: str, quota: Quota, share: Share = ALL) -> None:
        """Raise QuotaExceeded where a job of this owner would be refused now, by its limits or by a
        share of them."""
        with self._database.read() as transaction:
            check(transaction, owner, quota, share)

    def get_job(self, job_id: str, owner: str | None = None) -> Job | None:
        """A job that was not deleted. Without an owner, anybody's."""
        if not is_storable(job_id):
            return None
        with self._database.read() as transaction:
            rows = transaction.execute(
                f"""
                SELECT {JOB_COLUMNS} FROM jobs WHERE id = :id AND deleted_at IS NULL
                AND (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
                """,  # noqa: S608  a constant
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
            rows = cancel(transaction, job_id, owner) or mark_deleted(transaction, job_id, owner)
            if rows:
                forget_report(transaction, job_id)
                forget_mark(transaction, job_id)
                forget_callback(transaction, job_id)
        if not rows:
            return None
        return Deleted(job_from_row(rows[0]), rows[0]["blob_key"])

    def cancel_job(self, job_id: str) -> Job | None:
        """Cancel an unfinished job. None where there is no such job."""
        with self._database.write() as transaction:
            rows = cancel(transaction, job_id, None)
        return job_from_row(rows[0]) if rows else None

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
            unfinished = sum_unfinished(transaction, fair_cost, owner)
            done = sum_done(transaction, recent_s) if recent_s else []
            others = count_ended(transaction, owner) if ended else []
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
                rows = remove_ended(transaction, older_than_s, EXPIRE_BATCH)
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
