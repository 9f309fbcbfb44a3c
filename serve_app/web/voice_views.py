"""Voices as the routes show them."""

from __future__ import annotations

from dataclasses import asdict

from serve_app.store.values import DeletedVoice, Evidence, Voice
from serve_app.web.quality_schemas import similarity_view
from serve_app.web.voice_schemas import (
    DeletedVoiceResponse,
    EvidenceResponse,
    QualityResponse,
    RegisteredVoiceResponse,
    VoiceResponse,
)

UNHEARD = "nobody heard how alike its recordings are"


def voice_view(voice: Voice) -> VoiceResponse:
    return VoiceResponse(
        voice_id=voice.voice_id,
        name=voice.name,
        engine=voice.engine,
        engine_version=voice.engine_version,
        speech_seconds=round(voice.speech_seconds, 2),
        created_at=voice.created_at,
        consent=voice.consent,
        consent_evidence=_evidence_view(voice.evidence) if voice.evidence else None,
        record_id=voice.id,
        quality=[QualityResponse(**sample) for sample in voice.quality.get("samples", [])],
        similarity=similarity_view(voice.quality, UNHEARD),
    )


def registered_view(voice: Voice, message: str) -> RegisteredVoiceResponse:
    return RegisteredVoiceResponse(**voice_view(voice).model_dump(), message=message)


def deleted_view(voice: DeletedVoice) -> DeletedVoiceResponse:
    return DeletedVoiceResponse(
        record_id=voice.id,
        engine=voice.engine,
        created_at=voice.created_at,
        deleted_at=voice.deleted_at,
        consent=voice.consent,
        evidence=voice.evidence,
        stated_at=voice.stated_at,
    )


def etag_of(voice: Voice) -> str:
    """A voice never changes: another under its name is another record."""
    return f'"{voice.id}"'


def _evidence_view(evidence: Evidence) -> EvidenceResponse:
    return EvidenceResponse(kind=evidence.kind, **asdict(evidence))
