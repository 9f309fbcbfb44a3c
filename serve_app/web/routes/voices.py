"""POST /voice/register, GET /voice/list and /voice/list/deleted, GET and DELETE /voice/{id}."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from deployments.graph import EMBEDDING_EXTRACTION
from serve_app.consents import Statement
from serve_app.errors import InvalidRequest
from serve_app.service import Service
from serve_app.voice_names import check_name
from serve_app.web.conditions import is_conditional, is_not_modified, require_version
from serve_app.web.requests import RegistrationRequest
from serve_app.web.routes.common import (
    ETAG,
    IdempotencyKey,
    OwnerDep,
    ServiceDep,
    VoiceId,
    problems,
    repeat_of,
)
from serve_app.web.schemas import DeletedResponse
from serve_app.web.strict import StrictRoute
from serve_app.web.uploads import read_upload
from serve_app.web.voice_schemas import (
    DeletedVoicesResponse,
    RegisteredVoiceResponse,
    VoiceListResponse,
    VoiceResponse,
)
from serve_app.web.voice_views import deleted_view, etag_of, registered_view, voice_view

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
    parts = (name, str(form.consent), *samples, *told.parts())
    repeat = await repeat_of(service, owner, key, "/voice/register", *parts)
    evidence = await service.consents.take_down(owner, told) if form.consent else None
    added = await service.voices.register(owner, name, samples, repeat, evidence)
    return registered_view(added.voice, f"The voice {added.voice.voice_id!r} is registered.")


@router.get("/list")
async def list_voices(service: ServiceDep, owner: OwnerDep) -> VoiceListResponse:
    """All registered voices, the newest last."""
    voices = await service.voices.list(owner)
    return VoiceListResponse(
        voices=[voice.voice_id for voice in voices],
        count=len(voices),
        items=[voice_view(voice) for voice in voices],
    )


@router.get("/list/deleted")
async def list_deleted_voices(service: ServiceDep, owner: OwnerDep) -> DeletedVoicesResponse:
    """What is left of deleted voices: that they were there, and what showed a consent. The last
    deleted first."""
    deleted = await service.voices.list_deleted(owner)
    items = [deleted_view(voice) for voice in deleted]
    return DeletedVoicesResponse(count=len(items), items=items)


@router.get("/{voice_id}", response_model=VoiceResponse, responses=CONDITIONAL)
async def get_voice(
    voice_id: VoiceId, request: Request, response: Response, service: ServiceDep, owner: OwnerDep
) -> VoiceResponse | Response:
    """One voice, by its id or the name it was registered under."""
    voice = await service.voices.get(voice_id, owner)
    response.headers["ETag"] = etag_of(voice)
    if is_not_modified(request.headers, etag_of(voice)):
        return Response(status_code=304, headers=response.headers)
    return voice_view(voice)


@router.delete("/{voice_id}", responses=problems(404, 412))
async def delete_voice(
    voice_id: VoiceId, request: Request, service: ServiceDep, owner: OwnerDep
) -> DeletedResponse:
    """Forget a voice. Clones that are accepted already are still made. With If-Match, only the
    voice with this ETag, not another that has got its name since."""
    if is_conditional(request.headers):
        voice = await service.voices.get(voice_id, owner)
        require_version(request.headers, etag_of(voice))
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
    language = form.consent_language or ""
    told = Statement(form.consent_speaker, form.consent_words, language, recording)
    if told and not form.consent:
        raise InvalidRequest("consent_… tells of a consent that is not stated: send consent=true.")
    return told
