"""Records: jobs, voices, idempotency keys and API keys in SQL. A commit is the moment of truth.

The statements are in `jobs.py`, `listing.py`, `reports.py`, `leases.py`, `batches.py`,
`voices.py`, `consents.py`, `keys.py` and `allowances.py`, written once for both databases.
Every call is one transaction, blocks, and may come from any thread; any number of processes
may use the same database.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from serve_app.store.allowances import AllowanceRecords
from serve_app.store.batches import BatchRecords
from serve_app.store.callbacks import CallbackRecords
from serve_app.store.consents import ConsentRecords
from serve_app.store.database import Database
from serve_app.store.idempotency import find_replay
from serve_app.store.jobs import JobRecords
from serve_app.store.keys import KeyRecords
from serve_app.store.leases import LeaseRecords
from serve_app.store.listing import JobLists
from serve_app.store.marks import MarkRecords
from serve_app.store.migrations import migrate
from serve_app.store.reports import JobReports
from serve_app.store.rows import keys_to_json
from serve_app.store.values import Idempotency, Job, Voice
from serve_app.store.voices import VoiceRecords


class Records(
    JobRecords,
    JobLists,
    JobReports,
    MarkRecords,
    CallbackRecords,
    LeaseRecords,
    BatchRecords,
    VoiceRecords,
    ConsentRecords,
    KeyRecords,
    AllowanceRecords,
):
    """All records. The parts say what can be done with jobs, reports, leases, batches, voices,
    consents and keys."""

    def __init__(self, database: Database) -> None:
        migrate(database)
        self._database = database

    def find_replay(self, owner: str, idempotency: Idempotency) -> Job | Voice | None:
        """What an earlier request with this key made, to look before expensive work."""
        with self._database.read() as transaction:
            return find_replay(transaction, owner, idempotency)

    def referenced_blobs(self, keys: Sequence[str]) -> set[str]:
        """Those of the keys that a voice or a job that was not deleted still needs."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                """
                SELECT blob_key FROM jobs
                WHERE blob_key IN (SELECT key FROM {json_each}(:keys)) AND deleted_at IS NULL
                UNION
                SELECT blob_key FROM voices
                WHERE blob_key IN (SELECT key FROM {json_each}(:keys))
                """,
                keys=keys_to_json(keys),
            )
        return {row["blob_key"] for row in rows}

    def ping(self) -> None:
        """Raise `StoreUnavailable` when the database cannot be read."""
        self._database.ping()

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
