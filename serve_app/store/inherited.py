"""What a restored service would go on to do for others: let keys in, run jobs, call addresses, make
marks by a secret that others may know. It is told, and can be left out.

The records may be a stranger's: what is left out is left out by the same words as the service asks
by, whatever else their tables say.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import apsw

MOST_OWNERS = 10  # that are named
MOST_CHARS = 40  # of a name


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not to be put back."""

    keys: bool = False
    work: bool = False  # jobs and batches that have not ended, and callbacks
    secrets: bool = False  # of marks and webhooks


@dataclass(frozen=True, slots=True)
class Inherited:
    """What is put back and acts."""

    keys: int  # that are valid
    owners: tuple[str, ...]  # of those keys, the first by name, fit to be shown
    more_owners: int
    jobs: int  # unfinished
    batches: int  # unfinished
    callbacks: int  # yet to be called
    secrets: int


KEYS = "FROM api_keys WHERE revoked_at IS NULL"
JOBS = "FROM jobs WHERE finished_at IS NULL OR state IN ('queued', 'processing')"
BATCHES = """FROM batches WHERE ended_at IS NULL
OR id IN (SELECT batch_id FROM batch_items WHERE state = 'waiting')"""
CALLBACKS = "FROM job_callbacks WHERE delivered_at IS NULL AND NOT given_up"
SECRETS = "FROM deployment_secrets"

# Revoked, not deleted: a service that had keys refuses everybody then, and is not open to all.
WITHOUT_KEYS = """
UPDATE api_keys SET revoked_at = strftime('%s', 'now') + 0.0 WHERE revoked_at IS NULL;
UPDATE api_key_version SET version = version + 1;
"""
# The rows that go with another are named, too: a stranger's tables may let them stay.
ORPHANS = "FROM batch_items WHERE batch_id NOT IN (SELECT id FROM batches)"
WITHOUT_WORK = "".join(f"DELETE {rows};\n" for rows in (JOBS, BATCHES, ORPHANS, CALLBACKS))
WITHOUT_SECRETS = f"DELETE {SECRETS};"


def leave_out(path: Path, left_out: LeftOut) -> None:
    """Raises apsw.Error where the records cannot be changed."""
    statements = [
        *([WITHOUT_KEYS] if left_out.keys else []),
        *([WITHOUT_WORK] if left_out.work else []),
        *([WITHOUT_SECRETS] if left_out.secrets else []),
    ]
    if not statements:
        return
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON")
        with connection:
            connection.execute("".join(statements))


def inherited(path: Path) -> Inherited:
    """Raises apsw.Error where the records cannot be read."""
    with closing(apsw.Connection(str(path))) as connection:

        def count(what: str, things: str = "*") -> int:
            ((number,),) = connection.execute(f"SELECT count({things}) {what}")
            return int(number)

        named = [
            _shown(owner)
            for (owner,) in connection.execute(
                f"SELECT DISTINCT owner {KEYS} ORDER BY owner LIMIT {MOST_OWNERS}"
            )
        ]
        return Inherited(
            keys=count(KEYS),
            owners=tuple(named),
            more_owners=count(KEYS, "DISTINCT owner") - len(named),
            jobs=count(JOBS),
            batches=count(BATCHES),
            callbacks=count(CALLBACKS),
            secrets=count(SECRETS),
        )


def _shown(name: object) -> str:
    """A name that a stranger may have chosen, on one line."""
    text = str(name)
    plain = text[:MOST_CHARS].encode("unicode_escape").decode() if not text.isprintable() else text
    return plain if len(plain) <= MOST_CHARS else plain[:MOST_CHARS] + "…"
