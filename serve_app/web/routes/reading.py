"""GET and POST /tts/read: how a text will be said."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from serve_app.service import Service
from serve_app.web.read_schemas import ReadResponse
from serve_app.web.requests import (
    INPUT_TYPE_HELP,
    LANGUAGE_HELP,
    MAX_SPEAKER,
    SPEAKER_HELP,
    ReadRequest,
)
from serve_app.web.routes.common import OwnerDep, ServiceDep, problems
from serve_app.web.strict import StrictRoute
from serve_app.work.orders import InputType
from serve_app.work.reading import ReadText

router = APIRouter(prefix="/tts/read", tags=["speech"], route_class=StrictRoute)

ANSWERS: dict[int | str, dict[str, Any]] = {200: {"model": ReadResponse}}

Text = Annotated[str, Query(description="what would be said", examples=["It cost $3.50."])]
Language = Annotated[str, Query(max_length=35, description=LANGUAGE_HELP, examples=["EN"])]
Speaker = Annotated[
    str | None, Query(max_length=MAX_SPEAKER, description=SPEAKER_HELP, examples=["EN-US"])
]
Written = Annotated[InputType, Query(description=INPUT_TYPE_HELP)]


@router.get("", responses=ANSWERS | problems(404, 422, 503))
async def read_short_text(
    text: Text,
    service: ServiceDep,
    owner: OwnerDep,
    language: Language = "EN",
    speaker: Speaker = None,
    input_type: Written = "text",
) -> Response:
    """What will be said for a text, word by word, with each word's place in the text."""
    asked = ReadRequest(text=text, language=language, speaker=speaker, input_type=input_type)
    return await answer(service, owner, asked)


@router.post("", responses=ANSWERS | problems(404, 408, 413, 415, 422, 503))
async def read_text(body: ReadRequest, service: ServiceDep, owner: OwnerDep) -> Response:
    """The same, for texts that are too long for an address."""
    return await answer(service, owner, body)


async def answer(service: Service, owner: str, asked: ReadRequest) -> Response:
    read = await service.reader.read(
        owner, asked.text, asked.language, asked.speaker, asked.input_type
    )
    # In a thread: a long text has thousands of words.
    content = await service.threads.brief(owner, written, read)
    return Response(content, media_type="application/json")


def written(read: ReadText) -> str:
    """JSON, whatever characters stand in the text."""
    words = [
        {
            "text": encodable(read.text[word.start : word.end]),
            "said": word.said,
            "start": word.start,
            "end": word.end,
            "phones": word.phones,
            "language": language,
        }
        for word, language in zip(read.words, read.languages, strict=True)
    ]
    answer = ReadResponse.model_validate(
        {"language": read.language, "said": read.said, "words": words, "warnings": read.warnings}
    )
    return answer.model_dump_json()


def encodable(text: str) -> str:
    """A lone surrogate has no place in JSON."""
    return text.encode(errors="replace").decode()
