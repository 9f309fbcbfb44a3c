"""What all routes share: the service, the owner, headers, and the problems each may answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Request
from pydantic import BaseModel

from serve_app.errors import AudioNotFound, InvalidRequest, Unauthorized
from serve_app.fingerprint import fingerprint_of
from serve_app.problems import MEDIA_TYPE
from serve_app.service import Service
from serve_app.store.values import Idempotency, Job, JobKind
from serve_app.web.prefix import prefix_of
from serve_app.web.requests import SpeechRequest
from serve_app.web.shedding import PATHS
from serve_app.work.intake import Asked

MAX_KEY_CHARS = 255


def get_service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def get_owner(request: Request) -> str:
    """Whose records a request sees: the owner of its API key, "" where no keys are in use.

    Raises:
        Unauthorized: the route is listed as open by mistake, for it asks for an owner.
    """
    owner: str | None = getattr(request.state, "owner", None)
    if owner is None:
        raise Unauthorized("This route needs an API key.")
    return owner


async def get_request_id(request: Request) -> str:
    request_id: str = request.state.request_id
    return request_id


async def get_prefix(request: Request) -> str:
    return prefix_of(request)


async def _service(request: Request) -> Service:
    return get_service(request)


# All are async: what is not, FastAPI runs in a thread, and a busy machine lets it wait there.
ServiceDep = Annotated[Service, Depends(_service)]
OwnerDep = Annotated[str, Depends(get_owner)]
PrefixDep = Annotated[str, Depends(get_prefix)]
RequestIdDep = Annotated[str, Depends(get_request_id)]
Wait = Annotated[
    float,
    Query(
        ge=0,
        allow_inf_nan=False,
        description="seconds to wait for the job to end",
        examples=[20],
    ),
]
AudioId = Annotated[
    str,
    Path(
        description="what the request that made it was answered",
        examples=["0b5c9e0a-6a0e-4c1f-8f5b-0d6a2f1f7f5e"],
    ),
]
VoiceId = Annotated[str, Path(description="an id, or a name", examples=["my_voice"])]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_KEY_CHARS,
        examples=["order-4711"],
        description="a repetition with the same key and body is answered with the same id",
    ),
]


def idempotency(key: str | None, route: str, fingerprint: str) -> Idempotency | None:
    """Raises InvalidRequest for a key that no header should carry."""
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_KEY_CHARS or not key.isprintable():
        raise InvalidRequest(f"Idempotency-Key must have 1 to {MAX_KEY_CHARS} visible characters.")
    return Idempotency(key, route, fingerprint)


async def repeat_of(
    service: Service, owner: str, key: str | None, route: str, *parts: str | bytes
) -> Idempotency | None:
    """By what the repetition of an upload is known; nothing is digested where no key was sent.

    Raises:
        InvalidRequest: no header should carry this key.
    """
    if key is None:
        return None
    digest = await service.threads.compute(owner, fingerprint_of, *parts)
    return idempotency(key, route, digest)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and the key of the request, where it has one."""

    owner: str
    request_id: str
    key: str | None

    def asks(
        self, kind: JobKind, body: BaseModel, *files: bytes, route: str | None = None
    ) -> Asked:
        """What the intake is asked; the body and the files tell a repetition from another request.

        Args:
            route: to which keys of repetitions belong; that of the kind where None.

        Raises:
            InvalidRequest: a key that no header should carry.
        """
        repeat = None
        if self.key is not None:
            # In ASCII, whatever its text holds: a lone surrogate has no other encoding.
            canonical = json.dumps(
                body.canonical() if isinstance(body, SpeechRequest) else body.model_dump()
            )
            repeat = idempotency(self.key, route or PATHS[kind], fingerprint_of(canonical, *files))
        return Asked(kind, self.owner, self.request_id, repeat)


async def get_caller(
    owner: OwnerDep, request_id: RequestIdDep, key: IdempotencyKey = None
) -> Caller:
    return Caller(owner, request_id, key)


CallerDep = Annotated[Caller, Depends(get_caller)]


def parse_audio_id(audio_id: str) -> str:
    """The id in canonical form; one that cannot exist is simply not found."""
    try:
        return str(UUID(audio_id))
    except ValueError:
        raise AudioNotFound(f"No audio has the id {audio_id[:64]!r}.") from None


async def wait_for_job(service: Service, owner: str, job_id: str, wait_s: float) -> Job | None:
    """The job as soon as it has ended, or as it stands when the wait is over."""
    return await service.jobs.wait(job_id, owner, min(wait_s, service.settings.jobs.max_wait_s))


FILE = {"audio/*": {"schema": {"type": "string", "format": "binary"}}}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "of this version"}}
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's OpenAPI entry: the errors it may answer with."""
    return {
        status: {
            "content": {MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}},
            "description": PROBLEM_HELP[status],
        }
        for status in statuses
    }


PROBLEM_HELP = {
    400: "The request cannot be read at all",
    401: "API keys are in use, and no valid one came with the request",
    403: "The API key is for something else, or a page of another origin asks",
    404: "No such voice, audio or job",
    408: "The body did not arrive in time, or the answer took too long",
    409: "The name is taken, or the audio is not ready",
    410: "The job failed or was cancelled; there will be no audio",
    412: "If-Match or If-None-Match names another version than the one that is there",
    413: "The body is too large",
    415: "The media type or audio format is not accepted",
    416: "The range lies beyond the file",
    421: "The service does not go by the name that it was asked by",
    422: "The request is not valid, and why",
    429: "Too much work is queued, or under way for your key; see Retry-After",
    431: "The URL and the headers are too large",
    500: "Something broke on our side; the request id leads to the cause",
    503: "The service is starting, or a store is away; see Retry-After",
    507: "There is no room left to store audio",
}
