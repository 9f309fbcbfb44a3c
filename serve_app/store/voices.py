"""Registered voices. A voice is found by its record's id, or by any spelling of its name."""

from __future__ import annotations

from dataclasses import replace

from serve_app.store.database import Database, Row, Transaction, is_storable
from serve_app.store.errors import IdempotencyConflict, VoiceNameTaken
from serve_app.store.idempotency import claim_key
from serve_app.store.rows import (
    SELECT_VOICE,
    deleted_voice_from_row,
    evidence_to_json,
    to_json,
    voice_from_row,
)
from serve_app.store.values import (
    AddedVoice,
    DeletedVoice,
    Evidence,
    Idempotency,
    Voice,
    name_key,
)


class VoiceRecords:
    """The part of `Records` that keeps voices."""

    _database: Database

    def add_voice(self, voice: Voice, idempotency: Idempotency | None = None) -> AddedVoice:
        """Commit a voice, or find the one that an earlier request with this key made."""
        with self._database.write() as transaction:
            if idempotency is not None:
                earlier = claim_key(transaction, voice.owner, idempotency, voice_id=voice.id)
                if isinstance(earlier, Voice):
                    return AddedVoice(earlier, replayed=True)
                if earlier is not None:
                    raise IdempotencyConflict("this Idempotency-Key was used for a job")
            rows = _insert(transaction, voice)
            if not rows:
                raise VoiceNameTaken(f"a voice named {voice.name!r} exists: choose another name")
            if voice.evidence:
                _insert_evidence(transaction, voice.id, voice.evidence)
            added = replace(voice_from_row(rows[0]), evidence=voice.evidence)
            return AddedVoice(added, replayed=False)

    def get_voice(self, id_or_name: str, owner: str = "") -> Voice | None:
        with self._database.read() as transaction:
            return _find(transaction, id_or_name, owner)

    def list_voices(self, owner: str = "") -> list[Voice]:
        """Oldest first."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                SELECT_VOICE + "WHERE owner = :owner ORDER BY seq", owner=owner
            )
        return [voice_from_row(row) for row in rows]

    def list_deleted_voices(self, owner: str = "") -> list[DeletedVoice]:
        """The last deleted first."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                "SELECT * FROM deleted_voices WHERE owner = :owner ORDER BY seq DESC", owner=owner
            )
        return [deleted_voice_from_row(row) for row in rows]

    def count_voices(self, owner: str = "") -> int:
        with self._database.read() as transaction:
            (row,) = transaction.execute(
                "SELECT count(*) AS voices FROM voices WHERE owner = :owner", owner=owner
            )
        return int(row["voices"])

    def delete_voice(self, id_or_name: str, owner: str = "") -> Voice | None:
        """Forget a voice, its name, what shows its speaker's consent and its idempotency key. The
        fact that it was there stays; its blob is the caller's to delete."""
        with self._database.write() as transaction:
            voice = _find(transaction, id_or_name, owner)
            if voice is None:
                return None
            rows = transaction.execute(
                "DELETE FROM voices WHERE id = :id RETURNING id", id=voice.id
            )
            if not rows:
                return None  # another deletion was faster
            _insert_deleted(transaction, voice)
        return voice


def _insert_deleted(transaction: Transaction, voice: Voice) -> None:
    evidence = voice.evidence
    transaction.execute(
        """
        INSERT INTO deleted_voices (id, owner, engine, created_at, deleted_at, consent, evidence,
            stated_at)
        VALUES (:id, :owner, :engine, :created_at, {now}, :consent, :evidence, :stated_at)
        """,
        id=voice.id,
        owner=voice.owner,
        engine=voice.engine,
        created_at=voice.created_at,
        consent=voice.consent,
        evidence=evidence.kind if evidence else None,
        stated_at=evidence.stated_at if evidence else None,
    )


def _insert_evidence(transaction: Transaction, voice_id: str, evidence: Evidence) -> None:
    transaction.execute(
        "INSERT INTO voice_evidence (voice_id, evidence) VALUES (:voice_id, :evidence)",
        voice_id=voice_id,
        evidence=evidence_to_json(evidence),
    )


def _insert(transaction: Transaction, voice: Voice) -> list[Row]:
    return transaction.execute(
        """
        INSERT INTO voices (id, owner, name, name_key, engine, engine_version, blob_key, quality,
            speech_seconds, consent, created_at)
        VALUES (:id, :owner, :name, :name_key, :engine, :engine_version, :blob_key, :quality,
            :speech_seconds, :consent, {now})
        ON CONFLICT (owner, name_key) DO NOTHING RETURNING *
        """,
        id=voice.id,
        owner=voice.owner,
        name=voice.name,
        name_key=name_key(voice.name),
        engine=voice.engine,
        engine_version=voice.engine_version,
        blob_key=voice.blob_key,
        quality=to_json(voice.quality),
        speech_seconds=voice.speech_seconds,
        consent=voice.consent,
    )


def _find(transaction: Transaction, id_or_name: str, owner: str) -> Voice | None:
    if not is_storable(id_or_name):
        return None
    rows = transaction.execute(
        SELECT_VOICE
        + """
        WHERE owner = :owner AND (id = :ref OR name_key = :name_key)
        ORDER BY CASE WHEN id = :ref THEN 0 ELSE 1 END LIMIT 1
        """,
        owner=owner,
        ref=id_or_name,
        name_key=name_key(id_or_name),
    )
    return voice_from_row(rows[0]) if rows else None
