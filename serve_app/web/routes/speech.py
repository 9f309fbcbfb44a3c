"""POST /tts, /clone, /clone/quick."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Header, Request, Response

from serve_app.service import Service
from serve_app.web.answers import answer, is_async
from serve_app.web.requests import CloneRequest, QuickCloneRequest, SpeechRequest
from serve_app.web.routes.common import (
    FILE,
    CallerDep,
    PrefixDep,
    ServiceDep,
    problems,
)
from serve_app.web.schemas import SpeechResponse
from serve_app.web.ssml_bodies import SpeechRoute
from serve_app.web.streaming import STREAM_HEADERS, stream_job
from serve_app.web.uploads import read_upload
from serve_app.work.intake import Asked
from serve_app.work.orders import Words

router = APIRouter(tags=["speech"], route_class=SpeechRoute)

Prefer = Annotated[
    str | None,
    Header(
        examples=["respond-async"],
        description="respond-async answers 202 at once; wait=10 waits up to ten seconds",
    ),
]


async def get_preferences(request: Request, prefer: Prefer = None) -> str | None:
    """All lines of the header as one: it may come several times (RFC 7240, 2)."""
    return None if prefer is None else ", ".join(request.headers.getlist("prefer"))


PreferDep = Annotated[str | None, Depends(get_preferences)]
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "content": FILE,
        "description": "The audio is ready; with stream, the audio itself, as it is made",
        "headers": STREAM_HEADERS,
    },
    202: {
        "model": SpeechResponse,
        "description": "Accepted; poll the Location",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "where its status is"},
            "Retry-After": {"schema": {"type": "integer"}, "description": "seconds until likely"},
        },
    },
    **problems(404, 408, 410, 413, 415, 422, 429, 503, 507),
}


@router.post("/tts", response_model=SpeechResponse, responses=ANSWERS)
async def create_speech(
    body: SpeechRequest,
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    prefix: PrefixDep,
    prefer: PreferDep,
) -> SpeechResponse | Response:
    """Speak a text with one of the base speakers.

    A body of `application/ssml+xml` is the text alone, with the other fields in the query.
    """
    asked = told(service, caller.asks("tts", body), body)
    intake = service.intake
    job = await intake.earlier(asked) or await intake.speak(asked, words_of(body))
    if body.stream and not is_async(prefer):
        return await stream_job(service, job, request)
    return await answer(service, caller.owner, job, prefer, response, prefix)


@router.post("/clone", response_model=SpeechResponse, responses=ANSWERS)
async def create_clone(
    body: CloneRequest,
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    prefix: PrefixDep,
    prefer: PreferDep,
) -> SpeechResponse | Response:
    """Speak a text with a registered voice.

    A body of `application/ssml+xml` is the text alone, with the other fields in the query.
    """
    asked = told(service, caller.asks("clone", body), body)
    intake = service.intake
    job = await intake.earlier(asked) or await intake.clone(asked, words_of(body), body.voice_id)
    if body.stream and not is_async(prefer):
        return await stream_job(service, job, request)
    return await answer(service, caller.owner, job, prefer, response, prefix)


@router.post("/clone/quick", response_model=SpeechResponse, responses=ANSWERS)
async def create_quick_clone(
    request: Request,
    response: Response,
    service: ServiceDep,
    caller: CallerDep,
    prefix: PrefixDep,
    form: Annotated[QuickCloneRequest, Form(media_type="multipart/form-data")],
    prefer: PreferDep,
) -> SpeechResponse | Response:
    """Speak a text with the voice of a recording, which is not kept."""
    service.voices.require_consent(form.consent)
    body = form.speech()
    sample = await read_upload(form.voice_sample, service.threads)
    # In a thread, since the whole recording is part of what is repeated.
    asked = await service.threads.compute(caller.owner, caller.asks, "clone_quick", body, sample)
    asked = told(service, asked, body)
    intake = service.intake
    job = await intake.earlier(asked) or await intake.clone_sample(asked, words_of(body), sample)
    if body.stream and not is_async(prefer):
        return await stream_job(service, job, request)
    return await answer(service, caller.owner, job, prefer, response, prefix)


def told(service: Service, asked: Asked, body: SpeechRequest) -> Asked:
    """The same, with whom its end is told. Raises CallbackRefused."""
    return replace(asked, callback_url=service.callbacks.check(body.callback_url))


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
        sample_rate=body.sample_rate or 0,
        stream=body.stream,
        keep=body.keep,
        input_type=body.input_type,
        timestamps=body.timestamps,
    )
