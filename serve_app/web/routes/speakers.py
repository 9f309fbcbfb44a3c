"""GET /tts/speakers and /tts/phones: what can be spoken, and how pronunciations are written."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from engines.reading.notation import NOTATIONS
from serve_app.web.requests import LANGUAGE_HELP
from serve_app.web.routes.common import ServiceDep, problems
from serve_app.web.urls import UrlRoute
from serve_app.web.voice_schemas import LanguageSpeakersResponse, PhonesResponse, SpeakersResponse

Language = Annotated[str, Path(description=LANGUAGE_HELP, examples=["EN"])]

router = APIRouter(prefix="/tts", tags=["speech"], route_class=UrlRoute)


@router.get("/speakers", responses=problems(503))
async def list_speakers(service: ServiceDep) -> SpeakersResponse:
    """All languages that can be served, with their speakers."""
    speakers = service.stages.catalog().speakers
    return SpeakersResponse(speakers=speakers, loaded_languages=list(speakers))


@router.get("/phones/{language}", responses=problems(422, 503))
async def list_phones(language: Language, service: ServiceDep) -> PhonesResponse:
    """What the pronunciations of one language are written with."""
    code = service.stages.catalog().language(language)
    notation = NOTATIONS[code]
    word, spelled = notation.example
    service.stages.text_rules().check(code, spelled)
    return PhonesResponse(
        language=code,
        notation=notation.name,
        help=notation.help,
        example={word: spelled},
        phones=list(notation.phones),
    )


@router.get("/speakers/{language}", responses=problems(422, 503))
async def list_language_speakers(
    language: Language, service: ServiceDep
) -> LanguageSpeakersResponse:
    """The speakers of one language."""
    catalog = service.stages.catalog()
    code = catalog.language(language)
    return LanguageSpeakersResponse(speakers=catalog.speakers[code], language=code)
