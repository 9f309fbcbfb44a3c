"""POST /v1/text-to-speech/{voice_id} and below: speech as ElevenLabs' clients ask for it."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from serve_app.errors import AudioCancelled, AudioNotFound
from serve_app.service import Service
from serve_app.store.errors import BlobNotFound
from serve_app.store.values import AudioFile, Job, JobKind, Json
from serve_app.web.answers import own_failure_of
from serve_app.web.elevenlabs.alignment import Aligner, Characters, whole_text
from serve_app.web.elevenlabs.requests import (
    DEFAULT_FORMAT,
    NO_LOGGING,
    Output,
    OutputFormat,
    TextToSpeechRequest,
    meant,
)
from serve_app.web.gate import GatedRoute
from serve_app.web.openai_intake import new_job, warnings_of
from serve_app.web.openai_requests import WARNINGS_HEADER, header_of
from serve_app.web.ranges import ByteRange
from serve_app.web.routes.common import FILE, Caller, CallerDep, ServiceDep, problems
from serve_app.web.shedding import ELEVENLABS_SPEECH
from serve_app.web.streaming import (
    AUDIO_ID_HEADER,
    STREAM,
    STREAM_HEADERS,
    Begun,
    begin,
    send_file,
)

router = APIRouter(tags=["elevenlabs"], route_class=GatedRoute)

LINES = "application/x-ndjson"
TIMED_WAY = "/with-timestamps"
LINE_BYTES = 2**15  # of audio: with its base64 and its times, a line that every client takes
LINE_CHARACTERS = 400
HEADERS = STREAM_HEADERS | {
    WARNINGS_HEADER: {
        "schema": {"type": "string"},
        "description": "what of the request is not done as it was written",
    }
}
FAILURES = problems(404, 408, 410, 413, 415, 422, 429, 503, 507)
AUDIO: dict[int | str, dict[str, Any]] = {
    200: {"description": "The audio", "content": FILE, "headers": HEADERS},
    **FAILURES,
}


class Alignment(BaseModel):
    """When each character is heard."""

    characters: list[str]
    character_start_times_seconds: list[float]
    character_end_times_seconds: list[float]


class AudioWithTimestamps(BaseModel):
    """Audio, and when its text is heard in it. What is said is not spelled: both alignments are the
    same, but for tags, which the normalized one is without."""

    audio_base64: str
    alignment: Alignment | None
    normalized_alignment: Alignment | None


TIMED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The audio and its times", "headers": HEADERS},
    **FAILURES,
}
TIMED_LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "As it is made, a JSON object a line like that of /with-timestamps",
        "content": {LINES: {"schema": {"type": "string"}}},
        "headers": HEADERS,
    },
    **FAILURES,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that has become a job, and what its answer's headers say."""

    job: Job
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """All that a request says."""

    voice_id: str
    body: TextToSpeechRequest
    output_format: OutputFormat
    enable_logging: bool
    caller: Caller

    async def taken(self, service: Service, way: str, *, stream: bool) -> Taken:
        """The job that it becomes, or that it became when it was sent before."""
        output = Output.of(self.output_format)
        owner = self.caller.owner
        said = await meant(self.body, self.voice_id, output, service, owner, stream=stream)
        words = replace(said.words, timestamps="word" if way.endswith(TIMED_WAY) else None)
        kind: JobKind = "tts" if said.voice_id is None else "clone"
        parts = (self.voice_id.encode(errors="replace"), self.output_format.encode())
        asked = self.caller.asks(kind, self.body, *parts, route=ELEVENLABS_SPEECH + way)
        earlier = await service.intake.earlier(asked)
        job = earlier or await new_job(service, asked, words, said.voice_id)
        return Taken(job, self.headers(job, said.warnings))

    def headers(self, job: Job, warnings: Sequence[str]) -> dict[str, str]:
        told = [*Output.of(self.output_format).warnings(), *self.body.warnings(), *warnings]
        told += [] if self.enable_logging else [NO_LOGGING]
        return {AUDIO_ID_HEADER: job.id} | header_of([*told, *warnings_of(job)])


async def get_wish(
    voice_id: Annotated[
        str, Path(max_length=128, description="out of GET /v1/voices", examples=["EN-US"])
    ],
    body: TextToSpeechRequest,
    caller: CallerDep,
    output_format: Annotated[
        OutputFormat, Query(description="codec_rate_kbit; the bit rate is the codec's own")
    ] = DEFAULT_FORMAT,
    enable_logging: Annotated[bool, Query(description="accepted, and not followed")] = True,
) -> Wish:
    return Wish(voice_id, body, output_format, enable_logging, caller)


WishDep = Annotated[Wish, Depends(get_wish)]


@router.post(ELEVENLABS_SPEECH, response_class=Response, responses=AUDIO)
async def convert_text(wish: WishDep, service: ServiceDep) -> Response:
    """Speak a text as ElevenLabs' API does, and answer with the whole file."""
    taken = await wish.taken(service, "", stream=False)
    audio = audio_of(await finished(service, taken.job))
    size = {"Content-Length": str(audio.size_bytes)}
    span = ByteRange(0, audio.size_bytes)
    return await send_file(service, audio, span, 200, STREAM | taken.headers | size)


