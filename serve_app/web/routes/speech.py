"""POST /tts, /clone, /clone/quick."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Request, Response, UploadFile
from fastapi.routing import APIRoute
from pydantic import Json

from serve_app.errors import QueueFull
from serve_app.web.answers import answer
from serve_app.web.bodies import read_small_body
from serve_app.web.requests import (
    CONSENT_HELP,
    LANGUAGE_HELP,
    SPEAKER_HELP,
    AudioFormatName,
    CloneRequest,
    Pitch,
    Pronunciations,
    Seed,
    SpeechRequest,
    Speed,
)
from serve_app.web.routes.common import CallerDep, ServiceDep, get_service, problems
from serve_app.web.schemas import SpeechResponse
from serve_app.web.shedding import KINDS
from serve_app.web.uploads import read_upload
from serve_app.work.limits import LIMITS
from serve_app.work.orders import Words


class GatedRoute(APIRoute):
    """Turns work away before its body is read, where there is no room for more of it, or of its
    owner's.

    A request with an idempotency key passes: it may be the repetition of one that was accepted.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        kind = KINDS[self.path]

        async def gated(request: Request) -> Response:
            if "idempotency-key" in request.headers:
                return await handler(request)
            owner: str = request.state.owner
            try:
                get_service(request).intake.check_room(kind, owner)
            except (QueueFull, *LIMITS.values()):
                await read_small_body(request.scope, request.receive)
                raise
            return await handler(request)

        return gated


router = APIRouter(tags=["speech"], route_class=GatedRoute)

Prefer = Annotated[
    str | None,
    Header(description="respond-async answers 202 at once; wait=10 waits up to ten seconds"),
]
ANSWERS: dict[int | str, dict[str, Any]] = {
    202: {"model": SpeechResponse, "description": "Accepted; poll the Location"},
    **problems(404, 408, 413, 415, 422, 429, 503, 507),
}


@router.post("/tts", response_model=SpeechResponse, responses=ANSWERS)
async def create_speech(
    body: SpeechRequest,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    prefer: Prefer = None,
) -> SpeechResponse:
    """Speak a text with one of the base speakers."""
    asked = caller.asks("tts", body)
    intake = service.intake
    job = await intake.earlier(asked) or await intake.speak(asked, words_of(body))
    return await answer(service, caller.owner, job, prefer, response)


@router.post("/clone", response_model=SpeechResponse, responses=ANSWERS)
async def create_clone(
    body: CloneRequest,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    prefer: Prefer = None,
) -> SpeechResponse:
    """Speak a text with a registered voice."""
    asked = caller.asks("clone", body)
    intake = service.intake
    job = await intake.earlier(asked) or await intake.clone(asked, words_of(body), body.voice_id)
    return await answer(service, caller.owner, job, prefer, response)


@router.post("/clone/quick", response_model=SpeechResponse, responses=ANSWERS)
async def create_quick_clone(
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    text: Annotated[str, Form(description="what to say")],
    voice_sample: Annotated[UploadFile, File(description="a recording of the voice")],
    language: Annotated[str, Form(max_length=35, description=LANGUAGE_HELP)] = "EN",
    speaker: Annotated[str | None, Form(max_length=64, description=SPEAKER_HELP)] = None,
    speed: Annotated[Speed, Form()] = 1.0,
    pitch: Annotated[Pitch, Form()] = 0.0,
    format: Annotated[AudioFormatName, Form()] = "wav",  # noqa: A002  the field's name
    seed: Annotated[Seed, Form()] = None,
    consent: Annotated[bool, Form(description=CONSENT_HELP)] = False,
    pronunciations: Annotated[
        Json[Pronunciations] | None, Form(description="a JSON object, {word: how it sounds}")
    ] = None,
    prefer: Prefer = None,
) -> SpeechResponse:
    """Speak a text with the voice of a recording, which is not kept."""
    service.voices.require_consent(consent)
    body = SpeechRequest(
        text=text,
        language=language,
        speaker=speaker,
        speed=speed,
        pitch=pitch,
        format=format,
        seed=seed,
        pronunciations=pronunciations or {},
    )
    sample = await read_upload(voice_sample, service.threads)
    # In a thread, since the whole recording is part of what is repeated.
    asked = await service.threads.compute(caller.owner, caller.asks, "clone_quick", body, sample)
    intake = service.intake
    job = await intake.earlier(asked) or await intake.clone_sample(asked, words_of(body), sample)
    return await answer(service, caller.owner, job, prefer, response)


def words_of(body: SpeechRequest) -> Words:
    return Words(
        text=body.text,
        language=body.language,
        speaker=body.speaker,
        speed=body.speed,
        pitch=body.pitch,
        format=body.format,
        seed=body.seed,
        pronunciations=body.pronunciations,
    )
