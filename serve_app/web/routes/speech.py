"""POST /tts, /clone, /clone/quick; GET /tts/speakers."""

from __future__ import annotations

import json
import logging
import re
import secrets
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Request, Response, UploadFile
from fastapi.routing import APIRoute
from pydantic import Json

from deployments.pipeline import EMBEDDING_EXTRACTION, TEXT_TO_SPEECH, TONE_CONVERSION
from engines.errors import EmbeddingMismatch
from engines.reading.notation import NOTATIONS
from engines.reading.user_words import folded
from serve_app.catalog import BaseVoice
from serve_app.errors import AudioCancelled, AudioFailed, AudioNotFound, QueueFull, TextTooLong
from serve_app.service import Service
from serve_app.store.embeddings import embedding_to_bytes
from serve_app.store.values import Idempotency, Job, JobKind, NewJob, Quota, Voice
from serve_app.voices import fingerprint_of
from serve_app.web.middleware import read_small_body
from serve_app.web.routes.common import (
    IdempotencyKey,
    OwnerDep,
    RequestIdDep,
    ServiceDep,
    get_service,
    idempotency,
    problems,
)
from serve_app.web.schemas import (
    CONSENT_HELP,
    LANGUAGE_HELP,
    SPEAKER_HELP,
    AudioFormatName,
    CloneRequest,
    LanguageSpeakersResponse,
    PhonesResponse,
    Pitch,
    Pronunciations,
    Seed,
    SpeakersResponse,
    SpeechRequest,
    SpeechResponse,
    Speed,
)
from serve_app.web.shedding import KINDS
from serve_app.web.uploads import read_upload
from serve_app.work.orders import (
    SpeechOrder,
    check_pronunciations,
    usable,
    words_in,
    write_script,
)

logger = logging.getLogger(__name__)


