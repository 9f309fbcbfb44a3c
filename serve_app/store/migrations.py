"""The schema, as the steps that led to it. A released step is never edited: add another."""

from __future__ import annotations

from collections.abc import Sequence

from serve_app.store.batch_tables import BATCHES
from serve_app.store.database import Database, Transaction
from serve_app.store.errors import StoreUnavailable

# JSON is kept as ASCII text: nothing queries inside it, and a NUL in a user's text, which
# PostgreSQL's jsonb refuses, is then an escape like any other. What may be long comes last:
# SQLite reads a row from its beginning, and leasing and counting then never touch the texts.
FIRST = (
    """
    CREATE TABLE jobs (
        seq {serial},
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('queued', 'processing', 'completed', 'failed', 'cancelled')),
        cost DOUBLE PRECISION NOT NULL,
        pieces_done INTEGER NOT NULL DEFAULT 0,
        pieces_total INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        recoveries INTEGER NOT NULL DEFAULT 0,
        runner TEXT,
        lease TEXT,
        lease_expires_at DOUBLE PRECISION,
        created_at DOUBLE PRECISION NOT NULL,
        started_at DOUBLE PRECISION,
        finished_at DOUBLE PRECISION,
        blob_key TEXT,
        request_id TEXT NOT NULL,
        deleted_at DOUBLE PRECISION,
        request TEXT NOT NULL,
        failure TEXT,
        audio TEXT,
        warnings TEXT NOT NULL DEFAULT '[]',
        CHECK ((finished_at IS NULL) = (state IN ('queued', 'processing'))),
        CHECK ((state = 'completed') = (audio IS NOT NULL))
    )
    """,
    # Unfinished rows are few however long the retention: leasing and counting read only these.
    "CREATE INDEX jobs_unfinished ON jobs (seq) WHERE finished_at IS NULL",
    "CREATE INDEX jobs_finished ON jobs (finished_at, state, deleted_at)"
    " WHERE finished_at IS NOT NULL",
    "CREATE INDEX jobs_blob_key ON jobs (blob_key) WHERE blob_key IS NOT NULL",
    """
    CREATE TABLE voices (
        seq {serial},
        id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        engine TEXT NOT NULL,
        engine_version TEXT NOT NULL,
        blob_key TEXT NOT NULL,
        quality TEXT NOT NULL,
        speech_seconds DOUBLE PRECISION NOT NULL,
        created_at DOUBLE PRECISION NOT NULL,
        UNIQUE (owner, name_key)
    )
    """,
    "CREATE INDEX voices_blob_key ON voices (blob_key)",
    # The key is written before what it names, which decides a race before anything else is
    # done, so its references are checked at the commit.
    """
    CREATE TABLE idempotency_keys (
        owner TEXT NOT NULL,
        key TEXT NOT NULL,
        route TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        job_id TEXT REFERENCES jobs (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        voice_id TEXT REFERENCES voices (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        created_at DOUBLE PRECISION NOT NULL,
        PRIMARY KEY (owner, key),
        CHECK ((job_id IS NULL) <> (voice_id IS NULL))
    )
    """,
    "CREATE INDEX idempotency_keys_job ON idempotency_keys (job_id) WHERE job_id IS NOT NULL",
    "CREATE INDEX idempotency_keys_voice ON idempotency_keys (voice_id) WHERE voice_id IS NOT NULL",
    "CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at) WHERE voice_id IS NOT NULL",
)

CONSENT = ("ALTER TABLE voices ADD COLUMN consent BOOLEAN NOT NULL DEFAULT FALSE",)

API_KEYS = (
    # chars_due characters were due at chars_at: see quotas.py.
    """
    CREATE TABLE api_owners (
        name TEXT NOT NULL PRIMARY KEY,
        max_unfinished_jobs INTEGER,
        max_chars_per_minute INTEGER,
        chars_due DOUBLE PRECISION NOT NULL DEFAULT 0,
        chars_at DOUBLE PRECISION NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE api_keys (
        id TEXT NOT NULL PRIMARY KEY,
        owner TEXT NOT NULL REFERENCES api_owners (name),
        scope TEXT NOT NULL CHECK (scope IN ('client', 'metrics')),
        digest TEXT NOT NULL,
        created_at DOUBLE PRECISION NOT NULL,
        revoked_at DOUBLE PRECISION
    )
    """,
    "CREATE TABLE api_key_version (version INTEGER NOT NULL)",
    "INSERT INTO api_key_version VALUES (0)",
    "CREATE INDEX jobs_unfinished_of_owner ON jobs (owner) WHERE finished_at IS NULL",
)

# Of jobs that not every release can run. A table of its own: the first release prepares its
# `SELECT *`, which PostgreSQL refuses to run again once the table has another column.
JOB_VERSIONS = (
    """
    CREATE TABLE job_versions (
        job_id TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
        version INTEGER NOT NULL
    )
    """,
)

# Of jobs whose runners died: how many in a row without a step forward, the furthest that any came,
# and the lease of the last, by which each death is counted once.
JOB_DEATHS = (
    """
    CREATE TABLE job_deaths (
        job_id TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
        deaths INTEGER NOT NULL,
        furthest INTEGER NOT NULL,
        lease TEXT NOT NULL
    )
    """,
)

