"""GET /v1/voices, /v1/voices/{voice_id} and /v2/voices, as ElevenLabs' clients list them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from serve_app.errors import InvalidRequest
from serve_app.web.elevenlabs.errors import VOICES, VOICES_V2
from serve_app.web.elevenlabs.voices import VoiceList, VoicePage, VoiceView, get_voice, list_voices
from serve_app.web.routes.common import OwnerDep, ServiceDep, VoiceId, problems
from serve_app.web.urls import UrlRoute

router = APIRouter(tags=["elevenlabs"], route_class=UrlRoute)

PageSize = Annotated[int, Query(ge=1, le=100, description="voices on a page")]
Token = Annotated[
    str | None, Query(max_length=32, description="the `next_page_token` of the page before")
]
Search = Annotated[str | None, Query(max_length=128, description="a part of the name")]
Category = Annotated[str | None, Query(max_length=32, description="cloned or premade")]


@router.get(VOICES, responses=problems(503))
async def list_all_voices(service: ServiceDep, owner: OwnerDep) -> VoiceList:
    """Your own voices and the base speakers, in ElevenLabs' shape."""
    return VoiceList(voices=await list_voices(service, owner))


@router.get(VOICES + "/{voice_id}", responses=problems(404, 503))
async def get_listed_voice(voice_id: VoiceId, service: ServiceDep, owner: OwnerDep) -> VoiceView:
    """One of them."""
    return await get_voice(service, owner, voice_id)


@router.get(VOICES_V2, responses=problems(422, 503))
async def search_voices(
    service: ServiceDep,
    owner: OwnerDep,
    page_size: PageSize = 10,
    next_page_token: Token = None,
    search: Search = None,
    category: Category = None,
) -> VoicePage:
    """The same, page by page."""
    start = 0
    if next_page_token is not None:
        if not (next_page_token.isascii() and next_page_token.isdigit()):
            raise InvalidRequest("next_page_token is none that a page before named.")
        start = int(next_page_token)
    wanted = (search or "").casefold()
    found = [
        voice
        for voice in await list_voices(service, owner)
        if wanted in voice.name.casefold() and category in (None, voice.category)
    ]
    end = start + page_size
    more = end < len(found)
    return VoicePage(
        voices=found[start:end],
        has_more=more,
        total_count=len(found),
        next_page_token=str(end) if more else None,
    )