class GatedRoute(APIRoute):
    """Turns work away before its body is read, where there is no room for more.

    A request with an idempotency key passes: it may be the repetition of one that was accepted.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        kind = KINDS.get(self.path)
        if kind is None:
            return handler

        async def gated(request: Request) -> Response:
            if "idempotency-key" in request.headers:
                return await handler(request)
            try:
                get_service(request).jobs.admission.check(kind)
            except QueueFull:
                await read_small_body(request.scope, request.receive)
                raise
            return await handler(request)

        return gated


router = APIRouter(tags=["speech"], route_class=GatedRoute)

Prefer = Annotated[
    str | None,
    Header(description="respond-async answers 202 at once; wait=10 waits up to ten seconds"),
]
ERRORS = problems(404, 408, 413, 415, 422, 429, 503, 507)
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {"model": SpeechResponse, "description": "Accepted; poll the Location"}
}


@router.post("/tts", response_model=SpeechResponse, responses={**ACCEPTED, **ERRORS})
async def create_speech(
    body: SpeechRequest,
    response: Response,
    service: ServiceDep,
    owner: OwnerDep,
    request_id: RequestIdDep,
    key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> SpeechResponse:
    """Speak a text with one of the base speakers."""
    service.require(TEXT_TO_SPEECH)
    repeat = idempotency(key, "/tts", fingerprint_of(_canonical(body)))
    replay = await _replay(service, owner, "tts", repeat)
    if replay:
        return await _answer(service, owner, replay, prefer, response)
    order = await _order(service, body)
    job = await _accept(service, owner, request_id, "tts", order, repeat)
    return await _answer(service, owner, job, prefer, response)


@router.post("/clone", response_model=SpeechResponse, responses={**ACCEPTED, **ERRORS})
async def create_clone(
    body: CloneRequest,
    response: Response,
    service: ServiceDep,
    owner: OwnerDep,
    request_id: RequestIdDep,
    key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> SpeechResponse:
    """Speak a text with a registered voice."""
    service.require(TEXT_TO_SPEECH, TONE_CONVERSION)
    repeat = idempotency(key, "/clone", fingerprint_of(_canonical(body)))
    replay = await _replay(service, owner, "clone", repeat)
    if replay:  # its voice may be gone by now
        return await _answer(service, owner, replay, prefer, response)
    voice = await service.voices.get(body.voice_id, owner)
    _check_engine(service, voice)
    embedding = await service.voices.embedding(voice)
    order = await _order(service, body, voice.voice_id, embedding)
    job = await _accept(service, owner, request_id, "clone", order, repeat)
    return await _answer(service, owner, job, prefer, response)


@router.post("/clone/quick", response_model=SpeechResponse, responses={**ACCEPTED, **ERRORS})
async def create_quick_clone(
    response: Response,
    service: ServiceDep,
    owner: OwnerDep,
    request_id: RequestIdDep,
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
    key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> SpeechResponse:
    """Speak a text with the voice of a recording, which is not kept."""
    service.require(TEXT_TO_SPEECH, EMBEDDING_EXTRACTION, TONE_CONVERSION)
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
    order = await _order(service, body)
    await service.jobs.check_quota(owner, "clone_quick", _quota(service, owner, order))
    sample = await read_upload(voice_sample, service.threads)
    repeat = None
    if key is not None:
        digest = await service.threads.compute(fingerprint_of, _canonical(body), sample)
        repeat = idempotency(key, "/clone/quick", digest)
        replay = await _replay(service, owner, "clone_quick", repeat)
        if replay:
            return await _answer(service, owner, replay, prefer, response)
    learnt = await service.voices.learn([sample])
    order = order.with_voice(None, embedding_to_bytes(learnt.embedding))
    job = await _accept(service, owner, request_id, "clone_quick", order, repeat)
    return await _answer(service, owner, job, prefer, response)


@router.get("/tts/speakers")
async def list_speakers(service: ServiceDep) -> SpeakersResponse:
    """All languages that can be served, with their speakers."""
    speakers = service.catalog().speakers
    return SpeakersResponse(speakers=speakers, loaded_languages=list(speakers))


@router.get("/tts/phones/{language}", responses=problems(422, 503))
async def list_phones(language: str, service: ServiceDep) -> PhonesResponse:
    """What the pronunciations of one language are written with."""
    code = service.catalog().language(language)
    notation = NOTATIONS[code]
    word, spelled = notation.example
    service.text_rules().check(code, spelled)
    return PhonesResponse(
        language=code,
        notation=notation.name,
        help=notation.help,
        example={word: spelled},
        phones=list(notation.phones),
    )


@router.get("/tts/speakers/{language}", responses=problems(422, 503))
async def list_language_speakers(language: str, service: ServiceDep) -> LanguageSpeakersResponse:
    """The speakers of one language."""
    catalog = service.catalog()
    code = catalog.language(language)
    return LanguageSpeakersResponse(speakers=catalog.speakers[code], language=code)


def _canonical(body: SpeechRequest) -> str:
    """A request in ASCII, whatever its text holds: a lone surrogate has no other encoding."""
    return json.dumps(body.model_dump())


async def _replay(
    service: Service, owner: str, kind: JobKind, repeat: Idempotency | None
) -> Job | None:
    """The job that an earlier request with this key made; for new work there must be room.

    Raises:
        QueueFull, IdempotencyConflict
    """
    replay = await service.jobs.find_replay(owner, repeat)
    if replay is None:
        service.jobs.admission.check(kind)
    return replay


async def _order(
    service: Service,
    body: SpeechRequest,
    voice_id: str | None = None,
    embedding: bytes | None = None,
) -> SpeechOrder:
    """The request as a job will run it.

    Raises:
        TextTooLong, UnspeakableText, UnknownLanguage, UnknownSpeaker
        InvalidPronunciation, PronunciationsUnsupported
    """
    limit = service.settings.limits.max_text_chars
    if len(body.text) > limit:
        raise TextTooLong(
            f"The text has {len(body.text):,} characters; up to {limit:,} are accepted.",
            limit_chars=limit,
        )
    base = service.catalog().resolve(body.language, body.speaker)
    order = await service.threads.brief(_write_order, service, body, base)
    return order.with_voice(voice_id, embedding) if embedding else order


def _write_order(service: Service, body: SpeechRequest, base: BaseVoice) -> SpeechOrder:
    """Blocks."""
    rules, language = service.text_rules(), base.language
    check_pronunciations(body.pronunciations, language, rules)
    configured, warnings = usable(
        words_in(body.text, service.lexicon.get(language, {})), language, rules
    )
    script = write_script(body.text, language, rules, service.settings.limits)
    return SpeechOrder(
        parts=script.parts,
        language=language,
        speaker=base.speaker,
        speed=body.speed,
        pitch=body.pitch,
        format=body.format,
        seed=secrets.randbits(32) if body.seed is None else body.seed,
        pronunciations=folded(configured) | folded(words_in(body.text, body.pronunciations)),
        warnings=[*script.warnings, *warnings],
    )


def _check_engine(service: Service, voice: Voice) -> None:
    """A voice of another engine would be refused at the end of the queue: say so at its door."""
    running = service.pipeline.engines[TONE_CONVERSION]
    if (voice.engine, voice.engine_version) != (running.name, running.version):
        raise EmbeddingMismatch(
            f"The voice {voice.name!r} was registered with the engine "
            f"{voice.engine} {voice.engine_version}; {running.name} {running.version} runs now. "
            "Register it again."
        )


async def _accept(
    service: Service,
    owner: str,
    request_id: str,
    kind: JobKind,
    order: SpeechOrder,
    repeat: Idempotency | None,
) -> Job:
    new = NewJob(
        id=str(uuid.uuid4()),
        kind=kind,
        owner=owner,
        request=replace(order, traceparent=service.tracer.traceparent()).to_request(),
        cost=order.cost(),
        pieces_total=len(order.pieces()),
        request_id=request_id,
    )
    return (await service.jobs.accept(new, repeat, _quota(service, owner, order))).job


def _quota(service: Service, owner: str, order: SpeechOrder) -> Quota | None:
    """What the order counts for, where keys are in use."""
    keys = service.settings.keys
    limits = (keys.max_unfinished_jobs, keys.max_chars_per_minute)
    return Quota(order.chars(), *limits) if owner else None


async def _answer(
    service: Service, owner: str, job: Job, prefer: str | None, response: Response
) -> SpeechResponse:
    """Wait as the client prefers, then say where the job stands.

    Raises:
        AudioFailed: it failed while the client waited; answered as the failure's own problem.
        AudioCancelled: somebody else deleted it.
    """
    wait_s = _wait_of(prefer, service)
    if wait_s > 0:
        waited = await service.jobs.wait(job.id, owner, wait_s)
        if waited is None:
            raise AudioNotFound("The audio was deleted while it was being made.")
        job = waited
    if job.deleted_at is not None:  # a repetition by its key
        raise AudioNotFound("The audio was deleted.", audio_id=job.id)
    if job.state == "failed":
        failed = failure_of(job)
        failed.kind = job.failure.type if job.failure else None
        raise failed
    if job.state == "cancelled":
        raise AudioCancelled("The job was cancelled.", audio_id=job.id)
    finished = job.state == "completed"
    if not finished:
        response.status_code = 202
        response.headers["Location"] = f"/status/{job.id}"
        response.headers["Retry-After"] = str(
            max(1, round(service.jobs.admission.estimate_s(job.kind)))
        )
    if prefer and "respond-async" in prefer.lower():
        response.headers["Preference-Applied"] = "respond-async"
    return SpeechResponse(
        audio_id=job.id,
        job_id=job.id,
        status=job.state,
        audio_url=f"/audio/{job.id}",
        status_url=f"/status/{job.id}",
        message="The audio is ready." if finished else "The job is accepted. Poll its status.",
        seconds=round(job.audio.seconds, 3) if job.audio else None,
        seed=job.request.get("seed"),
        warnings=list(job.warnings),
    )


def failure_of(job: Job) -> AudioFailed:
    """A failed job as the error its audio is answered with."""
    failure = job.failure
    detail = failure.detail if failure else "The audio could not be made."
    cause = f"urn:phonex:problem:{failure.type}" if failure else None
    return AudioFailed(detail, audio_id=job.id, cause=cause)


def _wait_of(prefer: str | None, service: Service) -> float:
    """Seconds to wait for the audio, by RFC 7240's `respond-async` and `wait`."""
    jobs = service.settings.jobs
    asked = (prefer or "").lower()
    if "respond-async" in asked:
        return 0.0
    wait = re.search(r"\bwait=(\d{1,6})\b", asked)
    return min(float(wait[1]), jobs.max_wait_s) if wait else jobs.default_wait_s
