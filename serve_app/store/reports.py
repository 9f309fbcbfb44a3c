"""What was measured of a job's audio, and when its words are heard, kept beside the job."""

from __future__ import annotations

import json

from serve_app.store.database import Database, Transaction
from serve_app.store.rows import to_json
from serve_app.store.values import Json

# A job as its owner reads it: what `job_from_row` takes.
JOB_COLUMNS = "*, (SELECT report FROM job_reports WHERE job_id = jobs.id) AS report"


class JobReports:
    """The part of the records that only captions read."""

    _database: Database

    def get_words(self, job_id: str) -> Json | None:
        """When each word of a completed job is heard; None where nobody knows."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                "SELECT words FROM job_reports WHERE job_id = :id", id=job_id
            )
        words = rows[0]["words"] if rows else None
        return json.loads(words) if words else None


def write_report(transaction: Transaction, job_id: str, report: Json, words: Json | None) -> None:
    """Keep a report with its job."""
    transaction.execute(
        "INSERT INTO job_reports VALUES (:id, :report, :words)",
        id=job_id,
        report=to_json(report),
        words=to_json(words) if words else None,
    )


def forget_report(transaction: Transaction, job_id: str) -> None:
    """Remove the report of a job whose audio was deleted: words quote its text."""
    transaction.execute("DELETE FROM job_reports WHERE job_id = :id", id=job_id)
