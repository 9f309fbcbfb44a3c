"""Jobs as lists: an owner's own, the newest first, page by page."""

from __future__ import annotations

from serve_app.store.database import Database, is_storable
from serve_app.store.reports import JOB_COLUMNS
from serve_app.store.rows import job_from_row
from serve_app.store.values import Job, JobKind, JobState

STATE, KIND = "AND state = :state", "AND kind = :kind"
BEFORE = "AND seq < (SELECT seq FROM jobs WHERE id = :before AND owner = :owner)"


class JobLists:
    """The part of `Records` that lists jobs."""

    _database: Database

    def list_jobs(
        self,
        owner: str,
        limit: int,
        *,
        state: JobState | None = None,
        kind: JobKind | None = None,
        before: str | None = None,
    ) -> list[Job]:
        """An owner's jobs that were not deleted, the newest first.

        Args:
            before: the id of a job of the same owner; only older ones are listed. One that is not
                known has none before it.
        """
        if before is not None and not is_storable(before):
            return []
        asked = {STATE: state, KIND: kind, BEFORE: before}
        conditions = " ".join(sql for sql, value in asked.items() if value is not None)
        values = {"state": state, "kind": kind, "before": before}
        with self._database.read() as transaction:
            rows = transaction.execute(
                f"SELECT {JOB_COLUMNS} FROM jobs"  # noqa: S608  of constants
                f" WHERE owner = :owner AND deleted_at IS NULL {conditions}"
                " ORDER BY seq DESC LIMIT :limit",
                owner=owner,
                limit=limit,
                **{name: value for name, value in values.items() if value is not None},
            )
        return [job_from_row(row) for row in rows]