# For an owner's list of jobs, which must not read everybody's.
JOBS_OF_OWNER = ("CREATE INDEX jobs_of_owner ON jobs (owner, seq)",)

# Of completed jobs: what was measured of their audio, an object with a key for each measure, and
# when each of their words is heard, which is as long as a text and only captions want. A table of
# its own, as versions have one, and for the same reason.
JOB_REPORTS = (
    """
    CREATE TABLE job_reports (
        job_id TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
        report TEXT NOT NULL,
        words TEXT
    )
    """,
)

# What shows a consent, as JSON; a table of its own for the reason of JOB_VERSIONS. A consent that
# was brought before any voice, and what is left of a voice after its deletion.
EVIDENCE = (
    """
    CREATE TABLE voice_evidence (
        voice_id TEXT NOT NULL PRIMARY KEY REFERENCES voices (id) ON DELETE CASCADE,
        evidence TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE consents (
        seq {serial},
        id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        evidence TEXT NOT NULL
    )
    """,
    "CREATE INDEX consents_of_owner ON consents (owner, seq)",
    """
    CREATE TABLE deleted_voices (
        seq {serial},
        id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        engine TEXT NOT NULL,
        created_at DOUBLE PRECISION NOT NULL,
        deleted_at DOUBLE PRECISION NOT NULL,
        consent BOOLEAN NOT NULL,
        evidence TEXT,
        stated_at DOUBLE PRECISION
    )
    """,
    "CREATE INDEX deleted_voices_of_owner ON deleted_voices (owner, seq)",
)

# What the marks in the audio of jobs spell, and the secret that they are made with. One for all who
# share the database: a stream that goes on in another replica must have the same bytes.
MARKS = (
    """
    CREATE TABLE job_marks (
        job_id TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
        payload BIGINT NOT NULL
    )
    """,
    "CREATE TABLE deployment_secrets (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
)

# Whom the end of a job is told. `answer` is what the last attempt came to, in a few words.
CALLBACKS = (
    """
    CREATE TABLE job_callbacks (
        job_id TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        due_at DOUBLE PRECISION NOT NULL DEFAULT 0,
        delivered_at DOUBLE PRECISION,
        given_up BOOLEAN NOT NULL DEFAULT FALSE,
        answer TEXT
    )
    """,
    """
    CREATE INDEX callbacks_to_tell ON job_callbacks (due_at)
    WHERE delivered_at IS NULL AND NOT given_up
    """,
)

# When all that an owner had looked at is paid off: see allowances.py.
ALLOWANCES = (
    """
    CREATE TABLE verification_allowances (
        owner TEXT NOT NULL PRIMARY KEY,
        paid_at DOUBLE PRECISION NOT NULL
    )
    """,
)

MIGRATIONS: Sequence[Sequence[str]] = (
    FIRST,
    CONSENT,
    API_KEYS,
    JOB_VERSIONS,
    JOB_DEATHS,
    JOBS_OF_OWNER,
    JOB_REPORTS,
    EVIDENCE,
    MARKS,
    CALLBACKS,
    BATCHES,
    ALLOWANCES,
)

# How many of these steps a release must know to work on what all of them make. Steps that add what
# an older one may leave alone (a table, a column with a default) do not raise it: during a rolling
# upgrade, and after going back from one, older replicas run on the newer schema.
NEEDED = 3


def migrate(
    database: Database,
    migrations: Sequence[Sequence[str]] = MIGRATIONS,
    needed: int = NEEDED,
) -> None:
    """Bring the schema up to date, in one transaction, whoever else starts at the same time.

    `phonex_schema` tells a release whether it can work with what is there: the first one refused
    any number beyond its own, so it holds the steps that are needed, and `phonex_steps` those that
    were taken.
    """
    with database.write() as transaction:
        database.lock_schema(transaction)
        for table in ("phonex_schema", "phonex_steps"):
            transaction.execute(f"CREATE TABLE IF NOT EXISTS {table} (version INTEGER NOT NULL)")
        least = _read(transaction, "phonex_schema")
        taken = max(least, _read(transaction, "phonex_steps"))
        if least > len(migrations):
            raise StoreUnavailable(
                f"the database has schema version {least}, and this Phonex knows up to "
                f"{len(migrations)}: upgrade Phonex, or give it another database"
            )
        for steps in migrations[taken:]:
            for step in steps:
                transaction.execute(step)
        if taken < len(migrations):
            _write(transaction, "phonex_schema", max(least, min(needed, len(migrations))))
            _write(transaction, "phonex_steps", len(migrations))


def _read(transaction: Transaction, table: str) -> int:
    rows = transaction.execute(f"SELECT version FROM {table}")  # noqa: S608  a name of ours
    return int(rows[0]["version"]) if rows else 0


def _write(transaction: Transaction, table: str, version: int) -> None:
    transaction.execute(f"DELETE FROM {table}")  # noqa: S608  a name of ours
    transaction.execute(f"INSERT INTO {table} VALUES (:version)", version=version)  # noqa: S608
