"""Registered voices. A voice is found by its record's id, or by any spelling of its name."""

from __future__ import annotations

from serve_app.store.database import Database, Row, Transaction, is_storable
from serve_app.store.errors import IdempotencyConflict, VoiceNameTaken
from serve_app.store.idempotency import claim_key
from serve_app.store.rows import to_json, voice_from_row
from serve_app.store.values import AddedVoice, Idempotency, Voice, name_key


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
            return AddedVoice(voice_from_row(rows[0]), replayed=False)

    def get_voice(self, id_or_name: str, owner: str = "") -> Voice | None:
        with self._database.read() as transaction:
            return _find(transaction, id_or_name, owner)

    def list_voices(self, owner: str = "") -> list[Voice]:
        """Oldest first."""
        with self._database.read() as transaction:
            rows = transaction.execute(
                "SELECT * FROM voices WHERE owner = :owner ORDER BY seq", owner=owner
            )
        return [voice_from_row(row) for row in rows]

    def count_voices(self, owner: str = "") -> int:
        with self._database.read() as transaction:
            (row,) = transaction.execute(
                "SELECT count(*) AS voices FROM voices WHERE owner = :owner", owner=owner
            )
        return int(row["voices"])

    def delete_voice(self, id_or_name: str, owner: str = "") -> Voice | None:
        """Forget a voice, its name and its idempotency key; its blob is the caller's to delete."""
        with self._database.write() as transaction:
            voice = _find(transaction, id_or_name, owner)
            if voice is None:
                return None
            rows = transaction.execute("DELETE FROM voices WHERE id = :id RETURNING *", id=voice.id)
        return voice_from_row(rows[0]) if rows else None


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
        """
        SELECT * FROM voices WHERE owner = :owner AND (id = :ref OR name_key = :name_key)
        ORDER BY CASE WHEN id = :ref THEN 0 ELSE 1 END LIMIT 1
        """,
        owner=owner,
        ref=id_or_name,
        name_key=name_key(id_or_name),
    )
    return voice_from_row(rows[0]) if rows else None
