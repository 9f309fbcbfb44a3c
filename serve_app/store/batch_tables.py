"""The tables of batches: a step of the schema, which `migrations.py` takes."""

from __future__ import annotations

# Many jobs asked for at once. An item waits here until there is room for its job, and holds its
# request until then; from then on it is the job that tells how it stands. A job is forgotten
# without its item's hearing of it, so that an older release can.
BATCHES = (
    """
    CREATE TABLE batches (
        seq {serial},
        id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        title TEXT NOT NULL,
        request_id TEXT NOT NULL,
        items INTEGER NOT NULL,
        feeder TEXT,
        feeder_until DOUBLE PRECISION,
        created_at DOUBLE PRECISION NOT NULL,
        ended_at DOUBLE PRECISION,
        deleted_at DOUBLE PRECISION
    )
    """,
    "CREATE INDEX batches_open ON batches (owner, seq) WHERE ended_at IS NULL",
    "CREATE INDEX batches_ended ON batches (ended_at) WHERE ended_at IS NOT NULL",
    """
    CREATE TABLE batch_items (
        batch_id TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'fed', 'refused', 'cancelled')),
        kind TEXT NOT NULL,
        chars INTEGER NOT NULL,
        client_id TEXT NOT NULL,
        title TEXT NOT NULL,
        job_id TEXT,
        problem TEXT,
        request TEXT NOT NULL,
        PRIMARY KEY (batch_id, position),
        CHECK ((state = 'fed') = (job_id IS NOT NULL)),
        CHECK ((state = 'refused') = (problem IS NOT NULL))
    )
    """,
    "CREATE INDEX batch_items_waiting ON batch_items (batch_id, position) WHERE state = 'waiting'",
    """
    CREATE TABLE batch_keys (
        owner TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        batch_id TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE
            DEFERRABLE INITIALLY DEFERRED,
        PRIMARY KEY (owner, key)
    )
    """,
    "CREATE INDEX batch_keys_batch ON batch_keys (batch_id)",
)
