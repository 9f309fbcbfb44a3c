"""Between rows and values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields

from serve_app.store.database import Row
from serve_app.store.values import (
    AudioFile,
    Consent,
    DeletedVoice,
    Evidence,
    Failure,
    Job,
    Json,
    Voice,
)

NO_REQUEST = "{}"  # what is left of a request's text after its deletion
NO_WARNINGS = "[]"
SELECT_VOICE = """
    SELECT voices.*, voice_evidence.evidence
    FROM voices LEFT JOIN voice_evidence ON voice_evidence.voice_id = voices.id
"""
EVIDENCE_FIELDS = frozenset(field.name for field in fields(Evidence))


def to_json(value: object) -> str:
    """ASCII, and strict: a NaN would be unreadable to every other JSON parser."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def failure_to_json(failure: Failure) -> str:
    return to_json(asdict(failure))


def audio_to_json(audio: AudioFile) -> str:
    return to_json(asdict(audio))


def evidence_to_json(evidence: Evidence) -> str:
    return to_json(asdict(evidence))


def keys_to_json(keys: Iterable[str]) -> str:
    """A set of keys as the object that `json_each` opens in both databases."""
    return to_json(dict.fromkeys(keys, ""))


def job_from_row(row: Row) -> Job:
    failure, audio = row["failure"], row["audio"]
    return Job(
        id=row["id"],
        kind=row["kind"],
        owner=row["owner"],
        state=row["state"],
        request=json.loads(row["request"]),
        cost=row["cost"],
        pieces_done=row["pieces_done"],
        pieces_total=row["pieces_total"],
        attempts=row["attempts"],
        recoveries=row["recoveries"],
        runner=row["runner"],
        lease=row["lease"],
        lease_expires_at=row["lease_expires_at"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        failure=Failure(**json.loads(failure)) if failure else None,
        audio=AudioFile(**json.loads(audio)) if audio else None,
        warnings=tuple(json.loads(row["warnings"])),
        request_id=row["request_id"],
        deleted_at=row["deleted_at"],
        report=json.loads(row.get("report") or "{}"),
    )


def evidence_from(said: Json) -> Evidence:
    """What a newer release adds is left out."""
    return Evidence(**{name: said[name] for name in said.keys() & EVIDENCE_FIELDS})


def consent_from_row(row: Row) -> Consent:
    return Consent(row["id"], row["owner"], evidence_from(json.loads(row["evidence"])))


def deleted_voice_from_row(row: Row) -> DeletedVoice:
    return DeletedVoice(
        id=row["id"],
        owner=row["owner"],
        engine=row["engine"],
        created_at=row["created_at"],
        deleted_at=row["deleted_at"],
        consent=bool(row["consent"]),
        evidence=row["evidence"],
        stated_at=row["stated_at"],
    )


def voice_from_row(row: Row) -> Voice:
    """Of `SELECT_VOICE`, or of the voice alone."""
    evidence = row.get("evidence")
    return Voice(
        id=row["id"],
        owner=row["owner"],
        name=row["name"],
        engine=row["engine"],
        engine_version=row["engine_version"],
        blob_key=row["blob_key"],
        quality=json.loads(row["quality"]),
        speech_seconds=row["speech_seconds"],
        created_at=row["created_at"],
        consent=bool(row["consent"]),  # SQLite keeps 0 or 1
        evidence=evidence_from(json.loads(evidence)) if evidence else None,
    )
