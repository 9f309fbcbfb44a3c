"""POST /voice/register, GET /voice/list and /voice/list/deleted, GET and DELETE /voice/{id}."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response

from deployments.pipeline import EMBEDDING_EXTRACTION
from serve_app.consents import Statement
from serve_app.errors import InvalidRequest
from serve_app.service import Service
from serve_app.store.values import Evidence, Voice
from serve_app.voices import check_name, fingerprint_of
from serve_app.web.conditions import is_conditional, is_not_modified, require_version
from serve_app.web.requests import RegistrationRequest
from serve_app.web.routes.common import (
    ETAG,
    IdempotencyKey,
    OwnerDep,
    ServiceDep,
    idempotency,
    problems,
)
from serve_app.web.schemas import DeletedResponse
from serve_app.web.strict import StrictRoute
from serve_app.web.uploads import read_upload
from serve_app.web.voice_schemas import (
    DeletedVoiceResponse,
    DeletedVoicesResponse,
    EvidenceResponse,
    QualityResponse,
    RegisteredVoiceResponse,
    VoiceListResponse,
    VoiceResponse,
)

VoiceId = Annotated[str, Path(description="an id, or a name", examples=["my_voice"])]

router = APIRouter(prefix="/voice", tags=["voices"], route_class=StrictRoute)

CONDITIONAL: dict[int | str, dict[str, Any]] = {
    200: {"description": "The voice", "headers": ETAG},
    304: {"description": "If-None-Match names the current ETag", "headers": ETAG},
    **problems(404, 412),
}


@router.post("/register", responses=problems(408, 409, 413, 415, 422, 503, 507))
async def register_voice(
    service: ServiceDep,
    owner: OwnerDep,
    form: Annotated[RegistrationRequest, Form(media_type="multipart/form-data")],
    key: IdempotencyKey = None,
) -> RegisteredVoiceResponse:
    """Learn a voice from recordings and keep it."""
    service.stages.require(EMBEDDING_EXTRACTION)
    service.voices.require_consent(form.consent)
    told = await _statement(form, service)
    name = check_name(form.voice_name)
    limit = service.settings.limits.max_samples
    if len(form.voice_sample) > limit:
        raise InvalidRequest(f"Up to {limit} recordings make one voice.")
    samples = [await read_upload(upload, service.threads) for upload in form.voice_sample]
    repeat = None
    if key is not None:
        digest = await service.threads.compute(
            owner, fingerprint_of, name, str(form.consent), *samples, *told.parts()
        )
        repeat = idempotency(key, "/voice/register", digest)
    evidence = await service.consents.take_down(owner, told) if form.consent else None
    added = await service.voices.register(owner, name, samples, repeat, evidence)
    voice = added.voice
    return RegisteredVoiceResponse(
        **_view(voice).model_dump(), message=f"The voice {voice.voice_id!r} is registered."
    )


@router.get("/list")
async def list_voices(service: ServiceDep, owner: OwnerDep) -> VoiceListResponse:
    """All registered voices, the newest last."""
    voices = await service.voices.list(owner)
    return VoiceListResponse(
        voices=[voice.voice_id for voice in voices],
        count=len(voices),
        items=[_view(voice) for voice in voices],
    )


@router.get("/list/deleted")
async def list_deleted_voices(service: ServiceDep, owner: OwnerDep) -> DeletedVoicesResponse:
    """What is left of deleted voices: that they were there, and what showed a consent. The last
    deleted first."""
    deleted = [
        DeletedVoiceResponse(
            record_id=voice.id,
            engine=voice.engine,
            created_at=voice.created_at,
            deleted_at=voice.deleted_at,
            consent=voice.consent,
            evidence=voice.evidence,
            stated_at=voice.stated_at,
        )
        for voice in await service.voices.list_deleted(owner)
    ]
    return DeletedVoicesResponse(count=len(deleted), items=deleted)


@router.get("/{voice_id}", response_model=VoiceResponse, responses=CONDITIONAL)
async def get_voice(
    voice_id: VoiceId, request: Request, response: Response, service: ServiceDep, owner: OwnerDep
) -> VoiceResponse | Response:
    """One voice, by its id or the name it was registered under."""
    voice = await service.voices.get(voice_id, owner)
    response.headers["ETag"] = _etag(voice)
    if is_not_modified(request.headers, _etag(voice)):
        return Response(status_code=304, headers=response.headers)
    return _view(voice)


@router.delete("/{voice_id}", responses=problems(404, 412))
async def delete_voice(
    voice_id: VoiceId, request: Request, service: ServiceDep, owner: OwnerDep
) -> DeletedResponse:
    """Forget a voice. Clones that are accepted already are still made. With If-Match, only the
    voice with this ETag, not another that has got its name since."""
    if is_conditional(request.headers):
        voice = await service.voices.get(voice_id, owner)
        require_version(request.headers, _etag(voice))
        voice_id = voice.id
    voice = await service.voices.delete(voice_id, owner)
    return DeletedResponse(message=f"The voice {voice.voice_id!r} is deleted.")


async def _statement(form: RegistrationRequest, service: Service) -> Statement:
    """What a form tells of a consent.

    Raises:
        InvalidRequest: it tells of one that it does not state.
    """
    recording = b""
    if form.consent_recording:
        field = "consent_recording"
        recording = await read_upload(form.consent_recording, service.threads, field)
        if not recording:
            raise InvalidRequest("consent_recording is an empty file.")
    told = Statement(form.consent_speaker, form.consent_words, form.consent_language, recording)
    if told and not form.consent:
        raise InvalidRequest("consent_… tells of a consent that is not stated: send consent=true.")
    return told


def _etag(voice: Voice) -> str:
    """A voice never changes: another under its name is another record."""
    return f'"{voice.id}"'


def _view(voice: Voice) -> VoiceResponse:
    return VoiceResponse(
        voice_id=voice.voice_id,
        name=voice.name,
        engine=voice.engine,
        engine_version=voice.engine_version,
        speech_seconds=round(voice.speech_seconds, 2),
        created_at=voice.created_at,
        consent=voice.consent,
        consent_evidence=_evidence(voice.evidence) if voice.evidence else None,
        record_id=voice.id,
        quality=[QualityResponse(**sample) for sample in voice.quality.get("samples", [])],
    )


def _evidence(evidence: Evidence) -> EvidenceResponse:
    return EvidenceResponse(kind=evidence.kind, **asdict(evidence))
