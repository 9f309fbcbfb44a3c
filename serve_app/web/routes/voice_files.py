"""GET /voice/{id}/export and POST /voice/import: a voice as one file, from service to service."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Response

from deployments.graph import TONE_CONVERSION
from serve_app.consents import Statement
from serve_app.voice_files import SUFFIX, read_voice_file
from serve_app.web.requests import ImportRequest
from serve_app.web.routes.common import (
    ETAG,
    IdempotencyKey,
    OwnerDep,
    ServiceDep,
    VoiceId,
    problems,
    repeat_of,
)
from serve_app.web.strict import StrictRoute
from serve_app.web.voice_schemas import RegisteredVoiceResponse
from serve_app.web.voice_views import etag_of, registered_view

BYTES = "application/octet-stream"
ROUTE = "/voice/import"
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The voice file",
        "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}},
        "headers": ETAG,
    },
    **problems(404),
}

router = APIRouter(prefix="/voice", tags=["voices"], route_class=StrictRoute)


@router.get("/{voice_id}/export", response_class=Response, responses=FILE)
async def export_voice(voice_id: VoiceId, service: ServiceDep, owner: OwnerDep) -> Response:
    """A voice as one file: embedding, engine, quality report, what shows the consent, and a hash.
    Whoever has it and the engine can speak with the voice."""
    voice = await service.voices.get(voice_id, owner)
    file = await service.voices.export(voice)
    named = quote(voice.voice_id + SUFFIX)
    headers = {
        "ETag": etag_of(voice),
        "Content-Disposition": f"attachment; filename*=UTF-8''{named}",
        "Cache-Control": "no-store",
    }
    return Response(file, media_type=BYTES, headers=headers)


@router.post("/import", responses=problems(408, 409, 413, 415, 422, 503, 507))
async def import_voice(
    service: ServiceDep,
    owner: OwnerDep,
    form: Annotated[ImportRequest, Form(media_type="multipart/form-data")],
    key: IdempotencyKey = None,
) -> RegisteredVoiceResponse:
    """Bring in a voice that a service with the same engine exported."""
    service.stages.require(TONE_CONVERSION)
    data = await service.threads.io(form.voice_file.file.read)
    file = await service.threads.compute(owner, read_voice_file, data)
    service.stages.check_embedding(file.embedding)
    service.voices.require_consent(form.consent or file.card.consent)
    repeat = await repeat_of(service, owner, key, ROUTE, form.voice_name, str(form.consent), data)
    stated = await service.consents.take_down(owner, Statement()) if form.consent else None
    added = await service.voices.bring_in(owner, form.voice_name, file, repeat, stated)
    return registered_view(added.voice, f"The voice {added.voice.voice_id!r} is brought in.")