@router.post(ELEVENLABS_SPEECH + "/stream", response_class=Response, responses=AUDIO)
async def stream_text(wish: WishDep, service: ServiceDep) -> Response:
    """Speak a text, heard while it is made."""
    taken = await wish.taken(service, "/stream", stream=True)
    begun = await begin(service, taken.job)
    headers = STREAM | taken.headers
    return StreamingResponse(begun.chunks(), headers=headers, media_type=begun.media_type)


@router.post(
    ELEVENLABS_SPEECH + "/with-timestamps", response_model=AudioWithTimestamps, responses=TIMED
)
async def convert_text_with_timestamps(wish: WishDep, service: ServiceDep) -> Response:
    """Speak a text, and say when each of its characters is heard."""
    taken = await wish.taken(service, "/with-timestamps", stream=False)
    job = await finished(service, taken.job)
    try:
        data = await service.threads.io(service.blobs.read, audio_of(job).blob_key)
    except BlobNotFound:
        raise AudioNotFound("The audio file is gone.") from None
    words = await service.threads.io(service.records.get_words, job.id)
    content = await service.threads.compute(
        job.owner, whole_timed, data, wish.body.text, job, words
    )
    return Response(content, headers=taken.headers, media_type="application/json")


@router.post(
    ELEVENLABS_SPEECH + "/stream/with-timestamps",
    response_class=StreamingResponse,
    responses=TIMED_LINES,
)
async def stream_text_with_timestamps(wish: WishDep, service: ServiceDep) -> Response:
    """The same while it is made: a JSON object a line."""
    taken = await wish.taken(service, "/stream/with-timestamps", stream=True)
    job = taken.job
    aligner = await service.threads.brief(job.owner, Aligner, wish.body.text, job.request)
    begun = await begin(service, job)
    headers = STREAM | taken.headers
    return StreamingResponse(timed_lines(begun, aligner), headers=headers, media_type=LINES)


async def finished(service: Service, job: Job) -> Job:
    """A job once it has its audio.

    Raises:
        AudioFailed, AudioCancelled, AudioNotFound: it will have none.
    """
    while True:
        timeout_s = service.settings.jobs.max_wait_s
        found = await service.jobs.wait(job.id, job.owner, timeout_s)
        if found is None or found.deleted_at is not None:
            raise AudioNotFound("The audio was deleted.", audio_id=job.id)
        if found.state == "failed":
            raise own_failure_of(found)
        if found.state == "cancelled":
            raise AudioCancelled("The job was cancelled.", audio_id=job.id)
        if found.audio is not None:
            return found


def audio_of(job: Job) -> AudioFile:
    if job.audio is None:
        raise AudioNotFound("The audio is gone.", audio_id=job.id)
    return job.audio


def whole_timed(data: bytes, text: str, job: Job, words: Json | None) -> bytes:
    """The answer with all of the audio. Blocks."""
    return to_json(timed(data, whole_text(text, job.request, words, audio_of(job).seconds)))


async def timed_lines(begun: Begun, aligner: Aligner) -> AsyncGenerator[bytes]:
    """Audio as it comes, each with what has become known of its text since."""
    listener = begun.listener
    seen = 0  # marks
    async with aclosing(begun.chunks()) as chunks:
        async for chunk in chunks:
            new = listener.marks[seen:]
            seen += len(new)
            if words := listener.new_words():
                aligner.learn(words[1])
            # The end of the last part is where the file ends: the encoder holds some of it back.
            parts = [mark for mark in new if mark[0] < aligner.parts]
            for line in lines_of(chunk, *(aligner.until(*mark) for mark in parts)):
                yield line
    ended = listener.job
    if ended.audio:
        for line in lines_of(b"", aligner.until(aligner.parts, ended.audio.seconds)):
            yield line


def lines_of(audio: bytes, *heard: Characters) -> Iterator[bytes]:
    """Lines that no client finds too long."""
    parts = [audio[at : at + LINE_BYTES] for at in range(0, len(audio), LINE_BYTES)]
    times = [
        one.part(at, at + LINE_CHARACTERS)
        for one in heard
        for at in range(0, len(one.characters), LINE_CHARACTERS)
    ]
    for number in range(max(len(parts), len(times))):
        part = parts[number] if number < len(parts) else b""
        yield to_json(timed(part, times[number] if number < len(times) else None)) + b"\n"


def timed(audio: bytes, heard: Characters | None) -> dict[str, Any]:
    is_heard = heard is not None and heard.characters
    return {
        "audio_base64": base64.b64encode(audio).decode("ascii"),
        "alignment": heard.in_seconds() if heard and is_heard else None,
        "normalized_alignment": heard.as_said().in_seconds() if heard and is_heard else None,
    }


def to_json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
