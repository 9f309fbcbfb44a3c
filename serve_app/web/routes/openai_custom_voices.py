"""POST, GET and DELETE /v1/audio/voice_consents, POST and DELETE /v1/audio/voices: a voice of one's
own as OpenAI's clients bring it. The voice is the one that /voice/register would make."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query

from deployments.graph import EMBEDDING_EXTRACTION
from serve_app.consents import Statement
from serve_app.errors import InvalidRequest
from serve_app.voice_names import check_name
from serve_app.web.openai_consents import (
    ConsentListResponse,
    ConsentResponse,
    CreateConsentRequest,
    CreateVoiceRequest,
    CustomVoiceResponse,
    DeletedConsentResponse,
    DeletedCustomVoiceResponse,
    RenameConsentRequest,
    consent_view,
    page_view,
    voice_view,
)
from serve_app.web.openai_voices import LIST
from serve_app.web.routes.common import (
    IdempotencyKey,
    OwnerDep,
    ServiceDep,
    VoiceId,
    problems,
    repeat_of,
)
from serve_app.web.strict import StrictRoute
from serve_app.web.uploads import read_upload

CONSENTS = "/v1/audio/voice_consents"
MULTIPART = "multipart/form-data"

ConsentId = Annotated[str, Path(description="what POST answered", examples=["cons_0b5c9e0a"])]
Limit = Annotated[int, Query(ge=1, le=100, description="consents on a page")]
After = Annotated[str | None, Query(max_length=128, description="the `last_id` of the page before")]

router = APIRouter(tags=["openai"], route_class=StrictRoute)


@router.post(CONSENTS, responses=problems(408, 413, 415, 422, 503))
async def create_consent(
    service: ServiceDep,
    owner: OwnerDep,
    form: Annotated[CreateConsentRequest, Form(media_type=MULTIPART)],
) -> ConsentResponse:
    """Keep a speaker's consent for voices to come: its words, and the digest of its recording."""
    recording = await read_upload(form.recording, service.threads, "recording")
    if not recording:
        raise InvalidRequest("recording is an empty file.")
    told = Statement(form.name, form.words, form.language, recording)
    return consent_view(await service.consents.add(owner, told))


@router.get(CONSENTS, responses=problems(404, 422))
async def list_consents(
    service: ServiceDep, owner: OwnerDep, limit: Limit = 20, after: After = None
) -> ConsentListResponse:
    """Consents that were brought with your key, the newest first."""
    return page_view(await service.consents.list(owner, limit + 1, after), limit)


@router.get(CONSENTS + "/{consent_id}", responses=problems(404))
async def get_consent(
    consent_id: ConsentId, service: ServiceDep, owner: OwnerDep
) -> ConsentResponse:
    """One consent."""
    return consent_view(await service.consents.get(consent_id, owner))


@router.post(CONSENTS + "/{consent_id}", responses=problems(404, 408, 413, 415, 422))
async def rename_consent(
    consent_id: ConsentId, body: RenameConsentRequest, service: ServiceDep, owner: OwnerDep
) -> ConsentResponse:
    """Change who consented by name. Voices keep the name that they were made with."""
    return consent_view(await service.consents.rename(consent_id, body.name, owner))


@router.delete(CONSENTS + "/{consent_id}", responses=problems(404))
async def delete_consent(
    consent_id: ConsentId, service: ServiceDep, owner: OwnerDep
) -> DeletedConsentResponse:
    """Forget a consent. Voices that were made with it stay, and so does what they know of it."""
    await service.consents.delete(consent_id, owner)
    return DeletedConsentResponse(id=consent_id)


@router.post(LIST, responses=problems(404, 408, 409, 413, 415, 422, 503, 507))
async def create_custom_voice(
    service: ServiceDep,
    owner: OwnerDep,
    form: Annotated[CreateVoiceRequest, Form(media_type=MULTIPART)],
    key: IdempotencyKey = None,
) -> CustomVoiceResponse:
    """Learn a voice from a recording and keep it, with a consent that was brought before."""
    service.stages.require(EMBEDDING_EXTRACTION)
    name = check_name(form.name, "name")
    consent = await service.consents.get(form.consent, owner)
    sample = await read_upload(form.audio_sample, service.threads, "audio_sample")
    repeat = await repeat_of(service, owner, key, LIST, name, form.consent, sample)
    added = await service.voices.register(owner, name, [sample], repeat, consent.evidence)
    return voice_view(added.voice)


@router.delete(LIST + "/{voice_id}", responses=problems(404))
async def delete_custom_voice(
    voice_id: VoiceId, service: ServiceDep, owner: OwnerDep
) -> DeletedCustomVoiceResponse:
    """Forget a voice. Its consent stays until it is deleted itself."""
    voice = await service.voices.delete(voice_id, owner)
    return DeletedCustomVoiceResponse(id=voice.voice_id)
