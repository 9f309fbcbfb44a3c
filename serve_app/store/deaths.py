"""What the deaths of its runners say of a job.

A runner dies for many reasons that are none of its jobs': a power cut, a restart, another job. So
a death counts against a job only with evidence. After `SUSPECT_AFTER` deaths in a row without a
step forward the job is a suspect: it is leased only while every stage is there, and is the one
suspect of its runner. A runner that dies with it then has cost it an attempt. A step forward, or
a runner that lives to give it back, clears it.
"""

from __future__ import annotations

from serve_app.store.database import Row, Transaction

SUSPECT_AFTER = 2  # deaths in a row that explain nothing yet


def note_deaths(transaction: Transaction) -> None:
    """Count the deaths that nobody has counted: leases that have run out."""
    transaction.execute(
        """
        INSERT INTO job_deaths (job_id, deaths, furthest, lease)
        SELECT id, 1, pieces_done, lease FROM jobs
        WHERE finished_at IS NULL AND state = 'processing' AND lease_expires_at <= {now}
        ORDER BY seq
        ON CONFLICT (job_id) DO UPDATE SET deaths = job_deaths.deaths + 1, lease = excluded.lease
        WHERE job_deaths.lease <> excluded.lease
        """
    )


def note_step(transaction: Transaction, job_id: str, pieces_done: int) -> None:
    """Clear a job that has come further than any runner that died with it."""
    transaction.execute(
        """
        UPDATE job_deaths SET deaths = 0, furthest = :pieces_done
        WHERE job_id = :job_id AND furthest < :pieces_done
        """,
        job_id=job_id,
        pieces_done=pieces_done,
    )


def note_return(transaction: Transaction, job_id: str) -> None:
    """Clear a job whose runner lives."""
    transaction.execute("UPDATE job_deaths SET deaths = 0 WHERE job_id = :job_id", job_id=job_id)


def find_suspect(transaction: Transaction, max_attempts: int, known_version: int) -> Row | None:
    """The oldest suspect that may be leased, and what its next attempt is."""
    rows = transaction.execute(
        """
        SELECT id, attempts + CASE WHEN state = 'queued' OR deaths > :suspect_after
            THEN 1 ELSE 0 END AS attempt
        FROM jobs JOIN job_deaths ON job_id = id
        WHERE finished_at IS NULL AND deaths >= :suspect_after
        AND (state = 'queued' OR lease_expires_at <= {now})
        AND NOT (attempts >= :max_attempts AND deaths > :suspect_after)
        AND id NOT IN (SELECT job_id FROM job_versions WHERE version > :known_version)
        ORDER BY seq LIMIT 1 {skip_locked}
        """,
        suspect_after=SUSPECT_AFTER,
        max_attempts=max_attempts,
        known_version=known_version,
    )
    return rows[0] if rows else None


def find_hopeless(transaction: Transaction, max_attempts: int) -> list[Row]:
    """Suspects whose runner died on their last attempt."""
    return transaction.execute(
        """
        SELECT id, jobs.lease AS lease, deaths FROM jobs JOIN job_deaths ON job_id = id
        WHERE finished_at IS NULL AND lease_expires_at <= {now}
        AND attempts >= :max_attempts AND deaths > :suspect_after {skip_locked}
        """,
        max_attempts=max_attempts,
        suspect_after=SUSPECT_AFTER,
    )
