"""Jobs as their runners see them: leased, renewed, reported on, ended or returned.

A lease is a fencing token. Whatever a runner writes names the lease it holds, so one that was
thought dead, and is replaced, can change nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from serve_app.store.database import Database, Row, Transaction, Value
from serve_app.store.deaths import (
    SUSPECT_AFTER,
    find_hopeless,
    find_suspect,
    note_deaths,
    note_return,
    note_step,
)
from serve_app.store.reports import write_report
from serve_app.store.rows import audio_to_json, failure_to_json, job_from_row, keys_to_json, to_json
from serve_app.store.values import FIRST_VERSION, AudioFile, Failure, Job, JobState, Json


class LeaseRecords:
    """The part of `Records` that runners use."""

    _database: Database

    def lease_jobs(
        self,
        runner: str,
        limit: int,
        lease_s: float,
        max_attempts: int,
        known_version: int = FIRST_VERSION,
        besides: Collection[str] = (),
        *,
        suspect: bool = True,
    ) -> list[Job]:
        """Take jobs that are queued or whose runner died: of their owners in turn, of each the
        oldest. Jobs that run already, anywhere, have had their owner's first turns. See `deaths.py`
        for those that may have killed their runner.

        Jobs of a newer version than is known are left to runners of a newer release.

        Args:
            besides: owners whose jobs are left to another time.
            suspect: take one job that may have killed its runners, too, beyond `limit`.
        """
        lease = secrets.token_hex(16)
        holder: dict[str, Value] = {"runner": runner, "lease": lease, "lease_s": lease_s}
        with self._database.write() as transaction:
            note_deaths(transaction)
            rows = transaction.execute(
                """
                WITH turns AS MATERIALIZED (
                    SELECT seq AS of_seq, row_number() OVER (
                        PARTITION BY owner
                        ORDER BY CASE WHEN state = 'queued' OR lease_expires_at <= {now}
                            THEN 1 ELSE 0 END, seq
                    ) AS turn
                    FROM jobs WHERE finished_at IS NULL
                    AND owner NOT IN (SELECT key FROM {json_each}(:besides))
                ),
                free AS MATERIALIZED (
                    SELECT seq FROM jobs JOIN turns ON of_seq = seq
                    WHERE finished_at IS NULL AND (state = 'queued' OR lease_expires_at <= {now})
                    AND id NOT IN (
                        SELECT job_id FROM job_versions WHERE version > :known_version
                    )
                    AND id NOT IN (SELECT job_id FROM job_deaths WHERE deaths >= :suspect_after)
                    ORDER BY turn, seq LIMIT :limit {skip_locked}
                )
                UPDATE jobs SET
                    recoveries = recoveries + CASE state WHEN 'processing' THEN 1 ELSE 0 END,
                    attempts = attempts + CASE state WHEN 'queued' THEN 1 ELSE 0 END,
                    state = 'processing', pieces_done = 0,
                    runner = :runner, lease = :lease, lease_expires_at = {now} + :lease_s,
                    started_at = COALESCE(started_at, {now})
                WHERE seq IN (SELECT seq FROM free)
                RETURNING *
                """,
                limit=max(0, limit),
                known_version=known_version,
                suspect_after=SUSPECT_AFTER,
                besides=keys_to_json(besides),
                **holder,
            )
            jobs = [job_from_row(row) for row in sorted(rows, key=lambda row: int(row["seq"]))]
            if suspect and limit > 0:
                one = find_suspect(transaction, max_attempts, known_version)
                jobs += _lease_suspect(transaction, one, holder) if one else []
        return jobs

    def give_up_jobs(self, max_attempts: int) -> list[Job]:
        """End the suspects whose runner died on the last attempt; those that ended here."""
        with self._database.write() as transaction:
            note_deaths(transaction)
            rows = find_hopeless(transaction, max_attempts)
            ended = [
                _fail(transaction, row["id"], row["lease"], _death(int(row["deaths"])))
                for row in rows
            ]
        return [job_from_row(row) for row in ended if row]

    def renew_leases(self, runner: str, tokens: Mapping[str, str], lease_s: float) -> set[str]:
        """Prolong the leases of a runner's jobs; the ids of those it has lost."""
        if not tokens:
            return set()
        with self._database.write(durable=False) as transaction:
            rows = transaction.execute(
                """
                UPDATE jobs SET lease_expires_at = {now} + :lease_s
                WHERE (id, lease) IN (SELECT key, value FROM {json_each}(:tokens))
                AND state = 'processing' AND runner = :runner
                RETURNING id
                """,
                tokens=to_json(dict(tokens)),
                runner=runner,
                lease_s=lease_s,
            )
        return set(tokens) - {row["id"] for row in rows}

    def report_progress(self, job_id: str, lease: str, pieces_done: int, pieces_total: int) -> bool:
        """Say how many pieces are finished. False when the lease is lost."""
        with self._database.write(durable=False) as transaction:
            rows = transaction.execute(
                """
                UPDATE jobs SET pieces_done = :pieces_done, pieces_total = :pieces_total
                WHERE id = :id AND lease = :lease AND state = 'processing' RETURNING id
                """,
                id=job_id,
                lease=lease,
                pieces_done=pieces_done,
                pieces_total=pieces_total,
            )
            if rows:
                note_step(transaction, job_id, pieces_done)
        return bool(rows)

    def complete_job(
        self,
        job_id: str,
        lease: str,
        audio: AudioFile,
        warnings: Sequence[str] = (),
        report: Json | None = None,
        words: Json | None = None,
    ) -> bool:
        """Commit a job's audio, once, with what was measured of it and when its words are heard.
        False when the lease is lost.

        Asked again by the same lease with the same audio it says True again and changes
        nothing: a runner that lost its connection during the commit may simply repeat it.
        """
        with self._database.write() as transaction:
            completed = transaction.execute(
                """
                UPDATE jobs SET state = 'completed', audio = :audio, blob_key = :blob_key,
                    warnings = :warnings, pieces_done = pieces_total, finished_at = {now},
                    lease_expires_at = NULL
                WHERE id = :id AND lease = :lease AND state = 'processing' RETURNING id
                """,
                id=job_id,
                lease=lease,
                audio=audio_to_json(audio),
                blob_key=audio.blob_key,
                warnings=to_json(list(warnings)),
            )
            if completed and (report or words):
                write_report(transaction, job_id, report or {}, words)
            rows = completed or transaction.execute(
                """
                SELECT id FROM jobs WHERE id = :id AND lease = :lease
                AND state = 'completed' AND blob_key = :blob_key
                """,
                id=job_id,
                lease=lease,
                blob_key=audio.blob_key,
            )
        return bool(rows)

    def fail_job(self, job_id: str, lease: str, failure: Failure) -> bool:
        """End a job that another attempt would not help. False when the lease is lost."""
        with self._database.write() as transaction:
            return _fail(transaction, job_id, lease, failure) is not None

    def return_job(
        self,
        job_id: str,
        lease: str,
        *,
        count_attempt: bool,
        failure: Failure,
        max_attempts: int,
    ) -> JobState | None:
        """Put a job back into the queue, at its old place; its new state, None if it was lost.

        A draining runner gives the attempt back. A counted attempt that was the last ends the
        job as failed, with this failure.
        """
        with self._database.write() as transaction:
            returned = transaction.execute(
                """
                UPDATE jobs SET state = 'queued', attempts = attempts - :uncounted,
                    pieces_done = 0, lease = NULL, lease_expires_at = NULL
                WHERE id = :id AND lease = :lease AND state = 'processing'
                AND attempts - :uncounted < :max_attempts RETURNING id
                """,
                id=job_id,
                lease=lease,
                uncounted=0 if count_attempt else 1,
                max_attempts=max_attempts,
            )
            if returned:
                note_return(transaction, job_id)
                return "queued"
            return "failed" if _fail(transaction, job_id, lease, failure) else None


