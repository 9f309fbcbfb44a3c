"""POST /v1/audio/speech: text to speech as OpenAI's clients ask for it, heard while it is made."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from serve_app.service import Service
from serve_app.store.values import Job, JobKind
from serve_app.web.answers import words_of
from serve_app.web.caption_schemas import words_view
from serve_app.web.gate import GatedRoute
from serve_app.web.openai_intake import meant, new_job, warnings_of
from serve_app.web.openai_requests import WARNINGS_HEADER, CreateSpeechRequest, header_of
from serve_app.web.routes.common import FILE, CallerDep, ServiceDep, problems
from serve_app.web.shedding import OPENAI_SPEECH
from serve_app.web.streaming import (
    AUDIO_ID_HEADER,
    STREAM,
    STREAM_HEADERS,
    Begun,
    CutOffError,
    begin,
)

router = APIRouter(tags=["openai"], route_class=GatedRoute)

EVENT_STREAM = "text/event-stream"
TOKEN_S = 0.05  # of audio: what `usage` counts
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The audio as it is made, or its events",
        "content": FILE | {EVENT_STREAM: {"schema": {"type": "string"}}},
        "headers": STREAM_HEADERS
        | {
            WARNINGS_HEADER: {
                "schema": {"type": "string"},
                "description": "what of the request is not done as it was written",
            }
        },
    },
    **problems(404, 408, 410, 413, 415, 422, 429, 503, 507),
}


@router.post(OPENAI_SPEECH, response_class=Response, responses=ANSWERS)
async def create_openai_speech(
    body: CreateSpeechRequest, service: ServiceDep, caller: CallerDep
) -> Response:
    """Speak a text as OpenAI's API does, with a base speaker or a voice of your own."""
    words, voice_id = await meant(body, service, caller.owner)
    kind: JobKind = "tts" if voice_id is None else "clone"
    asked = caller.asks(kind, body, route=OPENAI_SPEECH)
    job = await service.intake.earlier(asked)
    if job is None:
        job = await new_job(service, asked, words, voice_id)
    begun = await begin(service, job)
    headers = STREAM | {AUDIO_ID_HEADER: job.id} | header_of([*body.warnings(), *warnings_of(job)])
    if body.stream_format == "sse":
        events = _events(begun, body, service, job)
        return StreamingResponse(events, headers=headers, media_type=EVENT_STREAM)
    return StreamingResponse(begun.chunks(), headers=headers, media_type=begun.media_type)


async def _events(
    begun: Begun, body: CreateSpeechRequest, service: Service, job: Job
) -> AsyncGenerator[bytes]:
    """The stream as server-sent events: the bytes of all deltas, joined, are the file."""
    try:
        async with aclosing(begun.chunks()) as chunks:
            async for chunk in chunks:
                audio = base64.b64encode(chunk).decode("ascii")
                yield _event({"type": "speech.audio.delta", "audio": audio})
                if new := begun.listener.new_words():
                    words = [one.model_dump() for one in words_view(*new)]
                    yield _event({"type": "speech.audio.words", "words": words})
    except CutOffError:
        told = "The audio could not be made to its end."
        yield _event({"type": "speech.audio.error", "error": {"message": told, "code": None}})
        return
    ended = await service.jobs.get(job.id, job.owner)
    seconds = ended.audio.seconds if ended and ended.audio else 0.0
    counted = {"input_tokens": len(body.input), "output_tokens": round(seconds / TOKEN_S)}
    total = {"total_tokens": sum(counted.values())}
    done: dict[str, object] = {"type": "speech.audio.done", "usage": counted | total}
    if ended and "similarity" in ended.report:
        done["similarity"] = ended.report["similarity"]
    if ended and (heard := await words_of(service, ended)) is not None:
        done["words"] = [one.model_dump() for one in heard]
    yield _event(done)


def _event(data: Mapping[str, object]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