def _fail(transaction: Transaction, job_id: str, lease: str, failure: Failure) -> Row | None:
    """The job as it has ended; None when the lease is lost."""
    rows = transaction.execute(
        """
        UPDATE jobs SET state = 'failed', failure = :failure, finished_at = {now},
            lease_expires_at = NULL
        WHERE id = :id AND lease = :lease AND state = 'processing' RETURNING *
        """,
        id=job_id,
        lease=lease,
        failure=failure_to_json(failure),
    )
    return rows[0] if rows else None


def _lease_suspect(
    transaction: Transaction, suspect: Row, holder: Mapping[str, Value]
) -> list[Job]:
    rows = transaction.execute(
        """
        UPDATE jobs SET
            recoveries = recoveries + CASE state WHEN 'processing' THEN 1 ELSE 0 END,
            state = 'processing', attempts = :attempt, pieces_done = 0,
            runner = :runner, lease = :lease, lease_expires_at = {now} + :lease_s
        WHERE id = :id RETURNING *
        """,
        id=suspect["id"],
        attempt=suspect["attempt"],
        **holder,
    )
    return [replace(job_from_row(row), suspect=True) for row in rows]


def _death(deaths: int) -> Failure:
    detail = f"its runner died {deaths} times in a row, and the job came no further"
    return Failure(type="runner-died", title="The job was given up", detail=detail)
